"""Pictures of the table of opportunities: as it opens, grouped, several selected, a cell with an error, a pasted block."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...domain.deal_rows import GroupBy
from ...i18n import language
from ..opportunities.order import By
from ..screens import settle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_BLOCK = {
    "es": "Kiosco central\tFerrovial Sur\n\tMinera Cobriza\nNube privada\tRadio Cumbre",
    "en": "Central kiosk\tSouthern Rail\n\tCopperline Mining\nPrivate cloud\tSummit Radio",
}


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Takes the pictures and leaves the page as it was."""
    window.show_page("deals")
    page: Any = window.deals
    settle(app, window)
    page.table.select_ids(list(page.model.ids[2:7]))
    shot(window, "deals")
    page.groups.pill.choose(GroupBy.MONTH.value)
    page.table.order_by((By("stage"), By("value", True)))
    settle(app, window)
    page.toggle(page.model.headings[1])
    shot(window, "deals-grouped")
    page.groups.pill.choose(None)
    settle(app, window)
    page.table.choose_cell(3, [column.name for column in page.model.columns].index("value"))
    page.editing.start(page.table.current_id(), page.table.currentIndex().column(), "abc")
    page.editing.commit_all()
    shot(window, "deals-cell")
    page.editing.cancel()
    app.clipboard().setText(_BLOCK[language()])
    page.table.choose_cell(2, 0)
    page.pasting.paste(page.table.current_id(), 0)
    settle(app, window)
    shot(page.pasting.dialog, "deals-paste")
    page.pasting.dialog.reject()
    page.set_text("zzz")
    settle(app, window)
    shot(window, "deals-no-match")
    page.filter_bar.clear()
    page.table.order_by((By("close"),))
    settle(app, window)
