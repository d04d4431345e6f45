"""What happened to a deal, lead, contact or company: by whom, when, from where, newest first in windows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import unmarked
from ..errors import NotFound
from ..i18n import N_, tr
from .change_names import Entry as Entry
from .change_names import Naming
from .reminders import REMINDED
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.queries.history import HistoryEntry

    _Priced = tuple[HistoryEntry, str, str]

Subject = tuple[str, int]
"""Table and id of a row."""
FROM_COMMANDS = "cli:"
"""How the origin of the command line's commits begins."""
FROM_ELSEWHERE = "sql"
"""The origin of changes that another program makes on a server."""
CHANGED_ELSEWHERE = N_("Changed with another program")
"""What those are called (storage/server/record.sql)."""
SET_ELSEWHERE = N_("Set “{name}” with another program")
"""What a setting is called that another program writes (storage/server/rights.sql)."""
_WINDOW = 200
_SCANNED = 4000
_STAGES = ("stage", "won", "lost", "reopened")


class Kind(StrEnum):
    """What a line of history can be looked for by."""

    STAGES = "stages"
    FIGURES = "figures"
    PEOPLE = "people"
    NOTES = "notes"
    FILES = "files"
    ACTIVITIES = "activities"
    OTHER = "other"


_KINDS = {
    **dict.fromkeys(("stage", "status", "back_reason", "loss_reason", "discard_reason", "discard_note"), Kind.STAGES),
    **dict.fromkeys(
        ("value", "currency", "expected_close", "closed_on", "probability", "created_on", "hold_until", "revenue",
         "employees", "opportunity_line"), Kind.FIGURES,
    ),
    **dict.fromkeys(
        ("owner", "contact", "company", "team", "parent", "opportunity_contact", "employment", "follower", "share"), Kind.PEOPLE
    ),
    **dict.fromkeys(("note", "note_row", "close_note"), Kind.NOTES),
    "attachment": Kind.FILES,
    "activity": Kind.ACTIVITIES,
}  # fmt: skip


class Where(StrEnum):
    """From where a change came."""

    HERE = "here"
    WINDOW = "window"
    COMMANDS = "commands"
    ELSEWHERE = "elsewhere"
    IMPORT = "import"
    SAMPLE = "sample"
    ITSELF = "itself"


_BY_ITSELF = frozenset({"wake", REMINDED, "purge", "setup"})


@dataclass(frozen=True, slots=True)
class Step:
    """What one commit did to one row at one instant, its ``entries`` in the order in which they were written.

    ``how`` the row belongs to the one that is looked at: empty for that row itself, else ``lead``, ``opportunity``,
    ``merged``, ``activity`` (somebody takes part), ``contact`` or ``deal`` (of a company). ``file`` names what was imported;
    ``points`` were given by it. ``number`` grows with time.
    """

    number: int
    at: datetime
    by: str
    by_id: int
    where: Where
    file: str
    verb: str
    seq: int
    subject: Subject
    name: str
    how: str
    entries: tuple[Entry, ...]
    points: int = 0

    @property
    def kinds(self) -> frozenset[Kind]:
        """Everything that this may be looked for by."""
        found = {_KINDS.get(entry.field, Kind.OTHER) for entry in self.entries}
        return frozenset(found | {Kind.STAGES} if self.entries[0].kind == "created" else found)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next older window begins, and the currency that each deal had there."""

    before: int | None = None
    currencies: Mapping[Subject, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A window of steps, newest first. ``older`` None at the beginning of everything; ``newest`` is the number of the
    newest entry there is; ``rows`` whose history this is, the one that is looked at first."""

    steps: list[Step]
    older: Cursor | None
    newest: int
    rows: tuple[Subject, ...]


def page(
    ws: Workspace, table: str, row_id: int, cursor: Cursor | None = None, *, everything: bool = False,
    wanted: Callable[[Step], bool] | None = None, limit: int = 100,
) -> Page:  # fmt: skip
    """A window of what happened to a row, to the lead it was, the deal it became and those merged into it.

    A contact's has the activities they take part in as well; ``everything`` adds a company's contacts and deals.
    ``wanted`` leaves out steps; a window ends after ``limit`` steps or some thousand entries, so that it may be empty
    although there is an older one.
    """
    with ws.store.read() as connection:
        reader = _Reader(ws, connection, table, row_id, everything=everything)
        return reader.page(cursor or Cursor(), wanted or (lambda _: True), limit)


