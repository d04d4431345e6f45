"""Writes the rows of each kind: made when new, updated when known and different, skipped when nothing differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ... import storage
from ...domain.opportunities import Priority
from ...domain.ranks import SPACING
from ...domain.stages import Stage, StageKind
from ...domain.text import fold
from ...i18n import tr
from .. import derived, moves, rewards
from ..workspace import Workspace
from .links import Links, free_colour, match_stage, place_new_stage
from .parsing import BadValue

if TYPE_CHECKING:
    from ...storage.unit_of_work import UnitOfWork

CREATED, UPDATED, SKIPPED = "created", "updated", "skipped"


class Writer(Protocol):
    """One kind of row. ``prepare`` sees a chunk first; ``write`` returns created, updated or skipped, or raises BadValue."""

    def __init__(self, ws: Workspace, uow: UnitOfWork, links: Links) -> None: ...

    def prepare(self, chunk: Sequence[Mapping[str, Any]]) -> None: ...

    def write(self, values: Mapping[str, Any]) -> str: ...

    def finish(self) -> None: ...


class _Named:
    """Rows that are known by their name."""

    table = ""
    plain: tuple[str, ...] = ()

    def __init__(self, ws: Workspace, uow: UnitOfWork, links: Links) -> None:
        self.ws, self.uow, self.links = ws, uow, links

    def prepare(self, chunk: Sequence[Mapping[str, Any]]) -> None:
        """Nothing to look up."""

    def finish(self) -> None:
        """Nothing left to do."""

    def more(self, values: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Columns beside the plain ones."""
        return {}

    def write(self, values: Mapping[str, Any]) -> str:
        """By name."""
        name = values.get("name")
        if not name:
            raise BadValue(-1, tr("The name is missing; fill it in."), "name")
        row = {field: values[field] for field in self.plain if values.get(field) is not None} | self.more(values)
        known = self.links.find(self.table, name)
        if known is None:
            self.links.get(self.table, name, row)
            return CREATED
        return UPDATED if self.uow.update(self.table, known, row) else SKIPPED


class Products(_Named):
    """Products with their list prices."""

    table, plain = "product", ("code", "series", "price", "currency")


class Companies(_Named):
    """Companies; a parent may be named before its own row comes."""

    table = "company"
    plain = ("sector", "year_established", "revenue", "employees", "location", "website", "phone", "email", "note")

    def __init__(self, ws: Workspace, uow: UnitOfWork, links: Links) -> None:
        super().__init__(ws, uow, links)
        self._parents: list[tuple[str, str]] = []

    def write(self, values: Mapping[str, Any]) -> str:
        """Remembers the parent for the end."""
        outcome = super().write(values)
        if values.get("parent"):
            self._parents.append((values["name"], values["parent"]))
        return outcome

    def finish(self) -> None:
        """Links parents, making those that had no row of their own."""
        for name, parent in self._parents:
            child = self.links.find("company", name)
            if child is not None:
                self.uow.update("company", child, {"parent_id": self.links.get("company", parent)})


