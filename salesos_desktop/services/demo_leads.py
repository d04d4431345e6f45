"""Sample leads: a year of people who asked, in every status, from every source, some of them customers by now."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.leads import LeadStatus, StatusKind
from ..domain.text import fold
from . import demo_words as words
from . import leads
from .demo_fields import FieldSamples
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_KINDS = (StatusKind.OPEN, StatusKind.QUALIFIED, StatusKind.DISCARDED)
_OF_DEALS, _UNOWNED = 0.2, 0.36


class LeadSamples:
    """Makes leads inside a unit of work, each with its history and points at their own times."""

    def __init__(
        self, ws: Workspace, uow: UnitOfWork, chance: random.Random, which: int, people: Sequence[int],
        sources: Sequence[int], fields: FieldSamples,
    ) -> None:  # fmt: skip
        self._ws, self._uow, self._chance, self._which = ws, uow, chance, which
        self._people, self._sources, self._fields = people, sources, fields
        self._statuses = storage.leads.statuses(uow.connection)
        self._reasons = [row.id for row in storage.reference.named(uow.connection, "discard_reason")]
        self._taken: set[str] = set()

    def fill(self, count: int) -> None:
        """Adds leads of the past year that have not become customers; the newer, the more of them are still open."""
        for _ in range(count):
            self._lead(int(self._chance.triangular(0, 364, 12)))

    def before(self, deal: dict[str, Any], created: date, *, asked: bool = False) -> tuple[int, datetime] | None:
        """Adds the lead that a deal came from, for one deal in five and days before each that was ``asked`` for; gives its
        id and when ``become`` is to be called."""
        if not asked and self._chance.random() > _OF_DEALS:
            return None
        made = created - timedelta(days=self._chance.randint(1, 3) if asked else self._chance.randint(2, 25))
        company = self._uow.get("company", deal["company_id"])["name"]
        contact = self._uow.get("contact", deal["contact_id"])["name"]
        row = self._row(contact, company, made, deal["owner_id"], deal["source_id"])
        lead_id = self._insert({**row, "company_id": deal["company_id"], "contact_id": deal["contact_id"]})
        return lead_id, self._instant(created)

    def become(self, lead_id: int, deal_id: int) -> None:
        """Marks a lead as converted into a deal that is there."""
        self._change(lead_id, StatusKind.CONVERTED, {"opportunity_id": deal_id, "last_activity_at": self._uow.at})
        self._award(lead_id, "lead_converted")

    def _lead(self, age: int) -> None:
        chance, which = self._chance, self._which
        today = self._ws.clock.today()
        made = today - timedelta(days=age)
        first, last = chance.choice(words.FIRST_NAMES[which]), chance.choice(words.LAST_NAMES[which])
        company = chance.choice(words.COMPANIES[which]) if chance.random() < 0.85 else ""
        owner = None if age < 40 and chance.random() < _UNOWNED else chance.choice(self._people)
        lead_id = self._insert(self._row(f"{first} {last}", company, made, owner, chance.choice(self._sources)))
        kind = chance.choices(_KINDS, (6, 1, 1) if age < 30 else (2, 2, 4))[0]
        if owner is None or (kind is StatusKind.OPEN and chance.random() < 0.5):
            return
        later = made + timedelta(days=chance.randint(0, min(age, 21)))
        self._uow.at = self._instant(later)
        values: dict[str, Any] = {"last_activity_at": self._uow.at}
        if kind is StatusKind.DISCARDED:
            values["discard_reason_id"] = chance.choice(self._reasons) if self._reasons else None
        self._change(lead_id, kind, values)
        if kind is StatusKind.QUALIFIED:
            self._award(lead_id, "lead_qualified")

    def _row(self, name: str, company: str, made: date, owner: int | None, source: int) -> dict[str, Any]:
        chance, which = self._chance, self._which
        row: dict[str, Any] = {
            "name": name, "company": company, "email": self._email(name, company) if chance.random() < 0.9 else "",
            "phone": "", "position": chance.choice(words.POSITIONS[which]), "status": "new", "source_id": source,
            "owner_id": owner, "tags": "[]", "custom": self._fields.of_lead(company), "created_at": self._instant(made),
            "last_activity_at": None, "place": chance.choice(words.PLACES[which]) if chance.random() < 0.7 else "",
            "value": chance.randint(4, 160) * 50_000 if chance.random() < 0.35 else None,
        }  # fmt: skip
        if not row["email"] or chance.random() < 0.6:
            row["phone"] = PHONES[which](chance)
        return row

    def _insert(self, row: dict[str, Any]) -> int:
        self._uow.at = row["created_at"]
        lead_id = self._uow.insert("lead", {**row, **leads.derived(row)})
        if row["owner_id"]:
            self._uow.award(
                row["owner_id"], "lead_created", self._ws.point_rules["lead_created"], lead_id, table="lead"
            )
        return lead_id

    def _change(self, lead_id: int, kind: StatusKind, values: dict[str, Any]) -> None:
        self._uow.update("lead", lead_id, {"status": self._of_kind(kind).code, **values})

    def _award(self, lead_id: int, reason: str) -> None:
        owner = self._uow.get("lead", lead_id)["owner_id"]
        self._uow.award(owner, reason, self._ws.point_rules[reason], lead_id, table="lead")

    def _of_kind(self, kind: StatusKind) -> LeadStatus:
        """The last status of a kind: of the open ones, the one somebody has been spoken to in."""
        return next(s for s in reversed(self._statuses) if s.kind is kind and s.active)

    def _email(self, name: str, company: str) -> str:
        """An address that nobody has yet, under a name that stands for no real domain."""
        domain = fold(company).replace(" ", "-") or "mail"
        start = fold(name).replace(" ", ".")
        found = next(
            made for n in range(1, 1000)
            if (made := f"{start}{n if n > 1 else ''}@{domain}.example") not in self._taken
        )  # fmt: skip
        self._taken.add(found)
        return found

    def _instant(self, day: date) -> datetime:
        moment = datetime.combine(day, time(self._chance.randint(8, 18), self._chance.randint(0, 59)), UTC)
        return min(moment, self._ws.clock.now())


PHONES = (
    lambda chance: (
        f"+34 6{chance.randint(0, 99):02d} {chance.randint(0, 99):02d} {chance.randint(0, 99):02d} "
        f"{chance.randint(0, 99):02d}"
    ),
    lambda chance: f"+1 {chance.choice((202, 303, 415, 617))}-555-01{chance.randint(0, 99):02d}",
)