def must_be(ws: Workspace, table: str, row_id: int) -> None:
    """Raises NotFound for a row that nothing has ever happened to."""
    with ws.store.read() as connection:
        if not storage.history.newest(connection, [(table, row_id)], 1):
            raise NotFound(tr("There is no number {id}.").format(id=row_id), tr("Look at the list for its number."))


def since(ws: Workspace, table: str, row_id: int, number: int, *, everything: bool = False) -> Page:
    """The same of what is newer than entry ``number``; ``older`` is not None when that is more than a window."""
    with ws.store.read() as connection:
        reader = _Reader(ws, connection, table, row_id, everything=everything)
        numbers = reader.numbers(None, _WINDOW, after=number)
        steps, _ = reader.steps(storage.history.entries(connection, numbers), {})
        more = Cursor() if len(numbers) == _WINDOW else None
        return Page(steps, more, max(numbers, default=number), reader.rows)


def entries(ws: Workspace, row_id: int, table: str = "opportunity") -> list[Entry]:
    """Everything that happened to a row itself, oldest entry first."""
    found: list[Entry] = []
    with ws.store.read() as connection:
        naming, before = Naming(ws, connection), None
        currency: dict[Subject, str] = {}
        while numbers := storage.history.newest(connection, [(table, row_id)], _WINDOW, before=before):
            kept = storage.history.entries(connection, numbers)
            currency = currency or _currencies_now(connection, {(table, row_id)})
            for one in _in_currencies(kept, currency):
                found += reversed(list(naming.entries(*one)))
            before = numbers[-1]
    return found[::-1]


class _Reader:
    """Reads one row's timeline within one state of the database."""

    def __init__(self, ws: Workspace, connection: Any, table: str, row_id: int, *, everything: bool) -> None:
        self._ws, self._connection = ws, connection
        self._naming = Naming(ws, connection)
        related = storage.history.related(connection, table, row_id)
        if everything and table == "company":
            related += storage.history.belonging(connection, row_id)
        self._how: dict[Subject, str] = {(table, row_id): "", **dict(related)}
        part = storage.history.taking_part(connection, row_id) if table == "contact" else []
        self._activities = [each for each in part if each[0] not in self._how]
        self.rows = tuple(self._how)

    def numbers(self, before: int | None, limit: int, *, after: int = 0) -> list[int]:
        """Numbers of the newest entries between two."""
        found = storage.history.newest(self._connection, self.rows, limit, before=before, after=after)
        if self._activities:
            more = storage.history.newest_of_activities(
                self._connection, self._activities, limit, before=before, after=after
            )
            found = sorted({*found, *more}, reverse=True)[:limit]
        return found

    def page(self, cursor: Cursor, wanted: Callable[[Step], bool], limit: int) -> Page:
        newest = max(self.numbers(None, 1), default=0)
        found: list[Step] = []
        before, currencies, scanned = cursor.before, dict(cursor.currencies), 0
        while len(found) < limit and scanned < _SCANNED:
            numbers = self.numbers(before, _WINDOW)
            if not numbers:
                return Page(found, None, newest, self.rows)
            kept = storage.history.entries(self._connection, numbers)
            whole = _whole_commits(kept) if len(numbers) == _WINDOW else kept
            steps, currencies = self.steps(whole, currencies)
            scanned += len(whole)
            before = whole[-1].id
            found += [step for step in steps if wanted(step)]
            if len(numbers) < _WINDOW:
                return Page(found, None, newest, self.rows)
        return Page(found, Cursor(before, currencies), newest, self.rows)

    def steps(
        self, kept: Sequence[HistoryEntry], currencies: dict[Subject, str]
    ) -> tuple[list[Step], dict[Subject, str]]:
        """Steps of entries, newest first, and the currencies that deals had before them."""
        unknown = {one.subject for one in kept if one.subject[0] == "opportunity"} - currencies.keys()
        currencies = {**_currencies_now(self._connection, unknown), **currencies}
        found: list[Step] = []
        for _, group in groupby(_in_currencies(kept, currencies), key=lambda pair: pair[0].change_seq):
            by_row: dict[Subject, list[_Priced]] = {}
            for one in list(group)[::-1]:
                by_row.setdefault(one[0].subject, []).append(one)
            made = [self._step(part) for written in by_row.values() for part in _by_instant(written)]
            # A file or the sample data brings the past of one row after another's.
            found += sorted(
                (one for one in made if one is not None), key=lambda one: (one.at, one.number), reverse=True
            )
        return self._with_points(found), currencies

    def _step(self, written: list[_Priced]) -> Step | None:
        made = [entry for one in written for entry in self._naming.entries(*one)]
        if not made:
            return None
        last = written[-1][0]
        where, file = _where(self._ws, last)
        how = self._how.get(last.subject, "activity")
        return Step(
            last.id, last.at, last.actor, last.actor_id, where, file, last.verb, last.change_seq, last.subject,
            self._naming.name(*last.subject) if how else "", how, tuple(made),
        )  # fmt: skip

    def _with_points(self, steps: list[Step]) -> list[Step]:
        """The same with what each gave."""
        if not steps:
            return []
        seqs = sorted({step.seq for step in steps})
        about: dict[Subject, list[Subject]] = {}
        for step in steps:
            here = about.setdefault(step.subject, [step.subject])
            for entry in step.entries:
                if entry.field == "activity":
                    done = storage.history.activity_in(entry.now or entry.was)
                    here += [("activity", done)] if done is not None else []
        given = {
            subject: storage.history.points_of(self._connection, dict.fromkeys(those), seqs)
            for subject, those in about.items()
        }
        shown: set[tuple[Subject, int, datetime]] = set()
        found = []
        for step in reversed(steps):
            key = (step.subject, step.seq, step.at)
            points = 0 if key in shown else given[step.subject].get((step.seq, step.at), 0)
            found.append(replace(step, points=points))
            shown.add(key)
        return found[::-1]


