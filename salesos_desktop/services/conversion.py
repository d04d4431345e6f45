"""A lead becomes an opportunity: its contact, company and everything that hangs on it come along, in one step."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain import custom_fields, stage_rules
from ..domain.contacts import ContactPoint, PointKind
from ..domain.leads import StatusKind
from ..domain.products import MAX_QUANTITY, WHOLE, Line, lines_total
from ..domain.stages import Stage, StageKind
from ..domain.text import fold
from ..errors import AlreadyConverted, InvalidInput, UserError
from ..i18n import N_, tr
from . import (
    activities,
    activity_plans,
    contact_points,
    custom_values,
    deal_notices,
    duplicates,
    leads,
    opportunities,
    rewards,
)
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

ProductLine = tuple[int | str, int, int | None, int]
"""A product's id or its code (or name), quantity in thousandths, unit price in minor units of the deal's currency (None:
the list price), discount in basis points."""
_COMES_ALONG = ("activity", "note", "attachment")


@dataclass(frozen=True, slots=True)
class Entrance:
    """A pipeline that a lead can go to: its first open stage, and the fields that stage asks for."""

    pipeline_id: int
    pipeline: str
    stage_id: int
    stage: str
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the dialog starts with. Contact and company are those that are there already, (id, name), or None."""

    name: str
    value: int | None
    contact: tuple[int, str] | None
    company: tuple[int, str] | None
    entrances: tuple[Entrance, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that is known before anything is written: the deal's row, its people by name, its lines."""

    lead: dict[str, Any]
    deal: dict[str, Any]
    names: dict[str, str]
    lines: list[Line]


def proposal(ws: Workspace, lead_id: int) -> Proposal:
    """What a conversion would begin with. Raises NotFound, AlreadyConverted."""
    lead = leads.get(ws, lead_id).row
    with ws.store.read() as connection:
        _refuse_twice(connection, lead)
        company_id = storage.reference.by_folded(connection, "company", [fold(lead["company"])]).get(
            fold(lead["company"])
        )
        contact_id = _known_contact(connection, lead, lead["name"], company_id)
        stages, rules = storage.pipelines.stages_with_rules(connection)
        entrances = []
        for pipeline in storage.pipelines.pipelines(connection):
            first = next((s for s in stages if s.pipeline_id == pipeline["id"] and s.kind is StageKind.OPEN), None)
            if first is not None and pipeline["active"]:
                required = rules.get(first.id, stage_rules.StageRules()).required
                entrances.append(Entrance(pipeline["id"], pipeline["name"], first.id, first.name, required))
        name_of = storage.reference.name_of
        return Proposal(
            lead["company"] or lead["name"],
            lead["value"],
            None if contact_id is None else (contact_id, name_of(connection, "contact", contact_id)),
            None if company_id is None else (company_id, name_of(connection, "company", company_id)),
            tuple(entrances),
        )


def convert(
    ws: Workspace, lead_id: int, values: Mapping[str, Any], *, pipeline_id: int | None = None,
    stage_id: int | None = None, lines: Sequence[ProductLine] = (),
) -> int:  # fmt: skip
    """Makes a lead an opportunity and returns its id; one undo takes all of it back.

    ``values``: name, value and expected_close are compulsory, the other fields of ``opportunities.EDITABLE`` replace what
    comes from the lead. With ``lines`` and without a value the value follows the lines. The deal goes to the top of the
    first open stage of the pipeline (the first pipeline by default), or of ``stage_id``.

    Raises InvalidInput naming the field, NotFound, AlreadyConverted; nothing is written then.
    """
    with ws.unit("convert", []) as uow:
        lead = leads.live(uow, lead_id)
        uow.call_it([N_("Convert “{name}”"), {"name": lead["name"]}])
        stage, required = _entrance(uow, pipeline_id, stage_id)
        return _write(ws, uow, _plan(ws, uow, lead, values, stage, required, lines))


def convert_many(
    ws: Workspace, ids: Sequence[int], values_of: Callable[[dict[str, Any]], Mapping[str, Any]], *,
    pipeline_id: int | None = None,
) -> tuple[dict[int, int], list[tuple[int, str, str]]]:  # fmt: skip
    """Converts several leads in one transaction; ``values_of`` gives the values of ``convert`` for the row of a lead.

    Returns lead → deal, and (lead, name, reason) of those that stay as they are because something is missing.
    """
    made: dict[int, int] = {}
    refused: list[tuple[int, str, str]] = []
    with ws.unit("convert", []) as uow:
        stage, required = _entrance(uow, pipeline_id, None)
        for lead_id in dict.fromkeys(ids):
            name = str(lead_id)
            try:
                lead = leads.live(uow, lead_id)
                name = lead["name"]
                plan = _plan(ws, uow, lead, values_of(lead), stage, required, ())
            except UserError as error:
                refused.append((lead_id, name, error.title))
                continue
            made[lead_id] = _write(ws, uow, plan)
        uow.call_it([N_("Convert {count} lead"), N_("Convert {count} leads"), len(made), {}])
    return made, refused


def convert_alike(
    ws: Workspace, ids: Sequence[int], value: int | None, day: date | None, *, pipeline_id: int | None = None
) -> tuple[dict[int, int], list[tuple[int, str, str]]]:
    """``convert_many`` to opportunities that are called like their company: the same day for each, and for those without a value
    of their own the same value."""

    def values_of(lead: dict[str, Any]) -> dict[str, Any]:
        own = lead["value"] if lead["value"] is not None else value
        return {"name": lead["company"] or lead["name"], "value": own, "expected_close": day}

    return convert_many(ws, ids, values_of, pipeline_id=pipeline_id)


# Before anything is written ------------------------------------------------------------------------------------------


def _entrance(uow: UnitOfWork, pipeline_id: int | None, stage_id: int | None) -> tuple[Stage, tuple[str, ...]]:
    if pipeline_id is None and stage_id is None:
        pipeline_id = storage.reference.first_pipeline(uow.connection)
    stage = opportunities.open_stage(uow, stage_id, pipeline_id)
    _, rules = storage.pipelines.stages_with_rules(uow.connection)
    return stage, rules.get(stage.id, stage_rules.StageRules()).required


def _plan(
    ws: Workspace, uow: UnitOfWork, lead: dict[str, Any], values: Mapping[str, Any], stage: Stage,
    required: tuple[str, ...], lines: Sequence[ProductLine],
) -> _Plan:  # fmt: skip
    """Everything checked. Raises InvalidInput, AlreadyConverted."""
    _refuse_twice(uow.connection, lead)
    given = {
        "owner_id": lead["owner_id"] or ws.actor_id or None, "source_id": lead["source_id"], "tags": leads.tags_in(lead),
        "note": lead["note"], "company": lead["company"], "contact": lead["name"], "product": "", **values,
    }  # fmt: skip
    if given.get("value") is None and not lines:
        raise InvalidInput("value", tr("The value is missing."), tr("Fill it in, or add products."))
    clean = opportunities.complete(given)
    names = {field: clean.pop(field) for field in ("company", "contact", "product")}
    found = _lines(uow, lines, clean.get("currency") or ws.currency)
    if found and clean.get("value") is None:
        clean |= {"value": lines_total(found), "value_follows": True}
        opportunities.check_value(clean["value"])
    own = custom_values.definitions(uow, "opportunity")
    both = {each.key for each in own if each.subject == custom_fields.BOTH}
    shared = {key: value for key, value in custom_fields.stored(lead).items() if key in both}
    # What the lead left empty is empty in the deal as well: a default is for those that were never asked.
    clean["custom"] = {**dict.fromkeys(both - shared.keys()), **(clean.get("custom") or {})}
    deal = opportunities.drafted(
        ws, uow, {**clean, "lead_id": lead["id"]}, stage, custom=json.dumps(shared, ensure_ascii=False)
    )
    if found and not names["product"]:
        deal["product_id"] = found[0].product_id
    named = {f"{field}_id": deal[f"{field}_id"] or name for field, name in names.items()}
    lacking = opportunities.lacking(ws, uow, {**deal, **named}, required)
    if lacking:
        raise InvalidInput(
            lacking[0],
            tr("{stage} asks for the field {field}.").format(stage=stage.name, field=_label(uow, lacking[0])),
            tr("Fill it in."),
            lacking=lacking,
        )
    return _Plan(lead, deal, names, found)


def _refuse_twice(connection: Any, lead: Mapping[str, Any]) -> None:
    deal_id = lead["opportunity_id"]
    if deal_id is not None:
        name = storage.reference.name_of(connection, "opportunity", deal_id)
        raise AlreadyConverted(
            deal_id,
            tr("“{name}” has become an opportunity already: {deal} (number {id}).").format(
                name=lead["name"], deal=name, id=deal_id
            ),
            tr("Nothing was changed."),
        )


def _lines(uow: UnitOfWork, lines: Sequence[ProductLine], currency: str) -> list[Line]:
    """Lines with their products and prices. Raises InvalidInput on ``product`` or ``lines``."""
    found = []
    for which, quantity, price, discount in lines:
        product = _product(uow, which)
        if price is None:
            price = _list_price(uow, product, currency)
        if not 0 < quantity <= MAX_QUANTITY or not 0 <= discount <= WHOLE:
            raise InvalidInput("lines", tr("Quantity or discount of “{name}” cannot be.").format(name=product["name"]))
        line = Line(product["id"], "", quantity, price, discount)
        opportunities.check_value(price)
        opportunities.check_value(line.total)
        found.append(line)
    return found


def _product(uow: UnitOfWork, which: int | str) -> dict[str, Any]:
    """The product of that id, code or name."""
    for where in ({"id": which},) if isinstance(which, int) else ({"code": which}, {"folded": fold(which)}):
        for row in storage.children.rows(uow.connection, "product", where):
            return row
    raise InvalidInput(
        "product", tr("There is no product “{name}”.").format(name=which), tr("Use one of the catalogue.")
    )


def _list_price(uow: UnitOfWork, product: Mapping[str, Any], currency: str) -> int:
    price = product["price"] if product["currency"] == currency else None
    if price is None:
        where = {"product_id": product["id"], "currency": currency}
        price = next((row["price"] for row in storage.children.rows(uow.connection, "product_price", where)), None)
    if price is None:
        raise InvalidInput(
            "lines",
            tr("“{name}” has no price in {currency}.").format(name=product["name"], currency=currency),
            tr("Write its price."),
        )
    return int(price)


def _label(uow: UnitOfWork, field: str) -> str:
    """What people call a field that a stage can require."""
    key = field.removeprefix(stage_rules.CUSTOM)
    own = next((each.label for each in storage.custom_fields.fields(uow.connection) if each.key == key), key)
    return own if field.startswith(stage_rules.CUSTOM) else tr(LABELS.get(field, field))


# Writing -------------------------------------------------------------------------------------------------------------


def _write(ws: Workspace, uow: UnitOfWork, plan: _Plan) -> int:
    lead, deal = plan.lead, plan.deal
    company_id = opportunities.find_or_make(ws, uow, "company", plan.names["company"])
    contact_id = _contact(uow, lead, plan.names["contact"], company_id, deal["owner_id"])
    deal |= {"company_id": company_id, "contact_id": contact_id}
    if plan.names["product"]:
        deal["product_id"] = opportunities.find_or_make(ws, uow, "product", plan.names["product"])
    along = _along(uow, lead["id"])
    deal_id = opportunities.put_on_top(uow, deal)
    deal_notices.changed(uow, None, {**deal, "id": deal_id})
    for position, line in enumerate(plan.lines):
        uow.insert(
            "opportunity_line",
            {
                "opportunity_id": deal_id, "product_id": line.product_id, "quantity_thousandths": line.quantity,
                "unit_price": line.unit_price, "discount_basis_points": line.discount, "position": position,
            },
        )  # fmt: skip
    for table, rows in along.items():
        for row in rows:
            uow.update(table, row["id"], {"subject_table": "opportunity", "subject_id": deal_id})
    activities.follow(uow, [("opportunity", deal_id)])
    _, rules = storage.pipelines.stages_with_rules(uow.connection)
    if deal["stage_id"] in rules:
        activity_plans.entered(ws, uow, [uow.get("opportunity", deal_id)], rules[deal["stage_id"]].plan_id)
    known = storage.leads.statuses(uow.connection)
    status = next(status.code for status in known if status.kind is StatusKind.CONVERTED)
    uow.update(
        "lead",
        lead["id"],
        {
            "status": status, "opportunity_id": deal_id, "contact_id": contact_id, "company_id": company_id,
            "discard_reason_id": None, "discard_note": "",
        },
    )  # fmt: skip
    rewards.award_lead(uow, lead, "lead_converted", ws.point_rules)
    return deal_id


def _along(uow: UnitOfWork, lead_id: int) -> dict[str, list[dict[str, Any]]]:
    """What hangs on a lead, the bin left out, by table."""
    where = {"subject_table": "lead", "subject_id": lead_id, "deleted_at": None}
    return {table: storage.children.rows(uow.connection, table, where) for table in _COMES_ALONG}


def _contact(
    uow: UnitOfWork, lead: Mapping[str, Any], name: str, company_id: int | None, owner_id: int | None
) -> int | None:
    """The contact of a lead, found or made; what a found one lacks is filled in from the lead."""
    uow.flush()
    contact_id = _known_contact(uow.connection, lead, name, company_id)
    reached = [ContactPoint(kind, lead[kind.value]) for kind in (PointKind.EMAIL, PointKind.PHONE) if lead[kind.value]]
    if contact_id is None:
        if not name:
            return None
        contact_id = uow.insert(
            "contact",
            {
                "name": name, "folded": fold(name), "position": lead["position"], "company_id": company_id,
                "owner_id": owner_id, "created_at": uow.at, **contact_points.columns(reached),
            },
        )  # fmt: skip
        contact_points.save(uow, "contact", contact_id, reached)
        return contact_id
    row = uow.get("contact", contact_id)
    known = contact_points.current(uow.connection, "contact", row)
    fresh = [point for point in reached if not any(contact_points.same(point, other) for other in known)]
    if fresh:
        contact_points.save(uow, "contact", contact_id, contact_points.in_kinds([*known, *fresh]))
    values = {
        "position": row["position"] or lead["position"], "company_id": row["company_id"] or company_id,
        **contact_points.columns([*known, *fresh]),
    }  # fmt: skip
    uow.update("contact", contact_id, values)
    return contact_id


def _known_contact(connection: Any, lead: Mapping[str, Any], name: str, company_id: int | None) -> int | None:
    found = duplicates.contact_like(connection, name, lead["email"], lead["phone"])
    if found is None and company_id is not None:
        where = {"folded": fold(name), "company_id": company_id, "deleted_at": None}
        found = next((row["id"] for row in storage.children.rows(connection, "contact", where)), None)
    return found


LABELS = {
    "value": N_("Value"), "expected_close": N_("Expected close"), "owner_id": N_("Owner"), "company": N_("Company"),
    "contact": N_("Contact"), "product": N_("Product"), "source_id": N_("Source"), "tags": N_("Tags"), "note": N_("Note"),
}  # fmt: skip
