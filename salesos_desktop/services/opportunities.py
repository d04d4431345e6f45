"""Making, changing and deleting opportunities, and reading them one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.condition_fields import known_fields
from ..domain.money import MAX_MINOR, rescaled
from ..domain.opportunities import NAME_LIMIT, NOTE_LIMIT, Card, Priority
from ..domain.products import line_total
from ..domain.stage_rules import missing
from ..domain.stages import OPEN_CATEGORIES, Category, Stage, StageKind
from ..domain.text import fold, mended, one_line
from ..errors import InvalidInput, NeedsMore, NotFound
from ..i18n import N_, money, tr
from . import conflicts, deal_notices, derived, placing
from .conflicts import Shown
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

EDITABLE = frozenset(
    {
        "name", "value", "currency", "expected_close", "probability", "owner_id", "company", "contact", "product",
        "source_id", "priority", "tags", "note", "custom", "category",
    }
)  # fmt: skip
"""Fields that ``create`` and ``edit`` take. ``company``, ``contact`` and ``product`` are names, made when new, or ids;
``probability`` None goes back to the stage's; money in minor units; ``tags`` a list of words; ``custom`` own fields by
their keys; ``category`` one of domain/stages.OPEN_CATEGORIES, empty for as the stage says."""

FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """Everything of one deal for the pane and the command line; ``card`` is what the board shows of it."""

    card: Card
    row: dict[str, Any]
    source: str
    loss_reason: str
    stage_category: Category


def create(ws: Workspace, values: dict[str, Any], *, stage_id: int | None = None) -> int:
    """Makes an opportunity at the top of an open stage (the first by default) and returns its id.

    Needs name, value and expected_close; the other EDITABLE fields are optional. Raises InvalidInput, or NeedsMore naming,
    under deal 0, the fields that the stage asks for beside them; nothing is written then.
    """
    clean = complete(values)
    with ws.unit("create", [N_("Create “{name}”"), {"name": clean["name"]}]) as uow:
        stage = open_stage(uow, stage_id)
        row = drafted(ws, uow, _linked(ws, uow, clean), stage)
        _, rules = storage.pipelines.stages_with_rules(uow.connection)
        wanted = lacking(ws, uow, row, rules[stage.id].required) if stage.id in rules else ()
        if wanted:
            raise NeedsMore(
                tr("{stage} asks for more.").format(stage=stage.name), tr("Nothing was made."), missing={0: wanted}
            )
        deal_id = put_on_top(uow, row)
        deal_notices.changed(uow, None, {**row, "id": deal_id})
        if stage.id in rules and rules[stage.id].plan_id:
            from . import activity_plans

            activity_plans.entered(ws, uow, [uow.get("opportunity", deal_id)], rules[stage.id].plan_id)
        return deal_id


def lacking(ws: Workspace, uow: UnitOfWork, row: Mapping[str, Any], required: Sequence[str]) -> tuple[str, ...]:
    """Those of a stage's required fields that a deal, as the row will be written, does not have."""
    if not required:
        return ()
    from . import custom_values

    row = {**dict.fromkeys(known_fields("opportunity")), **row}
    return missing(row, required, custom_values.definitions(uow, "opportunity"), ws.clock.today())


