"""What is asked before many deals change: their tags, their date."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ...errors import InvalidInput
from ...i18n import ntr, number, tr
from ...services import bulk
from ..dates import OptionalDateEdit
from ..dialogs.base import FormDialog
from ..session import Session
from .tags_edit import TagsEdit


class TagsDialog(FormDialog):
    """Tags that come, and tags that go."""

    def __init__(self, parent: QWidget, session: Session, ids: list[int], known: Sequence[str]) -> None:
        super().__init__(parent, tr("Tags"), _how_many(ids))
        self._session, self._ids = session, ids
        self.add, self.remove = TagsEdit(known), TagsEdit(known)
        self.body.addWidget(self.add_field("add", tr("Add"), self.add))
        self.body.addWidget(self.add_field("remove", tr("Take off"), self.remove))
        self.add_buttons(tr("Change"), self._change)
        self.add.setPlaceholderText(tr("separated by commas"))
        self.remove.setPlaceholderText(tr("separated by commas"))

    def _change(self) -> None:
        if not (self.add.tags() or self.remove.tags()):
            raise InvalidInput("add", tr("No tag was written."), tr("Write one at least."))
        more, less = self.add.tags(), self.remove.tags()
        about = ", ".join([*(f"+{tag}" for tag in more), *(f"−{tag}" for tag in less)])
        self._session.ask(
            bulk.retag, self._ids, more, less, done=self.on_done, failed=self.show_problem, draft=("retag", about)
        )


class DateDialog(FormDialog):
    """The day on which deals are expected to close."""

    def __init__(self, parent: QWidget, session: Session, ids: list[int]) -> None:
        super().__init__(parent, tr("Expected close"), _how_many(ids))
        self._session, self._ids = session, ids
        self.day = OptionalDateEdit()
        self.day.set_day(session.today)
        self.body.addWidget(self.add_field("expected_close", tr("Date"), self.day))
        self.add_buttons(tr("Change"), self._change)

    def _change(self) -> None:
        day = self.day.day()
        if day is None:
            raise InvalidInput("expected_close", tr("The date is missing."), tr("Fill it in."))
        self._session.ask(
            bulk.reschedule, self._ids, day, done=self.on_done, failed=self.show_problem, draft=("reschedule", "")
        )


def _how_many(ids: Sequence[int]) -> str:
    return ntr("{count} deal", "{count} deals", len(ids)).format(count=number(len(ids)))
