"""What the groups of a figure are called in the reader's language, and the order that they have by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from .. import storage
from ..domain.groupings import FOREIGN, Dimension, Key, Looks
from ..domain.opportunities import Priority
from ..domain.questions import Field
from ..domain.stages import Category, StageKind
from ..domain.text import fold
from ..i18n import N_, compact_money, month_name, short_date, tr
from .deal_words import CATEGORIES, PRIORITIES

TABLES: Mapping[Field | None, str] = {
    Field.STAGE: "stage", Field.PIPELINE: "pipeline", Field.OWNER: "person", Field.TEAM: "team", Field.SOURCE: "source",
    Field.PRODUCT: "product", Field.COMPANY: "company", Field.LOSS_REASON: "loss_reason",
}  # fmt: skip
"""Where the groups of a field are named."""
FIELDS: Mapping[Field, str] = {
    Field.STAGE: N_("Stage"), Field.STATE: N_("Open, won or lost"), Field.PIPELINE: N_("Pipeline"),
    Field.OWNER: N_("Owner"), Field.TEAM: N_("Team"), Field.SOURCE: N_("Source"), Field.PRODUCT: N_("Product"),
    Field.COMPANY: N_("Company"), Field.PRIORITY: N_("Priority"), Field.LOSS_REASON: N_("Loss reason"),
    Field.COMPETITOR: N_("Competitor"), Field.CATEGORY: N_("Forecast category"), Field.TAG: N_("Tag"),
    Field.BAND: N_("Size of the value"), Field.CLOSE_MONTH: N_("Month of closing"),
    Field.CLOSE_QUARTER: N_("Quarter of closing"), Field.CLOSE_WEEK: N_("Week of closing"),
    Field.CREATED_MONTH: N_("Month of creation"), Field.CREATED_QUARTER: N_("Quarter of creation"),
    Field.CREATED_WEEK: N_("Week of creation"),
}  # fmt: skip
_WITHOUT = {
    Field.OWNER: N_("Nobody"), Field.TEAM: N_("No team"), Field.SOURCE: N_("No source"), Field.PRODUCT: N_("No product"),
    Field.COMPANY: N_("No company"), Field.LOSS_REASON: N_("No reason"), Field.COMPETITOR: N_("No competitor"),
    Field.TAG: N_("No tags"), Field.BAND: N_("No value"),
}  # fmt: skip
_STATES = {StageKind.OPEN: N_("Still open"), StageKind.WON: N_("Deals won"), StageKind.LOST: N_("Deals lost")}
_LISTS: Mapping[Field | None, Mapping[Any, str]] = {
    Field.STATE: _STATES, Field.PRIORITY: PRIORITIES, Field.CATEGORY: CATEGORIES,
}  # fmt: skip
_ORDERS: Mapping[Field | None, list[str]] = {
    Field.STATE: [str(each) for each in StageKind], Field.PRIORITY: [str(each) for each in Priority],
    Field.CATEGORY: [str(each) for each in Category],
}  # fmt: skip


class Names:
    """Names of the groups of one dimension: those that rows name are read for the groups there are."""

    def __init__(self, connection: Any, dimension: Dimension, keys: Iterable[Key], this_year: int) -> None:
        self._dimension, self._year = dimension, this_year
        table = TABLES.get(dimension.field)
        self._read: dict[Any, str] | None = None
        self._places: dict[Any, int] = {}
        self._order: dict[Key, Any] = {}
        if table is not None:
            self._read = dict(
                storage.children.names(connection, table, (each for each in keys if isinstance(each, int)))
            )
        if dimension.field in (Field.STAGE, Field.PIPELINE):
            pipelines = {each.id: each.name for each in storage.reference.pipelines(connection)}
            self._read = self._stages(pipelines) if dimension.field is Field.STAGE else dict(pipelines)
            self._places = {each: place for place, each in enumerate(self._read)}

    def _stages(self, pipelines: Mapping[int, str]) -> dict[Any, str]:
        """Names of all stages, as on the board; two of one name are told apart by their pipelines."""
        ordered = list(pipelines)
        stages = sorted(
            self._dimension.known.stages.values(), key=lambda each: (ordered.index(each.pipeline_id), each.position)
        )
        often = Counter(stage.name for stage in stages)
        return {
            stage.id: stage.name if often[stage.name] == 1 else f"{stage.name} · {pipelines[stage.pipeline_id]}"
            for stage in stages
        }

    def knows(self, key: Key) -> bool:
        """Whether a group can be named; a deal may have come into one that nobody was in."""
        return self._read is None or key in self._read or key is None

    def place(self, key: Key) -> Any:
        """The natural order: stages as on the board, words of the program as they go, times and sizes upwards, else by name."""
        found = self._order.get(key)
        if found is None:
            found = self._order[key] = self._place(key)
        return found

    def _place(self, key: Key) -> Any:
        field = self._dimension.field
        if field in _ORDERS and key in _ORDERS[field]:
            return _ORDERS[field].index(str(key))
        if self._dimension.looks is Looks.BAND:
            return (not isinstance(key, int), key if isinstance(key, int) else 0)
        if self._dimension.timed:
            return str(key)
        if self._dimension.looks is Looks.OWN_TEXT:
            options = [fold(option) for option in self._dimension.known.own[self._dimension.code].options]
            return (options.index(str(key)) if key in options else len(options), str(key))
        if self._dimension.looks is Looks.OWN_FLAG:
            return not key
        return (self._places.get(key, len(self._places)), fold(self.title(key)), str(key))

    def title(self, key: Key) -> str:
        """What a group is called."""
        dimension = self._dimension
        if dimension.looks is Looks.OWN_FLAG:
            return tr("Yes") if key else tr("No")
        if key is None:
            return (
                tr("No date")
                if dimension.timed
                else tr(_WITHOUT[dimension.field])
                if dimension.field in _WITHOUT
                else tr("None")
            )
        if dimension.timed:
            return self._time(str(key))
        if dimension.looks is Looks.BAND:
            return self._band(key)
        words = _LISTS.get(dimension.field)
        if words is not None:
            return tr(words[key]) if key in words else str(key)
        if self._read is not None:
            return self._read.get(key) or f"#{key}"
        return dimension.written.get(key, str(key))

    def _time(self, key: str) -> str:
        if "Q" in key:
            return tr("Q{quarter} {year}").format(quarter=key[6:], year=key[:4])
        if self._dimension.looks is Looks.WEEK:
            return short_date(date.fromisoformat(key), self._year, tight=True)
        return f"{month_name(int(key[5:7]))} {key[:4]}"

    def _band(self, key: Key) -> str:
        currency = self._dimension.known.currency
        if key == FOREIGN or not isinstance(key, int):
            return tr("Other currencies")
        above = next((edge for edge in self._dimension.edges if edge > key), None)
        if above is None:
            return tr("{low} or more").format(low=compact_money(key, currency))
        if not key:
            return tr("less than {high}").format(high=compact_money(above, currency))
        return f"{compact_money(key, currency)} – {compact_money(above, currency)}"
