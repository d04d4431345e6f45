"""The filter of the table of opportunities: open or closed, owner, date, value, what is asked most, any other field."""

from __future__ import annotations

from typing import Any

from ...domain.condition_fields import check, known_fields
from ...domain.conditions import Condition, Operator, Test
from ...domain.custom_fields import kinds
from ...domain.filters import DealFilter
from ...domain.stages import StageKind
from ...i18n import tr
from ..conditions.aspects import AspectPill, among, together
from ..conditions.pill import ConditionPill
from ..conditions.value_pill import ValuePill
from ..deal_lists import KeptDealLists
from ..session import Session
from ..tables.filter_bar import RecordFilterBar
from ..tables.pills import Choice, ChoicePill, PeriodPill

EVERY = "*"
_ASPECTS = ("pipeline", "stage", "team", "source", "product", "tag", "priority")
_SIGNS = ("stale", "idle", "held")


class DealFilterBar(RecordFilterBar):
    """Pills that narrow the table of opportunities."""

    def __init__(self, session: Session, lists: KeptDealLists) -> None:
        super().__init__(session, lists, "deals")
        # Which stages are open is known with the lists.
        self.waiting = True
        self.state = ChoicePill(self._states, "")
        self.owner = ChoicePill(lambda chosen: self.owners(chosen, tr("My deals")), name=tr("Owner"))
        self.close_day = PeriodPill(tr("Close date"), lambda: session.today)
        self.value = ValuePill(session)
        self.aspects = AspectPill(lists, _ASPECTS, _SIGNS)
        self.more = ConditionPill(session, "opportunity", self._lasts)
        self.place(
            state=self.state, owner=self.owner, close=self.close_day, value=self.value, aspects=self.aspects,
            more=self.more,
        )  # fmt: skip

    @property
    def where(self) -> DealFilter:
        """The conditions as they are chosen."""
        first, before = self.close_day.range()
        low, high = self.value.value
        nobody: Condition | None = Test("owner_id", Operator.EMPTY) if self.owner.value == 0 else None
        return DealFilter(
            self.owner.value or None, first, before, low, high, self._text, held=self.aspects.held,
            condition=together(self._of_state(), nobody, self.aspects.condition, self.more.condition),
        )  # fmt: skip

    def _of_state(self) -> Condition | None:
        """Closed stages, or the others; a stage that is chosen by itself is shown whatever its kind is."""
        if self.state.value == EVERY or (self.state.value == "" and self.aspects.values("stage")):
            return None
        return among("stage_id", self._lists.stages_of(StageKind(self.state.value or StageKind.OPEN.value)))

    def _states(self, _chosen: Any) -> list[Choice]:
        return [
            Choice(tr("Open deals"), "", tr("Status: open")),
            Choice(tr("Won deals"), StageKind.WON.value, tr("Status: won")),
            Choice(tr("Lost deals"), StageKind.LOST.value, tr("Status: lost")),
            Choice(tr("All deals"), EVERY, tr("Status: all")),
        ]  # fmt: skip

    def _lasts(self, test: Test) -> bool:
        """Whether the field and what a test names are still there."""
        lists = self._lists
        try:
            check(test, {**known_fields("opportunity"), **kinds(lists.fields)})
        except ValueError:
            return False
        there: dict[str, Any] = {"owner_id": lists.people, "source_id": lists.sources, "stage_id": lists.stages}
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        known = {each.id for each in there.get(test.field, ())}
        return test.value is None or test.field not in there or all(value in known for value in values)
