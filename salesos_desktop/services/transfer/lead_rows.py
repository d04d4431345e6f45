"""Writes rows of leads: checked as by hand, compared with those that are there, given to whoever the rules say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from ... import storage
from ...domain.custom_fields import CustomField
from ...domain.leads import DEFAULT_STATUSES, LeadStatus, StatusKind
from ...domain.reach import email_key, phone_key
from ...domain.text import fold
from ...errors import InvalidInput
from ...i18n import tr
from .. import duplicates, leads, reach
from ..opportunities import tags_of
from .links import Links
from .parsing import BadValue
from .writing import CREATE, CREATED, SKIP, Outcome, RowWriter, Run, Twin, full_name, given

_TOLD = 4
_WORDS = {
    "unqualified": "discarded",
    "no calificado": "discarded",
    "cualificado": "qualified",
    "abierto": "new",
    "open": "new",
}


class Leads(RowWriter):
    """Leads. They give no points: thousands at once would drown the ranking. A discarded one needs no reason.

    A lead without an owner is assigned like one that is entered by hand; each person is told once of all of theirs.
    """

    table = "lead"

    def __init__(self, run: Run, links: Links, own: Sequence[CustomField], on_duplicate: str) -> None:
        super().__init__(run, links, own, on_duplicate)
        self._today, self._zone = run.ws.clock.today(), run.ws.clock.zone()
        self._statuses = storage.leads.statuses(run.uow.connection)
        self._by_code = {status.code: status for status in self._statuses}
        self._by_name = _status_names(self._statuses)
        self._told: dict[int, list[Mapping[str, Any]]] = {}
        self._fresh = _Fresh()

    def prepare(self, chunk: Sequence[Mapping[str, Any]]) -> None:  # noqa: ARG002
        """The leads of the chunk before are written; those of this one are remembered until then."""
        self.uow.flush()
        self._fresh = _Fresh()

    def write(self, values: Mapping[str, Any]) -> Outcome:
        """Makes a lead, or does with the one that is there what was chosen."""
        name = full_name(values)
        if not values.get("email") and not values.get("phone"):
            raise BadValue(-1, tr("A lead needs an email or a phone; fill one in."), "email")
        clean = leads.checked(
            self.ws, self.uow, {"name": name} | given(values, "company", "position", "place", "note", "value", "tags")
        )
        # Emails and phones were checked when the row was read.
        clean |= given(values, "email", "phone") | self._status(values) | self._created(values)
        entered = self.own.read(values)
        twin = self._twin(clean)
        if twin is None or self.on_duplicate == CREATE:
            self._insert(clean | self._linked(values), entered)
            return CREATED if twin is None else Outcome("created", twin)
        if self.on_duplicate == SKIP:
            return Outcome("skipped", twin)
        changed = self._update(twin.id, clean | self._linked(values), entered, values)
        return Outcome("updated" if changed else "skipped", twin)

    def _insert(self, clean: dict[str, Any], entered: dict[str, Any]) -> None:
        row = {
            "status": "new", "owner_id": self.ws.actor_id or None, "tags": "[]", "custom": "{}", "created_at": self.uow.at,
            **clean,
        }  # fmt: skip
        row["custom"] = self.own.column(row, entered, new=True)
        self.links.keep()
        working = self._by_code[row["status"]].kind is not StatusKind.DISCARDED
        assigned = self.run.assigner.assign(row) if working and "owner_id" not in clean else {}
        row |= assigned
        row |= leads.derived(row)
        lead_id = self.uow.insert("lead", row)
        self.run.made("lead", lead_id)
        self._fresh.add(lead_id, row)
        if assigned.get("owner_id") is not None:
            self._tell(assigned["owner_id"], {"id": lead_id, "name": row["name"], "company": row.get("company")})

    def _tell(self, person_id: int, lead: Mapping[str, Any]) -> None:
        """Whoever gets many leads reads the names of the first and how many there are: the others need not be kept."""
        told = self._told.setdefault(person_id, [])
        if len(told) < _TOLD:
            told.append(lead)
        self.run.assigner.tell(person_id, told[-1])

    def _update(self, lead_id: int, clean: dict[str, Any], entered: dict[str, Any], values: Mapping[str, Any]) -> bool:
        """Takes over what the file says; empty cells leave what is there, tags are added, a converted lead stays so."""
        lead = self.uow.get("lead", lead_id)
        if values.get("tags"):
            clean["tags"] = tags_of([*leads.tags_in(lead), *values["tags"]])
        if self._by_code[lead["status"]].kind is StatusKind.CONVERTED:
            clean.pop("status", None)
        if clean.get("status", lead["status"]) != lead["status"]:
            clean |= {"discard_reason_id": None, "discard_note": ""}
        if lead["created_at"] is not None and lead["created_at"].astimezone(self._zone).date() == values.get(
            "created_on"
        ):
            del clean["created_at"]
        after = {**lead, **clean}
        clean["custom"] = self.own.column(after, entered, new=False)
        self.links.keep()
        return self.uow.update("lead", lead_id, clean | leads.derived(after)) is not None

    def _status(self, values: Mapping[str, Any]) -> dict[str, Any]:
        if not values.get("status"):
            return {}
        status = self._by_code.get(self._by_name.get(fold(values["status"]), ""))
        if status is None:
            raise InvalidInput(
                "status",
                tr("“{text}” is no status of a lead.").format(text=values["status"][:40]),
                tr("Write one of: {names}.").format(names=", ".join(each.name for each in self._statuses)),
            )
        if status.kind is StatusKind.CONVERTED:
            raise InvalidInput(
                "status",
                tr("A lead becomes {status} by converting it.").format(status=status.name),
                tr("Choose another status, or import it as an opportunity."),
            )
        return {"status": status.code}

    def _created(self, values: Mapping[str, Any]) -> dict[str, Any]:
        day: date | None = values.get("created_on")
        if day is None:
            return {}
        if day > self._today:
            raise InvalidInput("created_on", tr("This day is still to come."), tr("Correct the date."))
        return {"created_at": datetime.combine(day, time(12), self._zone).astimezone(self.uow.at.tzinfo)}

    def _linked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        found = {"source_id": ("source", values.get("source")), "owner_id": ("person", values.get("owner"))}
        return {field: self.links.get(table, name) for field, (table, name) in found.items() if name}

    def _twin(self, clean: Mapping[str, Any]) -> Twin | None:
        """The lead with the same email, else with the same phone, else with a similar name at a similar company."""
        connection = self.uow.connection
        found: int | None
        if email := email_key(clean.get("email", "")):
            found = storage.importing.with_email(connection, email) or self._fresh.by_email.get(email)
            if found is not None:
                return self._as_twin(found, "email")
        if phone := clean.get("phone", ""):
            key = phone_key(phone)
            for lead_id, other in (*storage.importing.with_phone(connection, key), *self._fresh.by_phone.get(key, ())):
                if reach.same_phone(other, phone):
                    return self._as_twin(lead_id, "phone")
        found = self._similar(fold(clean["name"]), fold(clean.get("company", "")))
        return None if found is None else self._as_twin(found, "name")

    def _similar(self, name: str, company: str) -> int | None:
        if not company:
            return None
        rows = [*storage.importing.similar(self.uow.connection, name, company), *self._fresh.similar(name, company)]
        return next(iter(duplicates.alike_leads(name, company, rows)), None)

    def _as_twin(self, lead_id: int, reason: str) -> Twin:
        row = self.uow.get("lead", lead_id)
        return Twin(lead_id, row["name"], row["company"], reason, self.run.is_new("lead", lead_id))


class _Fresh:
    """Leads that wait to be written, a chunk of them, found in the ways in which written ones are found."""

    def __init__(self) -> None:
        self.by_email: dict[str, int] = {}
        self.by_phone: dict[str, list[tuple[int, str]]] = {}
        self._by_word: dict[str, list[tuple[int, str, str]]] = {}

    def add(self, lead_id: int, row: Mapping[str, Any]) -> None:
        """Remembers a lead by its columns."""
        if row["email_key"]:
            self.by_email.setdefault(row["email_key"], lead_id)
        if row["phone_key"]:
            self.by_phone.setdefault(row["phone_key"], []).append((lead_id, row["phone"]))
        if row["company_folded"]:
            found = (lead_id, row["folded"], row["company_folded"])
            for word in {_first_word(row["folded"]), _first_word(row["company_folded"])}:
                self._by_word.setdefault(word, []).append(found)

    def similar(self, name: str, company: str) -> list[tuple[int, str, str]]:
        """(id, folded name, folded company) of those that begin with the same word."""
        return [*self._by_word.get(_first_word(name), ()), *self._by_word.get(_first_word(company), ())]


def _first_word(text: str) -> str:
    return text.partition(" ")[0]


def _status_names(statuses: Sequence[LeadStatus]) -> dict[str, str]:
    """Folded words → code: what the statuses are called here, then what they are called at first in either language."""
    found = {word: code for word, code in _WORDS.items() if code in {status.code for status in statuses}}
    found |= {fold(name): each.code for each in DEFAULT_STATUSES for name in (each.code, *each.name)}
    return found | {fold(status.name): status.code for status in statuses}