class People(_Named):
    """People of the team; a team that is named is made."""

    table, plain = "person", ("email", "manager")

    def more(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The team."""
        team = values.get("team")
        return {"team_id": self.links.get("team", team)} if team else {}


class Contacts(_Named):
    """Contacts with their companies."""

    table, plain = "contact", ("email", "phone", "position", "note")

    def more(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The company."""
        company = values.get("company")
        return {"company_id": self.links.get("company", company)} if company else {}


class Leads(_Named):
    """Leads; an email or a phone is needed."""

    table, plain = "lead", ("email", "phone", "company", "position", "note")
    _STATUS = {
        "new": "new", "nuevo": "new", "contacted": "contacted", "contactado": "contacted", "qualified": "qualified",
        "calificado": "qualified", "discarded": "discarded", "descartado": "discarded", "unqualified": "discarded",
        "converted": "converted", "convertido": "converted",
    }  # fmt: skip

    def more(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Status, source, owner, tags."""
        row: dict[str, Any] = {}
        if values.get("status"):
            status = self._STATUS.get(fold(values["status"]))
            if status is None:
                raise BadValue(
                    -1, tr("“{text}” is no status of a lead; correct it.").format(text=values["status"][:40]), "status"
                )
            row["status"] = status
        if values.get("source"):
            row["source_id"] = self.links.get("source", values["source"])
        if values.get("owner"):
            row["owner_id"] = self.links.get("person", values["owner"])
        if values.get("tags"):
            row["tags"] = json.dumps(values["tags"], ensure_ascii=False)
        return row

    def write(self, values: Mapping[str, Any]) -> str:
        """Checks that the lead can be reached."""
        if values.get("name") and not values.get("email") and not values.get("phone"):
            raise BadValue(-1, tr("A lead needs an email or a phone; fill one in."), "email")
        row = dict(values)
        if self.links.find("lead", str(values.get("name") or "")) is None:
            row.setdefault("status", "new")
        return super().write(row)


class Opportunities:
    """Deals; known by their number in the other program, each linked to the rows that its names stand for."""

    def __init__(self, ws: Workspace, uow: UnitOfWork, links: Links) -> None:
        self.ws, self.uow, self.links = ws, uow, links
        self._stages = storage.reference.stages(uow.connection, storage.reference.first_pipeline(uow.connection))
        self._by_name: dict[str, Stage] = {}
        self._ranks: dict[int, int] = {}
        self._known: dict[str, int] = {}
        self._moved: dict[int, list[tuple[dict[str, Any], Stage]]] = {}

    def prepare(self, chunk: Sequence[Mapping[str, Any]]) -> None:
        """Looks up which numbers are known already."""
        numbers = [v["external_id"] for v in chunk if v.get("external_id")]
        if numbers:
            self.uow.flush()
            self._known = storage.cards.by_external(self.uow.connection, numbers)

    def finish(self) -> None:
        """Tells of the deals whose stage an update has changed, once per stage."""
        for stage_id, moved in self._moved.items():
            after = next(stage for stage in self._stages if stage.id == stage_id)
            rewards.notify_moved(
                self.uow, moved, after, "stage_changed" if after.kind is StageKind.OPEN else after.kind.value
            )

    def write(self, values: Mapping[str, Any]) -> str:
        """Makes or updates one deal."""
        stage = self._stage(values.get("stage"))
        known = self._known.get(values.get("external_id") or "")
        day = values.get("close_date")
        after = stage or self._stages[0]
        if stage is not None and stage.kind is not StageKind.OPEN and day is not None and day > self.ws.clock.today():
            raise BadValue(
                -1,
                tr("A closed deal has a closing date to come ({date}); correct the date or the stage.").format(
                    date=day
                ),
                "close_date",
            )
        linked, names = self._linked(values)
        if known is not None:
            return self._update(known, values, stage, linked)
        row = self._new_row(values, after, linked)
        row["search_text"] = derived.search_text(row, names)
        new_id = self.uow.insert("opportunity", row)
        if values.get("external_id"):
            self._known[values["external_id"]] = new_id
        return CREATED

    def _new_row(self, values: Mapping[str, Any], stage: Stage, linked: dict[str, Any]) -> dict[str, Any]:
        today, day = self.ws.clock.today(), values.get("close_date")
        open_deal = stage.kind is StageKind.OPEN
        if not open_deal and day is None:
            raise BadValue(-1, tr("A closed deal needs the date it was closed on; fill it in."), "close_date")
        created = values.get("created_on") or (today if open_deal else None)
        own = values.get("probability") if open_deal else None
        name = values.get("name") or " · ".join(
            self.links.matched.get((table, values[table]), values[table])
            for table in ("product", "company")
            if values.get(table)
        )
        name = name or values.get("external_id")
        if not name:
            raise BadValue(-1, tr("The name is missing; fill it in."), "name")
        return {
            "external_id": values.get("external_id"), "name": name[:500], "value": values.get("value"),
            "currency": values.get("currency") or self.ws.currency, "stage_id": stage.id,
            "expected_close": day if open_deal else None, "closed_on": None if open_deal else day, "day": day,
            "probability": stage.probability if own is None else own,
            "probability_set": own is not None and own != stage.probability,
            "created_on": created, "stage_since": (created if open_deal else day) or today,
            "priority": values.get("priority") or Priority.MEDIUM.value, "rank": self._next_rank(stage.id),
            "note": values.get("note") or "", "competitor": values.get("competitor") or "", "close_note": "", "custom": "{}",
            "tags": json.dumps(values.get("tags") or [], ensure_ascii=False), "deleted_at": None, **linked,
        }  # fmt: skip

    def _update(self, deal_id: int, values: Mapping[str, Any], stage: Stage | None, linked: dict[str, Any]) -> str:
        """Takes over what the file says; empty cells leave what is there. A new stage does all that a move does."""
        deal = self.uow.get("opportunity", deal_id)
        before = next(s for s in storage.reference.stages(self.uow.connection) if s.id == deal["stage_id"])
        after = stage or before
        plain = ("name", "value", "currency", "created_on", "priority", "note", "competitor")
        row: dict[str, Any] = {f: values[f] for f in plain if values.get(f) is not None}
        row |= {f: v for f, v in linked.items() if v is not None}
        if values.get("tags"):
            row["tags"] = json.dumps(values["tags"], ensure_ascii=False)
        if values.get("close_date") is not None:
            row["expected_close" if after.kind is StageKind.OPEN else "closed_on"] = values["close_date"]
        own = values.get("probability")
        if after.kind is StageKind.OPEN and own is not None and own != deal["probability"]:
            row |= {"probability": own, "probability_set": own != after.probability}
        if after.id != before.id:
            row = {"rank": self._next_rank(after.id)} | moves.entering(self.ws, deal, before, after, row)
        differs = any(deal[field] != value for field, value in row.items())
        if not differs:
            return SKIPPED
        derived.apply(self.uow, deal, row)
        if after.id != before.id:
            self._reward({**deal, **row}, before, after)
        return UPDATED

    def _reward(self, deal: dict[str, Any], before: Stage, after: Stage) -> None:
        if after.kind is StageKind.WON:
            rewards.award_won(self.uow, deal, after, self.ws.point_rules)
        else:
            rewards.award_forward(self.uow, deal, self._stages, before, after, self.ws.point_rules)
        self._moved.setdefault(after.id, []).append((deal, before))

    def _linked(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        company = self.links.get("company", values.get("company") or "")
        linked: dict[str, Any] = {
            "company_id": company,
            "owner_id": self.links.get("person", values.get("owner") or ""),
            "contact_id": self.links.get("contact", values.get("contact") or "", {"company_id": company}),
            "product_id": self.links.get("product", values.get("product") or ""),
            "source_id": self.links.get("source", values.get("source") or ""),
            "loss_reason_id": self.links.get("loss_reason", values.get("loss_reason") or ""),
        }
        names = {
            "company_id": values.get("company") or "", "contact_id": values.get("contact") or "",
            "product_id": values.get("product") or "", "owner_id": values.get("owner") or "",
        }  # fmt: skip
        return linked, names

    def _stage(self, name: str | None) -> Stage | None:
        if not name:
            return None
        found = self._by_name.get(name)
        if found is None:
            decided = self.links.decided(name) or name
            found = match_stage(decided, self._stages) or self._make_stage(decided)
            self._by_name[name] = found
        return found

    def _make_stage(self, name: str) -> Stage:
        """A stage that the file brings: open, behind the first; the others make room."""
        position, probability = place_new_stage(self._stages)
        for stage in self._stages:
            if stage.position >= position:
                self.uow.update("stage", stage.id, {"position": stage.position + 1})
        values = {
            "pipeline_id": self._stages[0].pipeline_id, "name": name, "kind": StageKind.OPEN.value, "position": position,
            "probability": probability, "stale_days": 30, "colour": free_colour(self._stages),
        }  # fmt: skip
        made = self.uow.insert("stage", values)
        self.uow.flush()
        self.uow.forget_stages()
        self._stages = storage.reference.stages(self.uow.connection, self._stages[0].pipeline_id)
        self.links.made["stage"] = self.links.made.get("stage", 0) + 1
        return next(stage for stage in self._stages if stage.id == made)

    def _next_rank(self, stage_id: int) -> int:
        last = self._ranks.get(stage_id)
        if last is None:
            last = storage.order.last_rank(self.uow.connection, stage_id) or 0
        self._ranks[stage_id] = last + SPACING
        return last + SPACING


WRITERS: Mapping[str, type[Writer]] = {
    "products": Products, "companies": Companies, "people": People, "contacts": Contacts, "leads": Leads,
    "opportunities": Opportunities,
}  # fmt: skip
