"""Pictures of the box that finds everything: empty, with records, with a typing error, with a command, with nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...i18n import language

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_TYPED = {
    "es": (("records", "lucia mo"), ("mistyped", "ferretreia"), ("command", "osc"), ("nothing", "zzzzqq")),
    "en": (("records", "paula mo"), ("mistyped", "hardwaer"), ("command", "dar"), ("nothing", "zzzzqq")),
}


def take(_app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Opens some records, so that there are recent ones, and types."""
    window.show_page("board")
    for frame in window.board.frames[:3]:
        window.open_deal(frame.model.id_at(0))
        window.finding.note()
    window.pane.close_pane()
    window.finding.ask()
    shot(window, "finding-recent")
    for name, text in _TYPED[language()]:
        window.finding.box.edit.setText(text)
        shot(window, f"finding-{name}")
    window.finding.box.leave()
