"""The pill that says what the board's columns and rows are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from ...domain.slots import COLUMNS, LANES, By, Layout
from ...i18n import tr
from ..choices import add_group, add_heading
from ..parts import Pill
from .slot_texts import TITLES


class LayoutPill(Pill):
    """Columns by stage, month, owner, priority or source; rows by those, company or pipeline, or none.

    Signals:
        chosen(): the person chose another layout.
    """

    chosen = Signal()

    def __init__(self, kept: object) -> None:
        super().__init__()
        self.layout_ = _taken(kept)
        self.several_pipelines = False
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self._show()

    @property
    def value(self) -> Layout:
        """The layout that is chosen."""
        return self.layout_

    def keep(self) -> list[str]:
        """As plain values for the preferences."""
        return [self.layout_.by.value, self.layout_.lanes.value if self.layout_.lanes is not None else ""]

    def take(self, kept: object) -> None:
        """Takes up what was kept, as the person would."""
        self.choose(_taken(kept))

    def choose(self, layout: Layout) -> None:
        """Takes a layout as the person would; a field is not both columns and rows."""
        if layout.lanes is layout.by or (layout.lanes is By.PIPELINE and layout.by is By.STAGE):
            layout = Layout(layout.by)
        if layout != self.layout_:
            self.layout_ = layout
            self._show()
            self.chosen.emit()

    def _show(self) -> None:
        columns = tr("Columns: {what}").format(what=tr(TITLES[self.layout_.by]).lower())
        if self.layout_.lanes is not None:
            columns = f"{tr(TITLES[self.layout_.by])} × {tr(TITLES[self.layout_.lanes]).lower()}"
        self.show_choice(columns, not self.layout_.plain, tr("Columns"))

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        add_heading(menu, tr("Columns"))
        columns = [(tr(TITLES[by]), Layout(by, self.layout_.lanes), by is self.layout_.by) for by in COLUMNS]
        add_group(menu, columns, self.choose)
        add_heading(menu, tr("Rows"))
        rows: list[tuple[str, Layout, bool]] = [(tr("None"), Layout(self.layout_.by), self.layout_.lanes is None)]
        for by in LANES:
            possible = by is not self.layout_.by and (
                by is not By.PIPELINE or (self.several_pipelines and self.layout_.by is not By.STAGE)
            )
            if possible:
                rows.append((tr(TITLES[by]), Layout(self.layout_.by, by), by is self.layout_.lanes))
        add_group(menu, rows, self.choose)


def _taken(kept: object) -> Layout:
    """From what was kept, as far as it can be understood."""
    try:
        by, lanes = kept  # type: ignore[misc]
        found = Layout(By(by), By(lanes) if lanes else None)
    except (TypeError, ValueError):
        return Layout()
    return found if found.by in COLUMNS and found.lanes in (None, *LANES) else Layout()
