"""Makes one row of two: field by field, everything that hangs on the other moved over, all of it one step to undo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.contacts import PointKind
from ..domain.custom_fields import is_blank, stored
from ..domain.products import Line, lines_total
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, tr
from . import checklists, contact_points, custom_values, deal_notices, derived, leads
from .companies import chain
from .contacts import found_by_name
from .merge_candidates import candidates, say_different
from .opportunities import tags_of
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

__all__ = ["FIELDS", "Difference", "candidates", "compare", "merge", "say_different"]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "lead": (
        "name", "email", "phone", "company", "position", "status", "source_id", "owner_id", "value", "place", "note",
    ),
    "contact": ("name", "email", "phone", "position", "company_id", "owner_id", "note"),
    "company": (
        "name", "email", "phone", "website", "sector", "location", "year_established", "revenue", "employees",
        "parent_id", "owner_id", "note",
    ),
    "opportunity": (
        "name", "value", "expected_close", "priority", "owner_id", "company_id", "contact_id", "product_id", "source_id",
        "competitor", "note",
    ),
}  # fmt: skip
"""Fields of each kind of which a person may choose whose value stays. A deal stays in its stage, and keeps the value with
which it was closed."""
_FILLED = {
    "lead": ("team_id", "contact_id", "company_id"), "contact": (), "company": (), "opportunity": ("external_id", "lead_id"),
}  # fmt: skip
"""Fields that are taken over where the kept row has nothing."""
LINKS = {
    "lead": (("opportunity", "lead_id"),),
    "contact": (("opportunity", "contact_id"), ("lead", "contact_id")),
    "company": (("opportunity", "company_id"), ("lead", "company_id"), ("contact", "company_id"), ("company", "parent_id")),
    "opportunity": (("lead", "opportunity_id"), ("opportunity_line", "opportunity_id"), ("check_item", "opportunity_id")),
}  # fmt: skip
"""Where other rows name a row of the kind."""
_NAMED = {
    "source_id": "source", "owner_id": "person", "company_id": "company", "parent_id": "company", "contact_id": "contact",
    "product_id": "product",
}  # fmt: skip
_CLOSED = {"open": 0, "lost": 1, "won": 2}
"""Of two deals, the one whose stage stands higher here stays: figures of what is closed do not change."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two rows differ: values as they are kept, names instead of numbers; ``taken`` is keep or other.

    Own fields of the workspace are called ``custom.<key>``.
    """

    field: str
    keep: Any
    other: Any
    taken: str


def compare(ws: Workspace, kind: str, keep_id: int, other_id: int) -> list[Difference]:
    """Where two rows differ, and whose value stays if nothing is chosen.

    Raises InvalidInput, on ``keep`` when only the other one can stay; NotFound.
    """
    with ws.store.read() as connection:
        found = {}
        for row in storage.children.rows(connection, _known(kind), {"id": [keep_id, other_id], "deleted_at": None}):
            found[row["id"]] = row
        keep, other = _pair(kind, found.get, keep_id, other_id)
        differences = []
        closed = {stage.id: stage.kind.value for stage in storage.reference.stages(connection)}
        fixed = _fixed(kind, closed, keep, other)
        for field in FIELDS[kind]:
            if keep[field] == other[field] or field in fixed:
                continue
            taken = "other" if _takes_other(field, keep, other, {}) else "keep"
            table = _NAMED.get(field)
            mine, theirs = keep[field], other[field]
            if table:
                mine, theirs = (storage.reference.name_of(connection, table, value) for value in (mine, theirs))
            differences.append(Difference(field, mine, theirs, taken))
    mine, theirs = json.loads(keep["custom"]), json.loads(other["custom"])
    for key in sorted(mine.keys() | theirs.keys()):
        if mine.get(key) != theirs.get(key):
            taken = "other" if is_blank(mine.get(key)) else "keep"
            differences.append(Difference(f"custom.{key}", mine.get(key), theirs.get(key), taken))
    return differences


def merge(
    ws: Workspace, kind: str, keep_id: int, other_id: int, choices: Mapping[str, str] | None = None
) -> ChangeSet | None:
    """Takes ``other_id`` into ``keep_id`` (lead, contact, company or opportunity) and puts it in the bin.

    ``choices`` names whose value stays: FIELDS or ``custom.<key>`` → keep or other. Without a choice it is the kept row's,
    or the other's where that has none; tags are united. A won or lost deal stays as it was closed: an open one goes into
    it, without its products, not the other way round. Raises InvalidInput, NotFound, UserError; nothing is written then.
    """
    chosen = _checked(_known(kind), choices or {})
    with ws.unit("merge", []) as uow:
        keep, other = _pair(kind, lambda row_id: uow.find(kind, row_id), keep_id, other_id)
        uow.call_it([N_("Merge “{other}” into “{name}”"), {"name": keep["name"], "other": other["name"]}])
        fixed = _fixed(kind, uow.stage_kinds, keep, other)
        _refuse_choices(uow, kind, keep, other, chosen, fixed)
        values = _values(kind, keep, other, chosen | dict.fromkeys(fixed, "keep"))
        _MERGED[kind](uow, keep, other, values, chosen)
        _move_notes_and_files(uow, kind, keep_id, other_id)
        uow.update(kind, other_id, {"deleted_at": ws.clock.now(), "merged_into_id": keep_id})
    return uow.change_set


def _known(kind: str) -> str:
    if kind not in FIELDS:
        raise InvalidInput("kind", tr("“{text}” cannot be merged.").format(text=kind[:40]), tr("Choose another."))
    return kind


def _pair(kind: str, find: Any, keep_id: int, other_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    if keep_id == other_id:
        raise InvalidInput("other", tr("These are one and the same."), tr("Choose two that are not."))
    rows = find(keep_id), find(other_id)
    for row_id, row in zip((keep_id, other_id), rows, strict=True):
        if row is None or row["deleted_at"] is not None:
            raise NotFound(tr(_GONE[kind]).format(id=row_id), tr("It may have been deleted."))
    return rows


def _checked(kind: str, choices: Mapping[str, str]) -> dict[str, str]:
    chosen = {}
    for name, side in choices.items():
        field = name if name in FIELDS[kind] or name.startswith("custom.") else f"{name}_id"
        if field not in FIELDS[kind] and not field.startswith("custom."):
            raise InvalidInput(name, tr("There is no field {field} to choose.").format(field=name))
        if side not in ("keep", "other"):
            raise InvalidInput(name, tr("“{text}” is neither keep nor other.").format(text=side[:40]))
        chosen[field] = side
    return chosen


def _fixed(
    kind: str, stage_kinds: Mapping[int, str], keep: Mapping[str, Any], other: Mapping[str, Any]
) -> frozenset[str]:
    """Fields that stay as they are whatever is chosen. Raises InvalidInput when it is the other row that must stay."""
    if kind != "opportunity":
        return frozenset()
    mine, theirs = (stage_kinds[row["stage_id"]] for row in (keep, other))
    if _CLOSED[theirs] > _CLOSED[mine]:
        title = tr("“{name}” is won.") if theirs == "won" else tr("“{name}” is lost.")
        raise InvalidInput(
            "keep",
            title.format(name=other["name"]),
            tr("It keeps what it was closed with, so choose it as the one that stays."),
        )
    return frozenset(({"value"} if mine != "open" else set()) | ({"competitor"} if mine != theirs else set()))


def _refuse_choices(
    uow: UnitOfWork, kind: str, keep: Mapping[str, Any], other: Mapping[str, Any], chosen: Mapping[str, str],
    fixed: frozenset[str],
) -> None:  # fmt: skip
    for name in sorted(field for field in fixed if chosen.get(field) == "other"):
        raise InvalidInput(
            name, tr("“{name}” is closed and keeps its value.").format(name=keep["name"]), tr("Nothing was changed.")
        )
    known = {each.path for each in custom_values.definitions(uow, kind)}
    known |= {f"custom.{key}" for row in (keep, other) for key in stored(row)}
    for name in chosen:
        if name.startswith("custom.") and name not in known:
            raise InvalidInput(name, tr("There is no field {field} to choose.").format(field=name))


def _takes_other(field: str, keep: Mapping[str, Any], other: Mapping[str, Any], chosen: Mapping[str, str]) -> bool:
    side = chosen.get(field)
    return side == "other" or (side is None and is_blank(keep[field]) and not is_blank(other[field]))


def _values(kind: str, keep: Mapping[str, Any], other: Mapping[str, Any], chosen: Mapping[str, str]) -> dict[str, Any]:
    """Columns of the kept row that change whatever its kind is."""
    values = {
        field: other[field] for field in (*FIELDS[kind], *_FILLED[kind]) if _takes_other(field, keep, other, chosen)
    }
    values["tags"] = tags_of([*json.loads(keep["tags"]), *json.loads(other["tags"])])
    mine, theirs = json.loads(keep["custom"]), json.loads(other["custom"])
    for key, value in theirs.items():
        side = chosen.get(f"custom.{key}")
        if side == "other" or (side is None and is_blank(mine.get(key))):
            mine[key] = value
    if mine != json.loads(keep["custom"]):
        values["custom"] = json.dumps(mine, ensure_ascii=False)
    return values


def _lead(uow: UnitOfWork, keep: dict[str, Any], other: dict[str, Any], values: dict[str, Any], _chosen: Any) -> None:
    if keep["opportunity_id"] is not None:
        values.pop("status", None)
    elif other["opportunity_id"] is not None:
        values |= {"status": other["status"], "opportunity_id": other["opportunity_id"]}
    if "status" in values:
        values |= {name: other[name] for name in ("discard_reason_id", "discard_note")}
    last = [row["last_activity_at"] for row in (keep, other) if row["last_activity_at"] is not None]
    values["last_activity_at"] = max(last, default=None)
    uow.update("lead", keep["id"], {**values, **leads.derived({**keep, **values})})
    _move_links(uow, "lead", keep["id"], other["id"])


def _contact(uow: UnitOfWork, keep: dict[str, Any], other: dict[str, Any], values: dict[str, Any], chosen: Any) -> None:
    _reached(uow, "contact", keep, other, values, chosen)
    company_id = values.get("company_id", keep["company_id"])
    works = {keep["company_id"]: keep["position"], other["company_id"]: other["position"]}
    for row in storage.children.rows(uow.connection, "employment", {"contact_id": [keep["id"], other["id"]]}):
        if row["company_id"] == company_id or (row["contact_id"] == other["id"] and row["company_id"] in works):
            uow.delete("employment", row["id"])
        elif row["contact_id"] == other["id"] and not _employed(uow, keep["id"], row["company_id"]):
            uow.update("employment", row["id"], {"contact_id": keep["id"]})
        elif row["contact_id"] == other["id"]:
            uow.delete("employment", row["id"])
    for further, position in works.items():
        if further not in (None, company_id) and not _employed(uow, keep["id"], further):
            uow.insert("employment", {"contact_id": keep["id"], "company_id": further, "position": position})
    for row in storage.children.rows(uow.connection, "opportunity_contact", {"contact_id": other["id"]}):
        _move_role(uow, row, row["opportunity_id"], keep["id"])
    for row in storage.children.rows(uow.connection, "activity_participant", {"contact_id": other["id"]}):
        where = {"activity_id": row["activity_id"], "contact_id": keep["id"]}
        if storage.children.rows(uow.connection, "activity_participant", where):
            uow.delete("activity_participant", row["id"])
        else:
            uow.update("activity_participant", row["id"], where)
    _move_links(uow, "contact", keep["id"], other["id"])
    found_by_name(uow, "contact", keep["id"])


def _company(uow: UnitOfWork, keep: dict[str, Any], other: dict[str, Any], values: dict[str, Any], chosen: Any) -> None:
    pair = {keep["id"], other["id"]}
    # Whichever stands above one of the two cannot belong to what both become.
    parents = (values.get("parent_id", keep["parent_id"]), keep["parent_id"], other["parent_id"])
    values["parent_id"] = next((p for p in parents if p is not None and not pair & set(chain(uow, p))), None)
    _reached(uow, "company", keep, other, values, chosen)
    _move_links(uow, "company", keep["id"], other["id"])
    for row in storage.children.rows(uow.connection, "employment", {"company_id": [*pair]}):
        main = uow.get("contact", row["contact_id"])["company_id"] == keep["id"]
        if main or (row["company_id"] == other["id"] and _employed(uow, row["contact_id"], keep["id"])):
            uow.delete("employment", row["id"])
        elif row["company_id"] == other["id"]:
            uow.update("employment", row["id"], {"company_id": keep["id"]})
    found_by_name(uow, "company", keep["id"])


def _opportunity(
    uow: UnitOfWork, keep: dict[str, Any], other: dict[str, Any], values: dict[str, Any], _chosen: Any
) -> None:
    kinds = [uow.stage_kinds[row["stage_id"]] for row in (keep, other)]
    along = lines_come_along(*kinds)
    if "value" in values:
        values["currency"] = other["currency"]
    if along:
        _follow_lines(uow, keep, other, values, closed=kinds[0] != "open")
    if kinds == ["won", "won"]:
        # It was one sale, and counts once.
        for person_id, reason, stage_id, net in storage.timeline.points_earned(uow.connection, other["id"]):
            if reason == "won" and net > 0:
                uow.award(person_id, reason, -net, other["id"], stage_id)
    days = [row["next_activity_on"] for row in (keep, other) if row["next_activity_on"] is not None]
    values["next_activity_on"] = min(days, default=None)
    after = {**keep, **values}
    uow.update("opportunity", keep["id"], {**values, **derived.derive(uow, after)})
    deal_notices.changed(uow, keep, after)
    for row in storage.children.rows(uow.connection, "opportunity_contact", {"opportunity_id": other["id"]}):
        _move_role(uow, row, keep["id"], row["contact_id"])
    there = {"opportunity_id": keep["id"]}
    followed = {row["person_id"] for row in storage.children.rows(uow.connection, "follower", there)}
    for row in storage.children.rows(uow.connection, "follower", {"opportunity_id": other["id"]}):
        if row["person_id"] not in followed:
            uow.update("follower", row["id"], there)
    shared = {row["person_id"] for row in storage.children.rows(uow.connection, "share", there)} | {after["owner_id"]}
    for row in storage.children.rows(uow.connection, "share", {"opportunity_id": other["id"]}):
        if row["person_id"] not in shared:
            uow.update("share", row["id"], there)
    for contact_id in {keep["contact_id"], other["contact_id"]} - {None, after["contact_id"]}:
        if not storage.children.rows(uow.connection, "opportunity_contact", {**there, "contact_id": contact_id}):
            uow.insert("opportunity_contact", {**there, "contact_id": contact_id, "buying_role": ""})
            uow.flush()
    for table in ("opportunity_line", "check_item") if along else ("check_item",):
        positions = [row["position"] for row in storage.children.rows(uow.connection, table, there)]
        for row in storage.children.rows(uow.connection, table, {"opportunity_id": other["id"]}):
            uow.update(table, row["id"], {"position": row["position"] + max(positions, default=-1) + 1})
    _move_links(uow, "opportunity", keep["id"], other["id"], leave=() if along else ("opportunity_line",))
    for deal_id in (keep["id"], other["id"]):
        checklists.recount(uow, deal_id)


def lines_come_along(keep: str, other: str) -> bool:
    """Whether products go from a deal in a stage of kind ``other`` to one of kind ``keep``: not as if they were sold."""
    return keep == other


def _follow_lines(
    uow: UnitOfWork, keep: dict[str, Any], other: dict[str, Any], values: dict[str, Any], *, closed: bool
) -> None:
    """A value that follows the lines goes on doing so with those of both; one that is taken over, or that a deal was
    closed with, stays as it is."""
    lines = {
        row["id"]: storage.children.rows(uow.connection, "opportunity_line", {"opportunity_id": row["id"]})
        for row in (keep, other)
    }
    currency = values.get("currency", keep["currency"])
    if any(lines[row["id"]] and row["currency"] != currency for row in (keep, other)):
        raise UserError(
            tr("The two deals have products in different currencies."),
            tr("Nothing was changed. Give both the same currency first."),
        )
    if "value" in values:
        values["value_follows"] = other["value_follows"] and not lines[keep["id"]]
    elif closed and lines[other["id"]]:
        values["value_follows"] = False
    elif keep["value_follows"] and lines[other["id"]]:
        values["value"] = lines_total(
            [
                Line(
                    row["product_id"], row["description"], row["quantity_thousandths"], row["unit_price"],
                    row["discount_basis_points"],
                )
                for row in (*lines[keep["id"]], *lines[other["id"]])
            ]
        )  # fmt: skip


def _reached(
    uow: UnitOfWork, table: str, keep: dict[str, Any], other: dict[str, Any], values: dict[str, Any], chosen: Any
) -> None:
    """Writes the kept row with the emails, phones and addresses of both, each once."""
    known = contact_points.current(uow.connection, table, keep)
    for point in contact_points.current(uow.connection, table, other):
        if not any(contact_points.same(point, mine) for mine in known):
            known.append(point)
    for kind in (PointKind.EMAIL, PointKind.PHONE):
        values.pop(kind.value, None)
        first = other[kind.value]
        if chosen.get(kind.value) == "other" and first:
            known = contact_points.with_first(known, kind, first)
    folded = {"folded": other["folded"]} if "name" in values else {}
    uow.update(table, keep["id"], {**values, **folded})
    contact_points.save(uow, table, keep["id"], contact_points.in_kinds(known))


def _employed(uow: UnitOfWork, contact_id: int, company_id: int) -> bool:
    where = {"contact_id": contact_id, "company_id": company_id}
    return bool(storage.children.rows(uow.connection, "employment", where))


def _move_role(uow: UnitOfWork, row: dict[str, Any], deal_id: int, contact_id: int) -> None:
    """Puts somebody's part in a deal on another deal or person, where it may be known already."""
    where = {"opportunity_id": deal_id, "contact_id": contact_id}
    there = next(iter(storage.children.rows(uow.connection, "opportunity_contact", where)), None)
    if there is None:
        uow.update("opportunity_contact", row["id"], where)
        return
    if not there["buying_role"]:
        uow.update("opportunity_contact", there["id"], {"buying_role": row["buying_role"]})
    uow.delete("opportunity_contact", row["id"])


