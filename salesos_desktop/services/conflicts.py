"""Two people at one record: an edit is refused only where somebody else has changed the very field since it was shown."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from .. import storage
from ..errors import Clash, Conflict
from ..i18n import N_, date_time, long_date, tr
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

Shown: TypeAlias = Mapping[str, Any]
"""Columns of a row as they were shown to whoever edits it; what is not in it is not compared."""
_TOGETHER = {
    ("opportunity", "value"): (("value", "currency"), ("value", "currency")),
    ("activity", "due_on"): (("due_on", "due_at", "time_zone", "occurs"), ("due_on", "starts", "time_zone")),
    ("activity", "subject_id"): (("subject_id", "subject_table"), ("about",)),
}
"""Columns that say something only together, under the first of them, and what the service calls them."""
_UNDER = {("activity", "due_at"): "due_on", ("activity", "subject_table"): "subject_id"}
_QUIET = frozenset({"custom", "value_follows", "probability_set", "remind_at", "occurs", "time_zone", "edited_at"})
"""Columns that follow from others, and own fields, which are compared one by one."""
_TITLES = {
    "due_on": N_("When"), "subject_id": N_("About"), "assignee_id": N_("Assigned to"), "minutes": N_("Length"),
    "reminder_minutes": N_("Reminder"), "recurrence": N_("Repeats"), "outcome": N_("Outcome"), "subject": N_("Subject"),
    "kind": N_("Kind"), "body": N_("Note"),
}  # fmt: skip


def refuse(
    ws: Workspace, uow: UnitOfWork, table: str, row: Mapping[str, Any], after: Mapping[str, Any],
    values: Mapping[str, Any], expect: Shown | None,
) -> None:  # fmt: skip
    """Raises Conflict for fields that ``after`` (columns) would change and that are not as they were shown any more.

    ``values`` are what the service was given, by its own names; ``row`` what is kept now.
    """
    if not expect:
        return
    expect = _with_references(uow, table, row, after, expect)
    changed = [n for n in after.keys() - _QUIET if n in expect and n in row and after[n] != row[n] != expect[n]]
    if table == "opportunity" and "value" in after and expect.get("currency", row["currency"]) != row["currency"]:
        changed = ["value", *(name for name in changed if name != "currency")]
    heads = sorted({_UNDER.get((table, name), name) for name in changed}, key=list(row).index)
    own = _own_clashes(row, after, values, expect)
    if heads or own:
        words = _Words(ws, uow, table, row, expect)
        clashes = [*(words.of(name, after, values) for name in heads), *(words.own(key, after) for key in own)]
        named = {**row, **expect}
        raise _conflict(ws, str(named.get("name") or named.get("subject") or ""), clashes)


def resolved(
    values: Mapping[str, Any], expect: Shown | None, error: Conflict, mine: Collection[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What to write and to expect once somebody has chosen: ``mine`` are the fields where theirs is overwritten."""
    left, shown = {**values, "custom": dict(values.get("custom") or {})}, dict(expect or {})
    for clash in error.clashes:
        shown |= clash.now
        own = clash.field.removeprefix("custom.")
        if clash.field in mine:
            left |= {**clash.values, "custom": {**left["custom"], **clash.values.get("custom", {})}}
        elif own != clash.field:
            left["custom"].pop(own, None)
        else:
            for name in clash.values:
                left.pop(name, None)
    if not left["custom"]:
        del left["custom"]
    return left, shown


def as_shown(record: Any) -> dict[str, Any]:
    """The columns that a line, a card or an activity has shown."""
    found = {each.name: getattr(record, each.name) for each in dataclasses.fields(record)}
    if isinstance(found.get("tags"), tuple):
        found["tags"] = json.dumps(found["tags"], ensure_ascii=False)
    return found


def _with_references(
    uow: UnitOfWork, table: str, row: Mapping[str, Any], after: Mapping[str, Any], expect: Shown
) -> Shown:
    """Also the numbers of companies, contacts and products of which only the names were shown; 0 for one that it is not."""
    more = {}
    for column in after:
        name = expect.get(column.removesuffix("_id"))
        if table == "opportunity" and column.endswith("_id") and column not in expect and isinstance(name, str):
            now = storage.reference.name_of(uow.connection, column.removesuffix("_id"), row[column])
            more[column] = row[column] if now == name else 0
    return {**expect, **more}


