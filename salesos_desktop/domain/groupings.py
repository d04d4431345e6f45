"""What deals of a figure are grouped by: out of a deal the keys of its groups, and out of a key the condition for its deals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from .conditions import All, AnyOf, Condition, Not, Operator, Test
from .custom_fields import CustomField, FieldForm, stored
from .money import exponent
from .periods import add_months, month_of, month_start
from .questions import TIMED, Field, one_of
from .stages import Stage, StageKind
from .text import fold

Key: TypeAlias = int | str | bool | None
"""An id; a word; a folded text; ``YYYY-MM``, ``YYYY-Qn`` or the Monday of a week; the least value of a band; None for without."""

FOREIGN = "currency"
"""The band of values in other currencies than the workspace's."""
_EDGES = tuple(step * 10**power for power in range(3, 10) for step in (1, 5))
"""Where bands of values part, in major units."""


class Looks(StrEnum):
    """What a dimension looks at in a deal: a column, its month or week (counted from 1 January of the year 1), its band, a
    list of texts; or a text, a list or a box among its own fields."""

    COLUMN = "column"
    MONTH = "month"
    WEEK = "week"
    BAND = "band"
    LIST = "list"
    OWN_TEXT = "own_text"
    OWN_LIST = "own_list"
    OWN_FLAG = "own_flag"


