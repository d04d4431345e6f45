"""The bin: what was deleted in the last thirty days."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QVBoxLayout

from ...i18n import N_, date_time, ntr, number, tr
from ...services import bin as service
from ...services.bin import KEPT_DAYS, Contents, Deleted
from ..models.tables import TextTableModel, text_table
from ..parts import button, label
from ..session import Session
from .records import Section

KINDS = {
    "opportunity": N_("Opportunity"), "lead": N_("Lead"), "contact": N_("Contact"), "company": N_("Company"),
    "note": N_("Note"), "attachment": N_("File or link"), "activity": N_("Activity"),
}  # fmt: skip


class BinSection(Section):
    """One or several are restored in one step, which can be undone."""

    tables = frozenset(KINDS)

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            tr("Bin"),
            tr("Deleted things stay here for {days} days and can be restored.").format(days=KEPT_DAYS),
        )
        self.things: list[Deleted] = []
        headers = [tr("Name"), tr("What"), tr("Deleted"), tr("By"), tr("Days left")]
        self.model = TextTableModel(headers, frozenset({4}), self)
        self.table = text_table(self.model, tr("Bin"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._update())
        self.table.doubleClicked.connect(lambda _: self.restore())
        for key in ("Return", "Enter"):
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.restore)
        self.empty = label(tr("The bin is empty."), "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.rest = label("", "muted")
        self.restore_button = button(tr("Restore"), self.restore, "primary")
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 6, 1, 8)
        inside.addWidget(self.table, 1)
        inside.addWidget(self.empty, 1)
        row = QHBoxLayout()
        row.setContentsMargins(10, 6, 10, 2)
        row.addWidget(self.restore_button)
        row.addSpacing(8)
        row.addWidget(self.rest)
        row.addStretch(1)
        inside.addLayout(row)
        self.column.addWidget(self.problem)
        self.column.addWidget(card, 1)
        self._update()

    def load(self) -> None:
        """Reads the bin; what is too old goes once nothing else waits."""
        self._session.ask(service.listing, done=self._on_read)

    def showEvent(self, event: Any) -> None:
        """Comes up to date, and empties what is past its time."""
        super().showEvent(event)
        self._session.ask(service.purge, background=True)

    def _on_read(self, contents: Contents) -> None:
        self.things = found = contents.things
        self.rest.setText(
            ntr("{count} older thing is not listed.", "{count} older things are not listed.", contents.rest).format(
                count=number(contents.rest)
            )
        )
        self.rest.setVisible(contents.rest > 0)
        zone, year = self._session.workspace.clock.zone(), self._session.today.year
        self.model.show_rows(
            [
                (
                    (each.table, each.id),
                    [each.name, tr(KINDS[each.table]), date_time(each.deleted_at, zone, year), each.deleted_by,
                     number(each.days_left)],
                )
                for each in found
            ]
        )  # fmt: skip
        self.table.setVisible(bool(found))
        self.empty.setVisible(not found)
        self._update()

    def chosen(self) -> list[tuple[str, int]]:
        """(table, id) of the selected rows."""
        return [self.model.key(index.row()) for index in self.table.selectionModel().selectedRows()]

    def restore(self) -> None:
        """Brings back what is selected."""
        wanted = self.chosen()
        if wanted:
            self.clear_problem()
            self._session.ask(
                service.restore_all, wanted, done=lambda made: self._on_restored(len(wanted) if made else 0),
                failed=self.show_problem, draft="",
            )  # fmt: skip

    def _on_restored(self, count: int) -> None:
        self.table.setFocus()
        if not count:
            return
        self.said.emit(ntr("{count} thing restored.", "{count} things restored.", count).format(count=number(count)))
        self.load()

    def _update(self) -> None:
        self.restore_button.setEnabled(self.table.selectionModel().hasSelection() and bool(self.things))
