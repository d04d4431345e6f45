"""How many deals are on hold, above the columns; leads to their list."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...domain.changes import ChangeSet
from ...i18n import number, tr
from ..deals import DealActions
from ..parts import button
from ..session import Session


class HeldLink(QWidget):
    """Shows itself only while there are some."""

    def __init__(self, session: Session, actions: DealActions) -> None:
        super().__init__()
        self._session = session
        self._pipeline_id: int | None = None
        self.count = 0
        self.button = button("", actions.show_held, "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.addWidget(self.button)
        self.hide()

    def show_pipeline(self, pipeline_id: int | None) -> None:
        """Counts those of this pipeline."""
        self._pipeline_id = pipeline_id

    def ask(self) -> None:
        """Reads how many there are."""
        from ...services import holds

        self._session.ask(holds.held_count, self._pipeline_id, done=self._on_count, background=True)

    def follow(self, changes: ChangeSet) -> None:
        """Reads again where a change has put a deal on hold, or taken one off."""
        if changes.bulk or any(
            row is not None and row["hold_until"] is not None
            for change in changes.of("opportunity")
            for row in (change.before, change.after)
        ):
            self.ask()

    def _on_count(self, count: int) -> None:
        self.count = count
        self.button.setText(tr("On hold ({count})").format(count=number(count)))
        self.setVisible(bool(count))
