"""Finishing: what came of it, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from ...domain.opportunities import NOTE_LIMIT
from ...i18n import ntr, tr
from ...services import activities as service
from ...services import next_steps
from ...services.next_steps import Offer, Waiting
from ..dialogs.base import FormDialog
from ..parts import button
from ..session import Session
from . import words


class FinishDialog(FormDialog):
    """Asks what came of activities; Enter goes on, with or without an answer.

    Signals:
        finished_ids(ids): they are done.
    """

    finished_ids = Signal(object)

    def __init__(
        self, parent: QWidget | None, session: Session, ids: Sequence[int], called: str = "", about: str = "",
        outcome: str = "",
    ) -> None:  # fmt: skip
        """``called``, ``about`` and ``outcome`` are those of a single one, as far as they are known."""
        count = len(ids)
        many = ntr("{count} activity done", "{count} activities done", count).format(count=count)
        super().__init__(parent, tr("Done") if count == 1 else many, " · ".join(filter(None, (called, about))))
        self._session, self._ids, self._called = session, list(ids), called
        self.outcome = QLineEdit(outcome)
        self.outcome.setMaxLength(NOTE_LIMIT)
        self.outcome.setPlaceholderText(tr("What was agreed, what comes next"))
        self.body.addWidget(self.add_field("outcome", tr("What came of it? (may stay empty)"), self.outcome))
        self.add_buttons(tr("Done"), self._finish)
        self.outcome.setFocus()

    def _finish(self) -> None:
        text = self.outcome.text().strip()
        self._session.ask(
            service.finish, self._ids, outcome=text or None, done=self.on_done, failed=self.show_problem,
            draft=("finish", self._called),
        )  # fmt: skip

    def on_done(self, _result: object = None) -> None:
        """They are done: on to the next step."""
        self.accept()
        self.finished_ids.emit(self._ids)


class NextStepDialog(FormDialog):
    """Asks what comes next for what has nothing planned any more.

    Signals:
        other_requested(waiting): the person wants to say it in full.
    """

    other_requested = Signal(object)

    def __init__(
        self, parent: QWidget | None, session: Session, waiting: Sequence[Waiting], offers: Sequence[Offer]
    ) -> None:
        one = waiting[0].name if len(waiting) == 1 else ""
        count = len(waiting)
        many = ntr("Nothing is planned for {count} record.", "Nothing is planned for {count} records.", count)
        super().__init__(parent, tr("And now?"), one or many.format(count=count), width=430)
        self._session, self._waiting = session, list(waiting)
        self.choices: list[QPushButton] = []
        for offer in offers:
            day = words.day_name(offer.day, session.today)
            self._add(tr("{what}: {day}").format(what=offer.subject, day=day), lambda offer=offer: self._plan(offer))
        self._add(tr("Something else…"), self._other)
        self._add(tr("Nothing"), self.reject)
        self.choices[0].setFocus()

    def _add(self, text: str, action: Callable[[], object]) -> None:
        made = button(text, action, "choice")
        made.setAutoDefault(True)
        self.choices.append(made)
        self.body.addWidget(made)

    def _plan(self, offer: Offer) -> None:
        self._session.ask(
            next_steps.plan, offer, self._waiting, done=self.on_done, failed=self.show_problem, draft=offer.subject
        )

    def _other(self) -> None:
        self.accept()
        self.other_requested.emit(self._waiting)
