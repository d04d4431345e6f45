"""Writes rows of opportunities: made when new, updated when their number is known and something differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ... import storage
from ...domain.custom_fields import CustomField
from ...domain.opportunities import Priority
from ...domain.ranks import SPACING
from ...domain.stages import Category, Stage, StageKind, free_colour
from ...domain.text import fold
from ...errors import InvalidInput
from ...i18n import tr
from .. import derived, moves, opportunities, rewards
from .links import Links, match_stage, place_new_stage
from .parsing import BadValue, in_its_currency
from .writing import CREATED, SKIPPED, UPDATED, Outcome, RowWriter, Run


class Opportunities(RowWriter):
    """Deals; known by their number in the other program, each linked to the rows that its names stand for."""

    table = "opportunity"

    def __init__(self, run: Run, links: Links, own: Sequence[CustomField], on_duplicate: str) -> None:
        super().__init__(run, links, own, on_duplicate)
        self._pipelines = storage.reference.pipelines(run.uow.connection)
        self._stages = storage.reference.stages(run.uow.connection)
        self._by_name: dict[tuple[int, str], Stage] = {}
        self._to_make: Stage | None = None
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
            after = self._stage_of(stage_id)
            rewards.notify_moved(
                self.uow, moved, after, "stage_changed" if after.kind is StageKind.OPEN else after.kind.value
            )

    def write(self, values: Mapping[str, Any]) -> Outcome:
        """Makes or updates one deal."""
        self._to_make = None
        known = self._known.get(values.get("external_id") or "")
        deal = None if known is None else self.uow.get("opportunity", known)
        before = None if deal is None else self._stage_of(deal["stage_id"])
        pipeline_id = self._pipeline(values.get("pipeline"), before)
        stage = self._stage(values.get("stage"), pipeline_id)
        if stage is None and (before is None or before.pipeline_id != pipeline_id):
            stage = self._of(pipeline_id)[0]
        entered = self.own.read(values)
        day = values.get("close_date")
        if values.get("stage") and stage and stage.kind is not StageKind.OPEN and day and day > self.ws.clock.today():
            raise BadValue(
                -1,
                tr("A closed deal has a closing date to come ({date}); correct the date or the stage.").format(
                    date=day
                ),
                "close_date",
            )
        linked, names = self._linked(values, deal)
        if deal is not None and before is not None:
            return self._update(deal, values, before, stage or before, linked, entered)
        assert stage is not None
        row = self._new_row(values, stage, linked)
        row["custom"] = self.own.column(row, entered, new=True)
        row["search_text"] = derived.search_text(row, names)
        self._keep()
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
        own = _own_probability(values, stage) if open_deal else None
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
            "probability_set": own is not None,
            "created_on": created, "stage_since": (created if open_deal else day) or today,
            "priority": values.get("priority") or Priority.MEDIUM.value, "rank": self._next_rank(stage.id),
            "note": values.get("note") or "", "competitor": values.get("competitor") or "", "close_note": "", "custom": "{}",
            "tags": json.dumps(values.get("tags") or [], ensure_ascii=False), "deleted_at": None,
            "touched_on": (created if open_deal else day) or today, **linked,
        }  # fmt: skip

    def _update(
        self, deal: dict[str, Any], values: Mapping[str, Any], before: Stage, after: Stage, linked: dict[str, Any],
        entered: dict[str, Any],
    ) -> Outcome:  # fmt: skip
        """Takes over what the file says; empty cells leave what is there. A new stage does all that a move does."""
        plain = ("name", "value", "currency", "created_on", "priority", "note", "competitor")
        row: dict[str, Any] = {f: values[f] for f in plain if values.get(f) is not None}
        if row.get("value") is not None and "currency" not in row and deal["currency"] != self.ws.currency:
            # Read as if it were in the workspace's currency: the deal has its own.
            row["value"] = in_its_currency(row["value"], self.ws.currency, deal["currency"], "value")
        row |= {f: v for f, v in linked.items() if v is not None}
        if values.get("tags"):
            row["tags"] = json.dumps(values["tags"], ensure_ascii=False)
        if values.get("close_date") is not None:
            row["expected_close" if after.kind is StageKind.OPEN else "closed_on"] = values["close_date"]
        if after.kind is StageKind.OPEN:
            row |= _changed_probability(values, deal, after)
        if after.id != before.id:
            row = {"rank": self._next_rank(after.id)} | moves.entering(self.ws, deal, before, after, row)
        if entered:
            row["custom"] = self.own.column({**deal, **row}, entered, new=False)
        if row.get("currency", deal["currency"]) != deal["currency"]:
            row = opportunities.in_currency(self.uow, deal, row)
        differs = any(deal[field] != value for field, value in row.items())
        if not differs:
            return SKIPPED
        if row.get("value", deal["value"]) != deal["value"]:
            # Set by the file, it is no longer the sum of the lines.
            row["value_follows"] = False
        self._keep()
        # A file is no touch.
        derived.apply(self.uow, deal, {**row, "touched_on": deal["touched_on"]})
        if after.id != before.id:
            self._reward({**deal, **row}, before, after)
        return UPDATED

    def _reward(self, deal: dict[str, Any], before: Stage, after: Stage) -> None:
        if after.kind is StageKind.WON:
            rewards.award_won(self.uow, deal, after, self.ws.point_rules)
        else:
            rewards.award_forward(self.uow, deal, self._of(after.pipeline_id), before, after, self.ws.point_rules)
        self._moved.setdefault(after.id, []).append((deal, before))

    def _contact(self, name: str, company_id: int | None, deal: Mapping[str, Any] | None) -> int | None:
        """A deal that is known keeps its contact while the file names nobody else, wherever they work."""
        if name and deal is not None and deal["contact_id"] is not None:
            before = self.uow.get("contact", deal["contact_id"])
            if before["folded"] == fold(self.links.decided(name) or name):
                return int(before["id"])
        return self.links.contact(name, company_id)

    def _linked(
        self, values: Mapping[str, Any], deal: Mapping[str, Any] | None
    ) -> tuple[dict[str, Any], dict[str, str]]:
        company = self.links.get("company", values.get("company") or "")
        linked: dict[str, Any] = {
            "company_id": company,
            "owner_id": self.links.get("person", values.get("owner") or ""),
            "contact_id": self._contact(values.get("contact") or "", company, deal),
            "product_id": self.links.get("product", values.get("product") or ""),
            "source_id": self.links.get("source", values.get("source") or ""),
            "loss_reason_id": self.links.get("loss_reason", values.get("loss_reason") or ""),
        }
        names = {
            "company_id": values.get("company") or "", "contact_id": values.get("contact") or "",
            "product_id": values.get("product") or "", "owner_id": values.get("owner") or "",
        }  # fmt: skip
        return linked, names

    def _pipeline(self, name: str | None, before: Stage | None) -> int:
        """The pipeline of that name; without one the deal's own, the first one for a new deal."""
        if not name:
            return before.pipeline_id if before else self._pipelines[0].id
        for pipeline in self._pipelines:
            if fold(pipeline.name) == fold(name):
                return pipeline.id
        raise InvalidInput(
            "pipeline",
            tr("There is no pipeline “{name}”.").format(name=name[:60]),
            tr("Write one of: {names}.").format(names=", ".join(each.name for each in self._pipelines)),
        )

    def _of(self, pipeline_id: int) -> list[Stage]:
        return [stage for stage in self._stages if stage.pipeline_id == pipeline_id]

    def _stage_of(self, stage_id: int) -> Stage:
        return next(stage for stage in self._stages if stage.id == stage_id)

    def _stage(self, name: str | None, pipeline_id: int) -> Stage | None:
        if not name:
            return None
        found = self._by_name.get((pipeline_id, name))
        if found is None:
            decided = self.links.decided(name) or name
            stages = self._of(pipeline_id)
            # What was decided may be the name of a stage in another pipeline.
            found = match_stage(decided, stages) or match_stage(name, stages)
            if found is None:
                return self._new_stage(decided, stages)
            self._by_name[pipeline_id, name] = found
        return found

    def _new_stage(self, name: str, stages: list[Stage]) -> Stage:
        """A stage that the file brings: open, behind the first; it is made when its row is kept."""
        position, probability = place_new_stage(stages)
        self._to_make = Stage(
            self.uow.next_id("stage"), stages[0].pipeline_id, name, StageKind.OPEN, position, probability, 30, Category.PIPELINE,
            free_colour(stages),
        )  # fmt: skip
        return self._to_make

    def _keep(self) -> None:
        """Nothing can be wrong with the row any more: what its names make is written, a new stage too."""
        self.links.keep()
        made, self._to_make = self._to_make, None
        if made is None:
            return
        for stage in self._of(made.pipeline_id):
            if stage.position >= made.position:
                self.uow.update("stage", stage.id, {"position": stage.position + 1})
        self.uow.insert("stage", asdict(made) | {"kind": made.kind.value}, made.id)
        self.uow.flush()
        self.uow.forget_stages()
        self._stages = storage.reference.stages(self.uow.connection)
        self._by_name.clear()
        self.links.made["stage"] = self.links.made.get("stage", 0) + 1

    def _next_rank(self, stage_id: int) -> int:
        last = self._ranks.get(stage_id)
        if last is None:
            last = storage.order.last_rank(self.uow.connection, stage_id) or 0
        self._ranks[stage_id] = last + SPACING
        return last + SPACING


def _own_probability(values: Mapping[str, Any], stage: Stage) -> int | None:
    """The probability that a row sets by hand, None for the stage's own: as the file says, else where it is another."""
    own, by_hand = values.get("probability"), values.get("probability_set")
    if own is None or by_hand is False:
        return None
    return own if by_hand or own != stage.probability else None


def _changed_probability(values: Mapping[str, Any], deal: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """The columns that a row changes on a deal; one that says nothing of how it was set leaves the probability it names."""
    said = values.get("probability") is not None or values.get("probability_set") is False
    if not said or (values.get("probability_set") is None and values.get("probability") == deal["probability"]):
        return {}
    own = _own_probability(values, stage)
    return {"probability": stage.probability if own is None else own, "probability_set": own is not None}
