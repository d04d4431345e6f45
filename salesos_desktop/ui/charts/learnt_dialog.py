"""Asks before the forecast takes other probabilities, for everybody."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ...i18n import tr
from ...services.outlook import ranges
from ..dialogs.base import FormDialog
from ..parts import label
from ..session import Session


class LearntDialog(FormDialog):
    """Says what the switch means; ``learnt`` is what it is going to be."""

    def __init__(self, parent: QWidget | None, session: Session, learnt: bool) -> None:
        title = tr("Use the learnt probabilities?") if learnt else tr("Use the set probabilities?")
        super().__init__(parent, title)
        self._session, self._learnt = session, learnt
        if learnt:
            text = tr(
                "The range of the forecast and the chance of the target will be worked out with the share of deals that were "
                "really won from each stage, instead of the probability that is set for it."
            )
        else:
            text = tr(
                "The range of the forecast and the chance of the target will be worked out with the probability that is set "
                "for each stage, instead of the share of deals that were really won from it."
            )
        self.body.addWidget(label(text, wrap=True))
        hint = tr("This holds for everybody. What is set for stages and deals stays as it is, and you can switch back.")
        self.body.addWidget(label(hint, "muted", wrap=True))
        self.add_buttons(tr("Use the learnt ones") if learnt else tr("Use the set ones"), self._switch)

    def _switch(self) -> None:
        self._session.ask(ranges.use_learnt, self._learnt, done=self.on_done, failed=self.show_problem)