def _move_links(uow: UnitOfWork, kind: str, keep_id: int, other_id: int, leave: tuple[str, ...] = ()) -> None:
    for table, column in (link for link in LINKS[kind] if link[0] not in leave):
        for row in storage.children.rows(uow.connection, table, {column: other_id}):
            if (table, row["id"]) != (kind, keep_id):
                uow.update(table, row["id"], {column: keep_id})


def _move_notes_and_files(uow: UnitOfWork, kind: str, keep_id: int, other_id: int) -> None:
    pinned = storage.children.rows(
        uow.connection, "note", {"subject_table": kind, "subject_id": keep_id, "pinned": True}
    )
    for table in ("note", "activity", "attachment"):
        for row in storage.children.rows(uow.connection, table, {"subject_table": kind, "subject_id": other_id}):
            more = {"pinned": False} if table == "note" and pinned else {}
            uow.update(table, row["id"], {"subject_id": keep_id, **more})


_MERGED = {"lead": _lead, "contact": _contact, "company": _company, "opportunity": _opportunity}
_GONE = {
    "lead": N_("Lead {id} does not exist."), "contact": N_("Contact {id} does not exist."),
    "company": N_("Company {id} does not exist."), "opportunity": N_("Opportunity {id} does not exist."),
}  # fmt: skip
