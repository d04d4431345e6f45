"""Conditions mean the same in Python, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, case, delete, insert, select

from salesos_desktop.domain import conditions as c
from salesos_desktop.domain.condition_fields import FieldKind, known_fields, operators_of
from salesos_desktop.domain.conditions import Operator
from salesos_desktop.domain.relative_days import Range, RangeName, Relative, Unit
from salesos_desktop.domain.text import fold
from salesos_desktop.services import board
from salesos_desktop.services.workspace import Workspace
from salesos_desktop.storage.conditions import where
from salesos_desktop.storage.engine import writing
from salesos_desktop.storage.schema import TABLES

PIECES = [
    "a",
    "A",
    "á",
    "Á",
    "ana",
    "ÁNA",
    "López",
    "lopez",
    "ñ",
    "Ü",
    "ß",
    "SS",
    "ẞ",
    "İ",
    "ı",
    "Ł",
    "ø",
    "Σ",
    "ς",
    "σ",
    "ﬁ",
    "™",
    "Ж",
    "ё",
    "Й",
    "中",
    "e\u0301",
    "\u0301",
    " ",
    "  ",
    "\t",
    "\u00a0",
    "\u2003",
    "\n",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "*",
    "[a]",
    ":a",
    "0",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
    st.sampled_from(["", "Ána  López", "ANA\u00a0lopez", "an", "Straße", "strasse ", "i™", "new"]),
)
TODAYS = st.sampled_from(
    [date(2026, 11, 24), date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29), date(2026, 3, 31)]
)
DAYS = st.one_of(
    st.sampled_from([date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2028, 2, 29), date(1999, 1, 1)]),
    st.dates(date(2026, 10, 25), date(2027, 2, 5)),
)
NUMBERS = st.sampled_from([-(2**63) + 1, -5, 0, 1, 2, 3, 11, 12, 31, 2**31, 2**53 + 1, 2**63 - 1])
ZONES: list[tzinfo] = [UTC, timezone(timedelta(hours=-6)), timezone(timedelta(hours=5, minutes=30))]
CUSTOM = st.one_of(
    TEXTS,
    NUMBERS,
    st.booleans(),
    DAYS.map(str),
    st.sampled_from([None, "2026-02-30", "2026-11-3", "2026-11-30 "]),
    st.sampled_from(["٢٠٢٦-11-30", 2.5, -0.5, [], [3], {}, {"budget": 1}, 10**25, 1e300]),
    st.lists(st.one_of(TEXTS, st.integers(0, 3), st.none()), max_size=3),
)
KEYS = ["budget", "Due-on", "e_mail"]
TAGS = st.lists(TEXTS, max_size=3)
PEOPLE = {11: ("Ána  LÓPEZ", "a@x.com", 31, True), 12: ("Straße", "", None, False), 13: ("İ™", "%_", 32, True)}


def written(value: Any, ascii_only: bool) -> str:
    return json.dumps(value, ensure_ascii=ascii_only)


DOCUMENTS = st.builds(written, st.dictionaries(st.sampled_from(KEYS), CUSTOM, max_size=3), st.booleans())
TAG_TEXTS = st.one_of(st.builds(written, TAGS, st.booleans()), st.sampled_from(["", "{}", "[1, null]", '"a"']))
OWNERS = st.sampled_from([None, *PEOPLE])
INSTANTS = st.one_of(
    st.none(),
    st.builds(
        lambda day, seconds: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds),
        DAYS,
        st.sampled_from([-1e-6, 0, 6 * 3600, 6 * 3600 - 1e-6, 18.5 * 3600, 43200]),
    ),
)
LEADS = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "company": TEXTS,
        "position": TEXTS,
        "status": st.sampled_from(["new", "Contactado"]),
        "owner_id": OWNERS,
        "custom": DOCUMENTS,
        "tags": TAG_TEXTS,
        "created_at": INSTANTS,
        "opportunity_id": st.one_of(st.none(), NUMBERS),
    }
)
DEALS = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "external_id": st.one_of(st.none(), TEXTS),
        "value": st.one_of(st.none(), NUMBERS),
        "expected_close": st.one_of(st.none(), DAYS),
        "probability_set": st.booleans(),
        "owner_id": OWNERS,
        "company_id": st.sampled_from([None, 21, 22]),
        "custom": DOCUMENTS,
        "tags": TAG_TEXTS,
    }
)
RELATED = {
    "lead": {
        "owner.name": "owner_id",
        "owner.team_id": "owner_id",
        "owner.active": "owner_id",
        "owner.email": "owner_id",
    },
    "opportunity": {
        "owner.name": "owner_id",
        "company.sector": "company_id",
        "company.employees": "company_id",
        "company.tags": "company_id",
        "company.created_at": "company_id",
    },
}
OWN = {
    "lead": ["name", "company", "position", "status", "owner_id", "tags", "created_at", "opportunity_id"],
    "opportunity": ["name", "external_id", "value", "expected_close", "probability_set", "owner_id", "tags"],
}

some_text = TEXTS.filter(lambda text: fold(text) != "")
some_day = st.one_of(DAYS, st.builds(Relative, st.sampled_from(list(Unit)), st.integers(-40, 40)))
ranges = st.one_of(
    st.sampled_from([Range(name) for name in RangeName if not name.endswith("_days")]),
    st.builds(Range, st.sampled_from([RangeName.LAST_DAYS, RangeName.NEXT_DAYS]), st.integers(1, 40)),
)
VALUES = {
    FieldKind.TEXT: some_text,
    FieldKind.NUMBER: NUMBERS,
    FieldKind.FLAG: st.booleans(),
    FieldKind.DATE: some_day,
    FieldKind.TAGS: some_text,
}


_AS = {
    FieldKind.MONEY: FieldKind.NUMBER,
    FieldKind.REF: FieldKind.NUMBER,
    FieldKind.CHOICE: FieldKind.TEXT,
    FieldKind.INSTANT: FieldKind.DATE,
}


@st.composite
def a_test(draw: st.DrawFn, table: str) -> c.Test:
    """Any field with an operator that mostly fits; where it does not, the value counts as missing on all sides."""
    field = draw(st.sampled_from([*OWN[table], *RELATED[table], *(f"custom.{key}" for key in KEYS)]))
    own = known_fields(table).get(field)
    kind = draw(
        st.sampled_from(list(VALUES)) if own is None or draw(st.integers(0, 3)) == 3 else st.just(_AS.get(own, own))
    )
    operator = draw(st.sampled_from(operators_of(kind)))
    value: Any = draw(VALUES[kind])
    if operator in (Operator.EMPTY, Operator.NOT_EMPTY):
        value = None
    elif operator in (Operator.ONE_OF, Operator.NONE_OF, Operator.HAS_ANY, Operator.HAS_NONE):
        value = tuple(draw(st.lists(VALUES[kind], min_size=1, max_size=3)))
    elif operator is Operator.BETWEEN:
        value = (value, draw(VALUES[kind]))
    elif operator is Operator.WITHIN:
        value = draw(ranges)
    return c.Test(field, operator, value)


def trees(table: str) -> st.SearchStrategy[c.Condition]:
    def groups(part: st.SearchStrategy[c.Condition]) -> st.SearchStrategy[c.Condition]:
        parts = st.lists(part, max_size=3).map(tuple)
        return st.one_of(st.builds(c.All, parts), st.builds(c.AnyOf, parts), st.builds(c.Not, part))

    return st.recursive(a_test(table), groups, max_leaves=5)


def fill(connection: Connection, table: str, rows: list[dict[str, Any]], stage_id: int) -> list[dict[str, Any]]:
    """Puts the rows in the place of those that were there; as Python sees them, with what they refer to."""
    target = TABLES[table]
    if connection.dialect.name == "postgresql":
        # Without totals and history: no service lets values of this size in.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    connection.execute(delete(target))
    kept = {"folded": "name", "company_folded": "company"}
    for number, row in enumerate(rows, 1):
        derived = {name: fold(row[of]) for name, of in kept.items() if name in target.c and of in row}
        more = {"stage_id": stage_id} if table == "opportunity" else {}
        connection.execute(insert(target).values(id=number, **row, **derived, **more))
    seen = [dict(row) for row in connection.execute(select(target).order_by(target.c.id)).mappings()]
    for field, reference in RELATED[table].items():
        name, _, column = field.partition(".")
        related = TABLES["person" if name == "owner" else name]
        found: Mapping[int, Any] = {r[0]: r[1] for r in connection.execute(select(related.c.id, related.c[column]))}
        for row in seen:
            row[field] = found.get(row[reference])
    return seen


def prepare(ws: Workspace) -> None:
    with writing(ws.store.engine) as connection:
        for team in (31, 32):
            connection.execute(insert(TABLES["team"]).values(id=team, name=str(team)))
        for number, (name, email, team_id, active) in PEOPLE.items():
            values = {"name": name, "folded": fold(name), "email": email, "team_id": team_id, "active": active}
            connection.execute(insert(TABLES["person"]).values(id=number, **values))
        made = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
        for number, sector, employees, at in ((21, "Energía", None, made), (22, "", 3, None)):
            values = {"name": "x", "folded": "x", "sector": sector, "employees": employees, "created_at": at}
            connection.execute(insert(TABLES["company"]).values(id=number, **values))


def disagreements(
    connection: Connection,
    table: str,
    seen: list[dict[str, Any]],
    conditions: Sequence[c.Condition],
    today: date,
    zone: tzinfo,
) -> list[tuple[c.Condition, dict[str, Any]]]:
    """Conditions and rows of which Python and the database do not say the same."""
    target = TABLES[table]
    wrong = []
    for start in range(0, len(conditions), 50):
        some = conditions[start : start + 50]
        answers = [case((where(condition, table, today, zone), 1), else_=0) for condition in some]
        found = connection.execute(select(*answers).select_from(target).order_by(target.c.id)).all()
        for row, answer in zip(seen, found, strict=True):
            wrong += [(t, row) for t, said in zip(some, answer, strict=True) if c.matches(t, row, today, zone) != said]
    return wrong


EDGES: dict[FieldKind, list[Any]] = {
    FieldKind.TEXT: ["Ána  López", "ana lopez", "ANA", "an", "Straße", "strasse", "İ™", "i™", "a%b", "new"],
    FieldKind.NUMBER: [0, -5, 11, 31, 100, 101, 2**53, 2**53 + 1, 2**63 - 1],
    FieldKind.FLAG: [True, False],
    FieldKind.DATE: [date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)],
    FieldKind.TAGS: ["wéb", "ana", "strasse"],
}
EDGE_TEXTS = ["", " ", "\u0301", *EDGES[FieldKind.TEXT]]
EDGE_DAYS = [None, *EDGES[FieldKind.DATE]]
EDGE_LISTS: list[Any] = [[], ["WEB"], ["x", "Straße", 3], [3, None], {}]
EDGE_CUSTOM = [None, *EDGE_TEXTS, *EDGES[FieldKind.NUMBER], 100.5, -5.5, True, False, *map(str, EDGE_DAYS), *EDGE_LISTS]
MIDNIGHTS = [datetime(2026, 11, 30, tzinfo=zone).astimezone(UTC) for zone in ZONES]
EDGE_INSTANTS = [None, *MIDNIGHTS, *(moment - timedelta(microseconds=1) for moment in MIDNIGHTS)]


def edge_rows(table: str) -> list[dict[str, Any]]:
    """Rows in which every edge comes up beside ever different ones."""

    def turn(edges: list[Any], row: int, shift: int) -> Any:
        return edges[(row + shift * (row // len(edges))) % len(edges)]

    made = []
    for n in range(36):
        row = {"name": turn(EDGE_TEXTS, n, 1), "owner_id": turn([None, *PEOPLE], n, 1)}
        row["tags"] = json.dumps(turn(EDGE_LISTS, n, 1))
        row["custom"] = json.dumps({"budget": turn(EDGE_CUSTOM, n, 1)} if n else {})
        if table == "lead":
            row |= {"company": turn(EDGE_TEXTS, n, 2), "position": turn(EDGE_TEXTS, n, 3)}
            row |= {"status": ["new", "Ana"][n % 2], "created_at": turn(EDGE_INSTANTS, n, 1)}
            row |= {"opportunity_id": turn([None, *EDGES[FieldKind.NUMBER]], n, 1)}
        else:
            row |= {
                "external_id": turn([None, *EDGE_TEXTS], n, 2),
                "value": turn([None, *EDGES[FieldKind.NUMBER]], n, 1),
            }
            row |= {"expected_close": turn(EDGE_DAYS, n, 1), "probability_set": n % 2 == 0}
            row |= {"company_id": [None, 21, 22][n % 3]}
        made.append(row)
    return made


def edge_tests(table: str) -> Iterator[c.Test]:
    """Each field with each operator that fits it and the values at which answers change; a custom field with all kinds."""
    for field in [*OWN[table], *RELATED[table], "custom.budget"]:
        own = known_fields(table).get(field)
        for kind in [_AS.get(own, own)] if own else VALUES:
            yield c.Test(field, Operator.EMPTY)
            yield c.Test(field, Operator.NOT_EMPTY)
            values = EDGES[kind]
            for operator in c.OPERATORS[c.Test(field, Operator.EQUALS, values[0]).reads]:
                if kind is FieldKind.TAGS or operator in (Operator.ONE_OF, Operator.NONE_OF):
                    listed = Operator.HAS_ANY if kind is FieldKind.TAGS else operator
                    yield c.Test(field, listed, tuple(values[:2]))
                elif operator is Operator.BETWEEN:
                    yield from (c.Test(field, operator, ends) for ends in pairwise(values))
                elif operator is Operator.WITHIN:
                    yield from (c.Test(field, operator, Range(name, name.endswith("_days") * 7)) for name in RangeName)
                else:
                    yield from (c.Test(field, operator, value) for value in values)


@pytest.mark.parametrize("table", ["lead", "opportunity"])
def test_every_operator_means_the_same_at_its_edges(any_ws: Workspace, table: str) -> None:
    prepare(any_ws)
    tests = list(dict.fromkeys(edge_tests(table)))
    conditions: list[c.Condition] = [*tests, *(c.Not(test) for test in tests[::9])]
    with writing(any_ws.store.engine) as connection:
        seen = fill(connection, table, edge_rows(table), board.stages(any_ws)[0].id)
        assert disagreements(connection, table, seen, conditions, date(2026, 11, 30), UTC) == []
        moments = [test for test in tests if test.field.endswith("_at")]
        for zone in ZONES[1:]:
            assert disagreements(connection, table, seen, moments, date(2026, 11, 30), zone) == []


@pytest.mark.parametrize("table", ["lead", "opportunity"])
def test_conditions_mean_the_same_everywhere(any_ws: Workspace, table: str) -> None:
    prepare(any_ws)
    stage_id = board.stages(any_ws)[0].id

    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        database=None,
    )
    @given(
        rows=st.lists(LEADS if table == "lead" else DEALS, min_size=2, max_size=8),
        conditions=st.lists(trees(table), min_size=8, max_size=12),
        today=TODAYS,
        zone=st.sampled_from(ZONES),
    )
    def agree(rows: list[dict[str, Any]], conditions: list[c.Condition], today: date, zone: tzinfo) -> None:
        with writing(any_ws.store.engine) as connection:
            seen = fill(connection, table, rows, stage_id)
            assert disagreements(connection, table, seen, conditions, today, zone) == []

    agree()


def test_a_statement_may_join_what_a_condition_looks_at(any_ws: Workspace) -> None:
    prepare(any_ws)
    lead, person = TABLES["lead"], TABLES["person"]
    rows = [{"name": "a", "owner_id": 11}, {"name": "b", "owner_id": 12}, {"name": "c", "owner_id": None}]
    expression = where(c.Test("owner.name", Operator.STARTS_WITH, "ana"), "lead", date(2026, 11, 30))
    with writing(any_ws.store.engine) as connection:
        fill(connection, "lead", rows, 0)
        joined = select(lead.c.name, person.c.name).outerjoin(person, person.c.id == lead.c.owner_id)
        assert connection.execute(joined.where(expression)).all() == [("a", "Ána  LÓPEZ")]
