"""The filter of the list of leads: status, owner, source, when they were made, and any other field."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from ...domain import condition_fields, custom_fields
from ...domain.conditions import Test
from ...domain.leads import LeadFilter, StatusKind
from ...i18n import tr
from ..conditions.pill import ConditionPill
from ..session import Session
from ..tables.filter_bar import RecordFilterBar
from ..tables.pills import Choice, ChoicePill, PeriodPill
from .lists import LeadLists

ARCHIVED = "*"
"""Value of the status pill that shows discarded and converted leads too."""


class LeadFilterBar(RecordFilterBar):
    """Pills that narrow the list of leads."""

    def __init__(self, session: Session, lists: LeadLists) -> None:
        super().__init__(session, lists, "leads")
        self.status = ChoicePill(self._statuses, "")
        self.owner = ChoicePill(lambda chosen: self.owners(chosen, tr("My leads")), name=tr("Owner"))
        self.source = ChoicePill(self._sources, name=tr("Source"))
        self.created = PeriodPill(tr("Added"), lambda: session.today)
        self.more = ConditionPill(session, "lead", self._lasts)
        self.place(
            status=self.status, owner=self.owner, source=self.source, created=self.created, more=self.more
        )  # fmt: skip

    @property
    def where(self) -> LeadFilter:
        """The conditions as they are chosen."""
        first, before = self.created.range()
        status = self.status.value
        return LeadFilter(
            status="" if status == ARCHIVED else status, owner_id=self.owner.value, source_id=self.source.value,
            created_from=self._instant(first), created_before=self._instant(before), text=self._text,
            archived=status == ARCHIVED, condition=self.more.condition,
        )  # fmt: skip

    def _instant(self, day: date | None) -> datetime | None:
        """Midnight of a day where the person is."""
        if day is None:
            return None
        return datetime.combine(day, time(), self._session.workspace.clock.zone()).astimezone(UTC)

    def _lasts(self, test: Test) -> bool:
        """Whether the field and the people, sources or statuses that a test names are still there."""
        lists = self._lists
        try:
            condition_fields.check(test, {**condition_fields.known_fields("lead"), **custom_fields.kinds(lists.fields)})
        except ValueError:
            return False
        there: dict[str, Any] = {"status": lists.statuses}
        there |= {"owner_id": {p.id for p in lists.people}, "source_id": {s.id for s in lists.sources}}
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        return test.value is None or test.field not in there or all(value in there[test.field] for value in values)

    # Choices ------------------------------------------------------------------------------------------------------

    def _statuses(self, chosen: Any) -> list[Choice]:
        archived = [s.name for s in self._lists.statuses.values() if s.kind in _ARCHIVED]
        tip = tr("Also {names}").format(names=", ".join(archived)) if archived else ""
        found = [
            Choice(tr("In work"), "", tr("Status: in work")),
            Choice(tr("All, archived too"), ARCHIVED, tr("Status: all"), tip),
        ]
        for number, status in enumerate(self._lists.statuses.values()):
            if status.active or status.code == chosen:
                found.append(Choice(status.name, status.code, "", status.help, line_before=not number))
        return found

    def _sources(self, chosen: Any) -> list[Choice]:
        found = [Choice(tr("All sources"), None)]
        shown = [s for s in self._lists.sources if s.active or s.id == chosen]
        return found + [Choice(s.name, s.id, line_before=not n) for n, s in enumerate(shown)]


_ARCHIVED = (StatusKind.DISCARDED, StatusKind.CONVERTED)
