"""Names in a file become rows of the workspace: found, matched as nearly the same, or made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ... import storage
from ...domain.stages import DEFAULT_STAGES, Stage, StageKind
from ...domain.text import fold, one_line

if TYPE_CHECKING:
    from ...storage.unit_of_work import UnitOfWork

_ALIASES = {
    StageKind.WON: ("won", "ganado", "ganada", "ganados", "closed won", "cerrado ganado", "cerrada ganada", "venta"),
    StageKind.LOST: ("lost", "perdido", "perdida", "perdidos", "closed lost", "cerrado perdido", "cerrada perdida"),
}
_FUZZY_FROM = 86
_MANY = 20_000
_NOTHING = object()


def squeezed(name: str) -> str:
    """A name without spaces and signs: ``GTX Pro`` and ``GTXPro`` are one."""
    return "".join(c for c in fold(name) if c.isalnum())


class Links:
    """Looks names up once each. ``matches`` is what a person decided: folded value → name to take.

    What a row of the file makes is numbered at once and written by ``keep``, when nothing can be wrong with the row any
    more; ``drop`` forgets it. ``matched`` collects (table, value, name) of what was taken for the same because only spaces
    or signs differ, ``made`` counts by table.
    """

    def __init__(
        self, uow: UnitOfWork, matches: Mapping[str, str], defaults: Mapping[str, Callable[[], dict[str, Any]]]
    ) -> None:
        self._uow = uow
        self._matches = {fold(value): name for value, name in matches.items()}
        self._defaults = defaults
        self._known: dict[str, dict[str, int]] = {}
        self._squeezed: dict[str, dict[str, tuple[int, str] | None]] = {}
        self._people: dict[tuple[int | None, str], tuple[int, str] | None] | None = None
        self._waiting: list[tuple[str, int, dict[str, Any]]] = []
        self._taking: list[tuple[int, int]] = []
        self._before: list[tuple[dict[Any, Any], Any, Any]] = []
        self.matched: dict[tuple[str, str], str] = {}
        self.made: dict[str, int] = {}

    def begin(self) -> None:
        """A new row of the file: what the one before has left stays."""
        self._waiting.clear()
        self._taking.clear()
        self._before.clear()

    def keep(self) -> list[tuple[str, int]]:
        """Writes what this row makes; (table, id) of each."""
        made = [(table, row_id) for table, row_id, _ in self._waiting]
        for table, row_id, values in self._waiting:
            self._uow.insert(table, values, row_id)
            self.made[table] = self.made.get(table, 0) + 1
        for contact_id, company_id in self._taking:
            self._uow.update("contact", contact_id, {"company_id": company_id})
        self.begin()
        return made

    def drop(self) -> None:
        """Forgets what this row would have made and matched."""
        for names, key, value in reversed(self._before):
            if value is _NOTHING:
                del names[key]
            else:
                names[key] = value
        self.begin()

    def get(self, table: str, name: str, more: Mapping[str, Any] | None = None) -> int | None:
        """Id of the row of that name, made when there is none (with ``more`` values); None for an empty name."""
        name = one_line(name)
        if not name:
            return None
        folded = fold(name)
        decided = self._matches.get(folded)
        if decided is not None:
            name, folded = decided, fold(decided)
        known = self._load(table)
        found = known.get(folded)
        if found is None and decided is None:
            near = self._squeezed[table].get(squeezed(name))
            if near is not None:
                found = near[0]
                self._put(known, folded, found)
                self._put(self.matched, (table, name), near[1])
        if found is None:
            found = self._make(table, name, folded, more or {})
        return found

    def contact(self, name: str, company_id: int | None) -> int | None:
        """Id of the contact of that name at a company, made when there is none; who has no company yet takes this one.

        Without a company whoever has the name; None for an empty name.
        """
        name = one_line(name)
        if company_id is None or not name:
            return self.get("contact", name)
        decided = self.decided(name)
        people, key = self._load_people(), _key(decided or name)
        found = people.get((company_id, key))
        if found is None and (free := people.get((None, key))) is not None:
            self._taking.append((free[0], company_id))
            self._put(people, (None, key), None)
            self._put(people, (company_id, key), free)
            found = free
        if found is None:
            known = self._load("contact").get(fold(decided)) if decided is not None else None
            return self._make("contact", name, fold(name), {"company_id": company_id}) if known is None else known
        if decided is None and fold(found[1]) != fold(name):
            self._put(self.matched, ("contact", name), found[1])
        return found[0]

    def decided(self, name: str) -> str | None:
        """What a person decided that a value stands for."""
        return self._matches.get(fold(name))

    def find(self, table: str, name: str) -> int | None:
        """Id of the row of that name, None when there is none."""
        return self._load(table).get(fold(self._matches.get(fold(name), name)))

    def add(self, table: str, name: str, row_id: int) -> None:
        """Makes a row known that was made by other means."""
        if table in self._known:
            if fold(name) not in self._known[table]:
                self._put(self._known[table], fold(name), row_id)
            self._add_squeezed(table, name, row_id)

    def _put(self, names: dict[Any, Any], key: Any, value: Any) -> None:
        self._before.append((names, key, names.get(key, _NOTHING)))
        names[key] = value

    def _load(self, table: str) -> dict[str, int]:
        known = self._known.get(table)
        if known is None:
            self._uow.flush()
            known, marked = {}, len(self._before)
            self._known[table] = known
            self._squeezed[table] = {}
            for row in storage.reference.named(self._uow.connection, table):
                known.setdefault(fold(row.name), row.id)
                self._add_squeezed(table, row.name, row.id)
            # What the database holds is no row's own.
            self._before[marked:] = []
        return known

    def _load_people(self) -> dict[tuple[int | None, str], tuple[int, str] | None]:
        """(company, squeezed name) → contact and its name; a further company of a contact counts as well."""
        if self._people is None:
            self._uow.flush()
            self._people = {}
            for contact_id, name, company_id in storage.importing.contacts(self._uow.connection):
                self._people.setdefault((company_id, _key(name)), (contact_id, name))
        return self._people

    def _add_squeezed(self, table: str, name: str, row_id: int) -> None:
        short = squeezed(name)
        if short:
            there = self._squeezed[table].get(short)
            one = None if short in self._squeezed[table] and there != (row_id, name) else (row_id, name)
            self._put(self._squeezed[table], short, one)

    def _make(self, table: str, name: str, folded: str, more: Mapping[str, Any]) -> int:
        values = {"name": name, "folded": folded, **self._defaults.get(table, dict)(), **more}
        if table == "team":
            values.pop("folded")
        new_id = self._uow.next_id(table)
        self._waiting.append((table, new_id, values))
        self.add(table, name, new_id)
        if table == "contact" and self._people is not None:
            self._put(self._people, (values.get("company_id"), _key(name)), (new_id, name))
        return new_id


def _key(name: str) -> str:
    return squeezed(name) or fold(name)


def near_names(names: list[str], value: str) -> list[str]:
    """Up to three existing names that look like ``value`` (rapidfuzz ratio of 86 or more), most alike first."""
    from rapidfuzz import fuzz, process

    found = process.extract(
        squeezed(value), {n: squeezed(n) for n in names[:_MANY]}, scorer=fuzz.ratio, score_cutoff=_FUZZY_FROM, limit=3
    )
    return [key for _, _, key in found if fold(key) != fold(value)]


def match_stage(value: str, stages: list[Stage]) -> Stage | None:
    """The stage of that name, in Spanish or English; the usual words for won and lost are understood."""
    folded = fold(value)
    for stage in stages:
        if fold(stage.name) == folded:
            return stage
    for kind, words in _ALIASES.items():
        if folded in words:
            return next((stage for stage in stages if stage.kind is kind), None)
    for default in DEFAULT_STAGES:
        names = {fold(name) for name in default.name}
        if folded in names:
            return next((stage for stage in stages if fold(stage.name) in names), None)
    return None


def place_new_stage(stages: list[Stage]) -> tuple[int, int]:
    """Position and probability of a stage that a file brings: behind the first open one, half-way to the next, in steps of 5."""
    open_stages = [stage for stage in stages if stage.kind is StageKind.OPEN]
    if not open_stages:
        return 1, 10
    first = open_stages[0]
    following = open_stages[1].probability if len(open_stages) > 1 else 100
    return first.position + 1, max(5, round((first.probability + following) / 2 / 5) * 5)