def _whole_commits(kept: list[HistoryEntry]) -> list[HistoryEntry]:
    """Without the entries of the last commit, of which more may follow, unless it is all there is."""
    last = kept[-1].change_seq
    whole = [one for one in kept if one.change_seq != last]
    return whole or kept


def _in_currencies(kept: Sequence[HistoryEntry], currencies: dict[Subject, str]) -> Iterator[_Priced]:
    """Entries, newest first, with the currencies that their deal had before and after the commit; ``currencies`` goes back
    with them."""
    for _, commit in groupby(kept, key=lambda one: one.change_seq):
        those = list(commit)
        after = dict(currencies)
        for one in those:
            if one.field == "currency" and one.subject[0] == "opportunity":
                currencies[one.subject] = one.before or ""
        for one in those:
            yield one, currencies.get(one.subject, ""), after.get(one.subject, "")


def _currencies_now(connection: Any, deals: set[Subject]) -> dict[Subject, str]:
    ids = sorted(row_id for table, row_id in deals if table == "opportunity")
    rows = storage.children.rows(connection, "opportunity", {"id": ids}) if ids else []
    return {("opportunity", row["id"]): row["currency"] for row in rows}


def _by_instant(written: list[_Priced]) -> list[list[_Priced]]:
    """An import or the sample data writes a row's whole past in one commit; each instant is a step of its own."""
    parts: list[list[_Priced]] = []
    for one in written:
        entry, last = one[0], parts[-1][-1][0] if parts else None
        if last is None or last.at != entry.at or last.kind == "created" or entry.kind in _STAGES:
            parts.append([one])
        else:
            parts[-1].append(one)
    return parts


def _where(ws: Workspace, one: HistoryEntry) -> tuple[Where, str]:
    """From where a change came and, for an import, of which file."""
    if one.verb == "import":
        label: list[Any] = json.loads(one.label)
        return Where.IMPORT, str(label[1].get("file", "")) if len(label) > 1 and isinstance(label[1], dict) else ""
    if one.verb == "demo":
        return Where.SAMPLE, ""
    if one.verb in _BY_ITSELF or not one.actor_id:
        return Where.ITSELF, ""
    if one.origin.startswith(FROM_COMMANDS):
        return Where.COMMANDS, ""
    if one.origin == FROM_ELSEWHERE:
        return Where.ELSEWHERE, ""
    return Where.HERE if unmarked(one.origin) == ws.origin else Where.WINDOW, ""