_COLUMNS = {
    Field.STAGE: "stage_id", Field.STATE: "stage_id", Field.PIPELINE: "stage_id", Field.OWNER: "owner_id",
    Field.TEAM: "owner_id", Field.SOURCE: "source_id", Field.PRODUCT: "product_id", Field.COMPANY: "company_id",
    Field.PRIORITY: "priority", Field.LOSS_REASON: "loss_reason_id", Field.COMPETITOR: "competitor",
    Field.CATEGORY: "category", Field.TAG: "tags", Field.BAND: "value",
}  # fmt: skip
_FORMS = {
    FieldForm.CHOICE: Looks.OWN_TEXT, FieldForm.CHOICES: Looks.OWN_LIST, FieldForm.CHECKBOX: Looks.OWN_FLAG,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What groups are made out of beside the deal: stages by id, person → team, the workspace's currency, own fields by path."""

    stages: Mapping[int, Stage]
    teams: Mapping[int | None, int | None]
    currency: str
    own: Mapping[str, CustomField]


class Dimension:
    """One field. ``looks`` at ``name``: a column of ``opportunity`` or the key of an own field. ``several``: a deal can be in
    more groups than one. ``timed``: its groups follow each other. ``written``: folded text → how somebody wrote it."""

    def __init__(self, code: str, known: Known) -> None:
        self.code, self.known = code, known
        self.written: dict[Key, str] = {}
        self.timed = code in TIMED
        own = known.own.get(code)
        self.field = None if own is not None else Field(code)
        if own is not None:
            self.looks, self.name = _FORMS[own.form], own.key
        elif self.timed:
            self.looks = Looks.WEEK if code.endswith("_week") else Looks.MONTH
            self.name = "day" if code.startswith("close") else "created_on"
        else:
            self.looks = {Field.TAG: Looks.LIST, Field.BAND: Looks.BAND}.get(Field(code), Looks.COLUMN)
            self.name = _COLUMNS[Field(code)]
        self.several = self.looks in (Looks.LIST, Looks.OWN_LIST)
        self.path = f"custom.{self.name}" if own is not None else self.name
        self.edges = tuple(edge * 10 ** exponent(known.currency) for edge in _EDGES)

    # Out of a deal ------------------------------------------------------------------------------------------------

    def raw(self, row: Mapping[str, Any]) -> Any:
        """What it looks at in a row of ``opportunity``, as storage/queries/pivots.py groups by it."""
        if self.looks in (Looks.OWN_TEXT, Looks.OWN_LIST, Looks.OWN_FLAG):
            return _own(stored(row).get(self.name), self.looks)
        value = row[self.name]
        match self.looks:
            case Looks.MONTH:
                return None if value is None else month_of(value)
            case Looks.WEEK:
                return None if value is None else (value.toordinal() - 1) // 7
            case Looks.BAND:
                return None if value is None else max((edge for edge in self.edges if edge <= value), default=0)
            case Looks.LIST:
                return _own(stored({"custom": f'{{"tags": {value or "[]"}}}'}).get("tags"), Looks.OWN_LIST)
        return value

    def keys(self, raw: Any, stage: Stage, currency: str) -> tuple[Key, ...]:
        """The groups of a deal; (None,) for one that is in none."""
        if self.looks in (Looks.LIST, Looks.OWN_LIST):
            return tuple(dict.fromkeys(self._text(text) for text in raw)) or (None,)
        if self.looks is Looks.OWN_TEXT or self.field is Field.COMPETITOR:
            return (self._text(raw),)
        if self.looks is Looks.OWN_FLAG:
            return (raw is True,)
        if self.timed:
            return (self._time(raw),)
        match self.field:
            case Field.STATE:
                return (stage.kind.value,)
            case Field.PIPELINE:
                return (stage.pipeline_id,)
            case Field.TEAM:
                return (self.known.teams.get(raw),)
            case Field.CATEGORY:
                return (str(raw or stage.category) if stage.kind is StageKind.OPEN else stage.category.value,)
            case Field.BAND:
                return (FOREIGN if raw is not None and currency != self.known.currency else raw,)
        return (raw,)

    def _text(self, text: str | None) -> str | None:
        key = fold(text or "") or None
        if key is not None and text is not None and text < self.written.get(key, "\U0010ffff"):
            self.written[key] = text
        return key

    def _time(self, raw: Any) -> str | None:
        if raw is None or (self.looks is Looks.MONTH and not self.code.endswith("_quarter")):
            return raw  # type: ignore[no-any-return]
        if self.looks is Looks.WEEK:
            return date.fromordinal(raw * 7 + 1).isoformat()
        return f"{raw[:4]}-Q{(int(raw[5:]) + 2) // 3}"

    # Out of a key -------------------------------------------------------------------------------------------------

    def holds(self, key: Key) -> Condition:
        """The deals of a group."""
        if self.timed and key is not None:
            first, after = self.days(str(key))
            return Test(self.name, Operator.BETWEEN, (first, after - timedelta(days=1)))
        if self.looks is Looks.OWN_FLAG:
            return Test(self.path, Operator.EQUALS if key else Operator.NOT_EQUALS, True)
        match self.field:
            case Field.STATE | Field.PIPELINE:
                return self._staged(
                    lambda stage: (stage.kind.value, stage.pipeline_id)[self.field is Field.PIPELINE] == key
                )
            case Field.TEAM:
                return self._team(key)
            case Field.CATEGORY:
                return self._category(str(key))
            case Field.BAND if key is not None:
                return self._band(key)
        if key is None:
            return Test(self.path, Operator.EMPTY)
        if self.several:
            return Test(self.path, Operator.HAS_ANY, (str(key),))
        return Test(self.path, Operator.EQUALS, key)

    def days(self, key: str) -> tuple[date, date]:
        """First day of a month, quarter or week, and first day of the next."""
        if self.looks is Looks.WEEK:
            first = date.fromisoformat(key)
            return first, first + timedelta(days=7)
        month, months = (key, 1) if "Q" not in key else (f"{key[:4]}-{int(key[6]) * 3 - 2:02d}", 3)
        return month_start(month), month_start(add_months(month, months))

    def between(self, first: Key, last: Key, most: int) -> list[Key]:
        """Every time from one to another, both included; empty where these are more than ``most``."""
        found: list[Key] = []
        key = str(first)
        while key <= str(last):
            found.append(key)
            if len(found) > most:
                return []
            following = self.days(key)[1]
            raw = (following.toordinal() - 1) // 7 if self.looks is Looks.WEEK else month_of(following)
            key = str(self._time(raw))
        return found

    def _staged(self, wanted: Any) -> Condition:
        return one_of("stage_id", [stage.id for stage in self.known.stages.values() if wanted(stage)])

    def _team(self, key: Key) -> Condition:
        members = [person for person, team in self.known.teams.items() if team is not None and person is not None]
        if key is None:
            return Not(one_of("owner_id", members))
        return one_of("owner_id", [person for person in members if self.known.teams[person] == key])

    def _category(self, key: str) -> Condition:
        """Open deals that say so themselves, and those that say nothing in stages that do."""
        said = All((Test("category", Operator.EQUALS, key), self._staged(lambda stage: stage.kind is StageKind.OPEN)))
        closed = self._staged(lambda stage: stage.kind is not StageKind.OPEN and stage.category == key)
        opened = self._staged(lambda stage: stage.kind is StageKind.OPEN and stage.category == key)
        silent = All((Test("category", Operator.EMPTY), opened))
        return AnyOf((said, silent, closed))

    def _band(self, key: Key) -> Condition:
        own = Test("currency", Operator.EQUALS, self.known.currency)
        if key == FOREIGN:
            return All((Not(own), Test("value", Operator.NOT_EMPTY)))
        above = next((edge for edge in self.edges if isinstance(key, int) and edge > key), None)
        tests: list[Condition] = [own]
        if key:
            tests.append(Test("value", Operator.AT_LEAST, key))
        if above is not None:
            tests.append(Test("value", Operator.LESS, above))
        return All(tuple(tests))


def _own(value: Any, looks: Looks) -> Any:
    """A value of an own field as it is grouped by; what is of another type is none."""
    if looks is Looks.OWN_LIST:
        return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
    if looks is Looks.OWN_FLAG:
        return value if isinstance(value, bool) else None
    return value if isinstance(value, str) else None