def complete(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a new deal, checked and tidied. Raises InvalidInput, also for a compulsory one that is missing."""
    clean = _clean(values)
    for field, title in (
        ("name", tr("The name is missing.")),
        ("expected_close", tr("The expected close date is missing.")),
    ):
        if clean.get(field) in (None, ""):
            raise InvalidInput(field, title, tr("Fill it in."))
    return clean


def drafted(
    ws: Workspace, uow: UnitOfWork, linked: dict[str, Any], stage: Stage, *, custom: str = "{}"
) -> dict[str, Any]:
    """The row of a new deal with ``linked`` columns in an open stage; ``custom`` are own fields that it begins with.

    Nothing is written. Raises InvalidInput for own fields that do not fit or are missing.
    """
    values = dict(linked)
    own, entered = values.pop("probability", None), values.pop("custom", {})
    row = {
        "currency": ws.currency, "owner_id": ws.actor_id or None, "created_on": ws.clock.today(),
        "stage_since": ws.clock.today(), "stage_id": stage.id, "priority": Priority.MEDIUM.value, "company_id": None,
        "contact_id": None, "product_id": None, "external_id": None, "closed_on": None, "value": None, "custom": custom,
        "probability": stage.probability if own is None else own, "probability_set": own is not None, **values,
    }  # fmt: skip
    from . import custom_values

    row["custom"] = custom_values.written(ws, uow, "opportunity", row, entered, new=True)
    return row


def put_on_top(uow: UnitOfWork, row: dict[str, Any]) -> int:
    """Writes a drafted deal as the first of its column and returns its id."""
    uow.flush()
    rank = placing.ranks_after(uow, row["stage_id"], placing.TOP, [0])[0]
    return uow.insert("opportunity", {**row, "rank": rank, **derived.derive(uow, row)})


def edit(ws: Workspace, deal_id: int, values: dict[str, Any], *, expect: Shown | None = None) -> ChangeSet | None:
    """Changes EDITABLE fields of a deal in one transaction; None when nothing differs.

    Raises InvalidInput, NotFound, or Conflict where one of the fields is no longer as ``expect`` says that it was shown;
    nothing is written then.
    """
    with ws.store.read() as connection:
        name = storage.reference.name_of(connection, "opportunity", deal_id)
    with ws.unit("edit", [N_("Edit “{name}”"), {"name": name}]) as uow:
        deal = live(uow.find("opportunity", deal_id), deal_id)
        after = written(ws, uow, deal, values)
        conflicts.refuse(ws, uow, "opportunity", deal, after, values, expect)
        derived.apply(uow, deal, after)
        deal_notices.changed(uow, deal, {**deal, **after})
    return uow.change_set


def written(ws: Workspace, uow: UnitOfWork, deal: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Columns that ``edit`` writes for these EDITABLE fields of a deal; makes what they name anew. Raises InvalidInput."""
    linked = _linked(ws, uow, _clean(values), deal)
    if "custom" in linked:
        after = {**deal, **linked, "custom": deal["custom"]}
        from . import custom_values

        linked["custom"] = custom_values.written(ws, uow, "opportunity", after, linked["custom"], new=False)
    if "probability" in linked:
        linked |= _probability(uow, deal, linked["probability"])
    if linked.get("currency", deal["currency"]) != deal["currency"]:
        linked = in_currency(uow, deal, linked)
    elif linked.get("value", deal["value"]) != deal["value"]:
        # Set by hand, it is no longer the sum of the lines (services/lines.py).
        linked["value_follows"] = False
    return linked


def delete(ws: Workspace, ids: Sequence[int]) -> ChangeSet | None:
    """Puts deals in the bin: they leave the board and every figure, and undo brings them back."""
    with ws.store.read() as connection:
        name = storage.reference.name_of(connection, "opportunity", ids[0]) if ids else ""
    label = [N_("Delete {count} deal"), N_("Delete {count} deals"), len(ids), {}]
    with ws.unit("delete", [N_("Delete “{name}”"), {"name": name}] if len(ids) == 1 else label) as uow:
        for deal_id in ids:
            live(uow.find("opportunity", deal_id), deal_id)
            uow.update("opportunity", deal_id, {"deleted_at": ws.clock.now()})
    return uow.change_set


def get(ws: Workspace, deal_id: int) -> Opportunity:
    """One deal. Raises NotFound."""
    with ws.store.read() as connection:
        found = storage.cards.cards(connection, [deal_id]).get(deal_id)
        if found is None:
            raise NotFound(tr("Opportunity {id} does not exist.").format(id=deal_id), tr("It may have been deleted."))
        row = storage.cards.row(connection, deal_id)
        return Opportunity(
            found,
            row,
            storage.reference.name_of(connection, "source", row["source_id"]),
            storage.reference.name_of(connection, "loss_reason", row["loss_reason_id"]),
            next(s.category for s in storage.reference.stages(connection) if s.id == row["stage_id"]),
        )


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    """Checks and tidies what was entered, field by field."""
    clean = dict(values)
    for name in clean.keys() - EDITABLE:
        raise InvalidInput(name, tr("There is no field {field}.").format(field=name))
    for name in ("name", "company", "contact", "product"):
        if name in clean and not isinstance(clean[name], int):
            clean[name] = one_line(clean[name])
            if len(clean[name]) > NAME_LIMIT:
                raise InvalidInput(
                    name, tr("The name has more than {limit} characters.").format(limit=NAME_LIMIT), tr("Shorten it.")
                )
    if "name" in clean and not clean["name"]:
        raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
    if clean.get("note"):
        clean["note"] = mended(clean["note"])
    if len(clean.get("note") or "") > NOTE_LIMIT:
        raise InvalidInput("note", tr("The note is too long."), tr("Shorten it."))
    check_value(clean.get("value"))
    if "currency" in clean:
        check_currency(clean["currency"])
    probability = clean.get("probability")
    if probability is not None and not 0 <= probability <= 100:
        raise InvalidInput("probability", tr("The probability must be between 0 and 100."), tr("Correct it."))
    day = clean.get("expected_close")
    if day is not None and not FIRST_DAY <= day <= date(2200, 12, 31):
        raise InvalidInput("expected_close", tr("The date must be between 1900 and 2200."), tr("Correct it."))
    if "priority" in clean:
        clean["priority"] = Priority(clean["priority"]).value
    if clean.get("category") and clean["category"] not in OPEN_CATEGORIES:
        raise InvalidInput("category", tr("There is no such category."), tr("Choose one of the list."))
    if "tags" in clean:
        clean["tags"] = tags_of(clean["tags"])
    return clean


def tags_of(tags: Sequence[str]) -> str:
    """Words as the column keeps them, JSON; each once."""
    seen = {fold(tag): tag for tag in map(one_line, reversed(tags)) if tag}
    return json.dumps([seen[key] for key in reversed(seen)], ensure_ascii=False)


def _linked(
    ws: Workspace, uow: UnitOfWork, clean: dict[str, Any], deal: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Names of company, contact and product become references; new ones are made in the same transaction.

    Of several with one name it is the one that ``deal`` has already, then the contact that works at the deal's company.
    """
    linked = dict(clean)
    for field in ("company", "contact", "product"):
        if field not in linked:
            continue
        name, now = linked.pop(field), deal and deal[f"{field}_id"]
        if isinstance(name, int):
            linked[f"{field}_id"] = uow.get(field, name)["id"]
            continue
        if now and name and fold(storage.reference.name_of(uow.connection, field, now)) == fold(name):
            linked[f"{field}_id"] = now
            continue
        company_id = linked.get("company_id", deal and deal["company_id"]) if field == "contact" and name else None
        there = storage.importing.contact_of(uow.connection, company_id, fold(name)) if company_id else None
        more = {"company_id": company_id} if company_id else {}
        linked[f"{field}_id"] = find_or_make(ws, uow, field, name, more) if there is None else there
    return linked


def find_or_make(
    ws: Workspace, uow: UnitOfWork, table: str, name: str, more: Mapping[str, Any] | None = None
) -> int | None:
    """Id of the company, contact or product of that name, made (with ``more`` columns) when there is none.

    None for an empty name. Raises InvalidInput for a product that is none, by who may not make one.
    """
    if not name:
        return None
    folded = fold(name)
    uow.flush()
    found = storage.reference.by_folded(uow.connection, table, [folded]).get(folded)
    if found is not None:
        return found
    values: dict[str, Any] = {"name": name, "folded": folded}
    if table == "product":
        if not ws.rights.configure:
            title = tr("There is no product “{name}”.").format(name=name)
            raise InvalidInput("product", title, tr("Choose one of the catalogue."))
        values["currency"] = ws.currency
    else:
        values |= {"created_at": uow.at, "owner_id": uow.actor_id or None}
    return uow.insert(table, {**values, **(more or {})})


def in_currency(uow: UnitOfWork, deal: dict[str, Any], linked: dict[str, Any]) -> dict[str, Any]:
    """The columns of a deal that goes to another currency; the amounts that people read stay, also those of its lines.

    A value that comes along is one in the new currency already. Raises InvalidInput for an amount that it cannot hold.
    """

    def moved(minor: int) -> int:
        before, after = deal["currency"], linked["currency"]
        try:
            return rescaled(minor, before, after)
        except ValueError as error:
            title = tr("{amount} cannot be an amount in {currency}.").format(
                amount=money(minor, before), currency=after
            )
            raise InvalidInput("currency", title, tr("Correct the amount first.")) from error

    rows = storage.products.lines_of(uow.connection, deal["id"])
    prices = {row["id"]: moved(row["unit_price"]) for row in rows}
    total = sum(line_total(r["quantity_thousandths"], prices[r["id"]], r["discount_basis_points"]) for r in rows)
    if "value" not in linked or (deal["value_follows"] and linked["value"] == total):
        follows = deal["value_follows"] and bool(rows)
        more = {"value": total if follows else None if deal["value"] is None else moved(deal["value"])}
    else:
        more = {"value_follows": False}
    for line_id, price in prices.items():
        uow.update("opportunity_line", line_id, {"unit_price": price})
    return {**linked, **more}


def _probability(uow: UnitOfWork, deal: dict[str, Any], own: int | None) -> dict[str, Any]:
    stage = next(s for s in storage.reference.stages(uow.connection) if s.id == deal["stage_id"])
    if stage.kind is not StageKind.OPEN:
        raise InvalidInput(
            "probability", tr("A closed deal has the probability of its stage."), tr("Reopen it to change that.")
        )
    return {"probability": stage.probability if own is None else own, "probability_set": own is not None}


def open_stage(uow: UnitOfWork, stage_id: int | None, pipeline_id: int | None = None) -> Stage:
    """An open stage; for None the first one of a pipeline, or of the first that is used. Raises InvalidInput without one."""
    if stage_id is None and pipeline_id is None:
        pipeline_id = storage.reference.first_pipeline(uow.connection)
    stages = [s for s in storage.reference.stages(uow.connection, pipeline_id) if s.kind is StageKind.OPEN]
    for stage in stages:
        if stage_id is None or stage.id == stage_id:
            return stage
    raise InvalidInput("stage", tr("A new deal starts in an open stage."), tr("Choose one of the open stages."))


def check_value(value: int | None) -> None:
    """Raises InvalidInput for an amount in minor units that no deal can have."""
    if value is not None and not 0 <= value <= MAX_MINOR:
        raise InvalidInput("value", tr("The value must be between 0 and 100 billion."), tr("Correct the amount."))


def check_currency(code: str) -> None:
    """Raises InvalidInput for what is no code of a currency (ISO 4217)."""
    if not re.fullmatch("[A-Z]{3}", code):
        raise InvalidInput(
            "currency", tr("“{text}” is not a currency; write a code such as USD.").format(text=code[:20])
        )


def live(deal: dict[str, Any] | None, deal_id: int) -> dict[str, Any]:
    """The row, if it is there and not in the bin. Raises NotFound."""
    if deal is None or deal["deleted_at"] is not None:
        raise NotFound(
            tr("Opportunity {id} does not exist.").format(id=deal_id),
            tr("Nothing was changed. It may have been deleted."),
        )
    return deal