def _own_clashes(
    row: Mapping[str, Any], after: Mapping[str, Any], values: Mapping[str, Any], expect: Shown
) -> list[str]:
    """Keys of own fields that both have changed."""
    if "custom" not in after or "custom" not in expect:
        return []
    now, wanted, shown = (json.loads(each["custom"] or "{}") for each in (row, after, expect))
    return [key for key in values.get("custom") or {} if wanted.get(key) != now.get(key) != shown.get(key)]


def _conflict(ws: Workspace, name: str, clashes: list[Clash]) -> Conflict:
    first = clashes[0]
    said = {
        "who": first.who or tr("Somebody else"), "field": first.title, "name": name, "theirs": first.theirs[:80],
        "when": when(ws, first.at),
    }  # fmt: skip
    title = tr("{who} has changed “{field}” of “{name}” to “{theirs}” meanwhile ({when}).").format(**said)
    return Conflict(title, tr("Nothing was written."), clashes=tuple(clashes))


def when(ws: Workspace, at: datetime | None) -> str:
    """The moment of a change for people, empty when it is not known."""
    return "" if at is None else date_time(at, ws.clock.zone(), ws.clock.today().year)


class _Words:
    """What clashing fields are called and say."""

    def __init__(
        self, ws: Workspace, uow: UnitOfWork, table: str, row: Mapping[str, Any], expect: Shown
    ) -> None:  # fmt: skip
        from .change_names import Naming

        uow.flush()
        self._ws, self._uow, self._table, self._row, self._expect = ws, uow, table, row, expect
        self._naming = Naming(ws, uow.connection)

    def of(self, column: str, after: Mapping[str, Any], values: Mapping[str, Any]) -> Clash:
        """A column that both have changed."""
        from .change_words import field_name

        own_name = column if column in values else column.removesuffix("_id")
        columns, names = _TOGETHER.get((self._table, column), ((column,), (own_name,)))
        shown = {each: self._expect.get(each, self._row[each]) for each in columns}
        mine = {name: values.get(name, shown.get(name)) for name in names if name in values or name in shown}
        who, at = self._who(column)
        return Clash(
            next((name for name in names if name in values), names[0]),
            tr(_TITLES[column]) if column in _TITLES else field_name(column.removesuffix("_id")),
            self._text(column, self._expect), self._text(column, self._row),
            self._text(column, {**self._row, **shown, **after}), who, at, mine, {each: self._row[each] for each in columns},
        )  # fmt: skip

    def own(self, key: str, after: Mapping[str, Any]) -> Clash:
        """An own field."""
        from .custom_values import shown

        each = self._naming.own(key)
        kept = (json.loads(row["custom"] or "{}").get(key) for row in (self._expect, self._row, after))
        before, theirs, mine = (shown(self._ws, each, value) or "—" for value in kept)
        values = {"custom": {key: json.loads(after["custom"] or "{}").get(key)}}
        who, at = self._who("custom")
        return Clash(
            f"custom.{key}", each.label, before, theirs, mine, who, at, values, {"custom": self._row["custom"]}
        )  # fmt: skip

    def _text(self, column: str, row: Shown) -> str:
        from ..storage.encoding import plain
        from .change_words import value_text

        connection, value = self._uow.connection, row[column]
        if value == 0 and column.endswith("_id"):
            return str(row[column.removesuffix("_id")]) or "—"
        if column == "due_on" and row.get("due_at") is not None:
            return when(self._ws, row["due_at"])
        if value is not None and column == "due_on":
            return long_date(value)
        if value is not None and column in ("assignee_id", "subject_id"):
            table = "person" if column == "assignee_id" else row["subject_table"]
            return storage.reference.name_of(connection, table, value)
        if column == "kind":
            return next((kind.name for kind in storage.activities.kinds(connection) if kind.code == value), value)
        text = self._naming.of(column, plain(value))
        return value_text(column.removesuffix("_id"), text, row.get("currency", self._ws.currency))

    def _who(self, column: str) -> tuple[str, datetime | None]:
        actor_id, at, _ = storage.change_log.last_change(self._uow.connection, self._table, self._row["id"], column)
        return storage.reference.name_of(self._uow.connection, "person", actor_id), at
