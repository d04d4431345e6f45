"""Fields of a workspace's own, as an administrator defines them (custom_values.py fills them in)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain import custom_fields
from ..domain.condition_json import to_json
from ..domain.conditions import Condition
from ..domain.conditions import fields as fields_of
from ..domain.custom_fields import BOTH, CustomField, FieldForm, Section
from ..domain.opportunities import NAME_LIMIT
from ..domain.text import one_line
from ..errors import InvalidInput, NotFound
from ..i18n import N_, tr
from . import custom_values
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

TABLES = ("lead", "opportunity")


def fields(ws: Workspace, table: str | None = None) -> list[CustomField]:
    """Fields that records of ``table`` have, in order; None gives every definition, also those out of use."""
    with ws.store.read() as connection:
        found = storage.custom_fields.fields(connection)
    return found if table is None else [each for each in found if each.belongs_to(table)]


def sections(ws: Workspace) -> list[Section]:
    """The headings under which fields stand, in order."""
    with ws.store.read() as connection:
        return storage.custom_fields.sections(connection)


# Defining ------------------------------------------------------------------------------------------------------------


def save(ws: Workspace, definition: Mapping[str, Any], *, field_id: int | None = None) -> int:
    """Makes a field, or changes one; returns its id. Raises InvalidInput naming the part that is wrong.

    ``definition``: label, subject (lead, opportunity, both), form, required, default, help, options, section_id, shown_if,
    required_if (conditions), on_card, active, and ``section``, (name, columns), which is made when there is none of that
    name; what is left out stays or takes its default. The key is made from the label
    once and stays; the form of a field that holds values cannot change.
    """
    with ws.unit("fields", [N_("Change field “{name}”"), {"name": str(definition.get("label", ""))}]) as uow:
        known = storage.custom_fields.fields(uow.connection)
        before = next((each for each in known if each.id == field_id), None)
        if field_id is not None and before is None:
            raise NotFound(tr("This field does not exist any more."), tr("Nothing was changed."))
        made = _checked(definition, before, known)
        if "section" in definition:
            made["section_id"] = _section(uow, made["subject"], *definition["section"])
        if before is not None and made["form"] is not before.form and _used(uow, before):
            raise InvalidInput(
                "form", tr("“{name}” holds values already.").format(name=before.label), tr("Make another field.")
            )
        row = {
            "label": made["label"], "subject_table": made["subject"], "kind": made["form"].value,
            "required": made["required"], "help": made["help"], "section_id": made["section_id"],
            "options": json.dumps(list(made["options"]), ensure_ascii=False), "on_card": made["on_card"],
            "active": made["active"], "shown_if": json.dumps(to_json(made["shown_if"])),
            "required_if": json.dumps(to_json(made["required_if"])),
        }  # fmt: skip
        row["default_value"] = json.dumps(_default(ws, made), ensure_ascii=False)
        if before is not None:
            uow.update("custom_field", before.id, row)
            if not made["active"] or made["subject"] == "lead":
                _ask_no_more(uow, before)
            return before.id
        row["key"] = custom_fields.key_of(made["label"], [each.key for each in known])
        row["position"] = 1 + max((each.position for each in known), default=0)
        return uow.insert("custom_field", row)


def reorder(ws: Workspace, ids: Sequence[int]) -> None:
    """Puts fields in this order."""
    with ws.unit("fields", [N_("Change the order of the fields"), {}]) as uow:
        for position, field_id in enumerate(ids, start=1):
            uow.update("custom_field", field_id, {"position": position})


def delete(ws: Workspace, field_id: int) -> None:
    """Takes a field away that no record holds a value of; one that is used is only put out of use. Undo brings it back.

    Stages do not ask for it any more; conditions of other fields that look at it go with it.
    """
    with ws.unit("fields", []) as uow:
        known = storage.custom_fields.fields(uow.connection)
        each = next((found for found in known if found.id == field_id), None)
        if each is None:
            raise NotFound(tr("This field does not exist any more."), tr("Nothing was changed."))
        uow.call_it([N_("Delete field “{name}”"), {"name": each.label}])
        if _used(uow, each):
            uow.update("custom_field", field_id, {"active": False})
        else:
            uow.delete("custom_field", field_id)
            for other in known:
                row = uow.get("custom_field", other.id) if other.id != field_id else {}
                dead = [part for part in ("shown_if", "required_if") if json.dumps(each.path) in row.get(part, "")]
                uow.update("custom_field", other.id, dict.fromkeys(dead, "{}")) if dead else None
        _ask_no_more(uow, each)


def save_section(ws: Workspace, subject: str, name: str, columns: int, *, section_id: int | None = None) -> int:
    """Makes or changes a section of one or two columns; returns its id."""
    name = one_line(name)[:NAME_LIMIT]
    if not name:
        raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
    row = {"subject_table": subject, "name": name, "columns": 2 if columns == 2 else 1}
    with ws.unit("fields", [N_("Change section “{name}”"), {"name": name}]) as uow:
        if section_id is not None:
            uow.update("field_section", section_id, row)
            return section_id
        there = storage.custom_fields.sections(uow.connection)
        return uow.insert("field_section", {**row, "position": 1 + max((s.position for s in there), default=0)})


def delete_section(ws: Workspace, section_id: int) -> None:
    """Takes a section away; its fields stay, without a heading."""
    with ws.unit("fields", [N_("Delete a section"), {}]) as uow:
        uow.call_it([N_("Delete section “{name}”"), {"name": uow.get("field_section", section_id)["name"]}])
        for each in storage.custom_fields.fields(uow.connection):
            if each.section_id == section_id:
                uow.update("custom_field", each.id, {"section_id": None})
        uow.delete("field_section", section_id)


# Inside --------------------------------------------------------------------------------------------------------------


def _ask_no_more(uow: UnitOfWork, each: CustomField) -> None:
    """Takes a field that deals have no more out of what stages ask for."""
    for pipeline in storage.pipelines.pipelines(uow.connection):
        for stage in storage.pipelines.stages(uow.connection, pipeline["id"]):
            asked = json.loads(stage["required_fields"])
            if each.path in asked:
                left = json.dumps([name for name in asked if name != each.path], ensure_ascii=False)
                uow.update("stage", stage["id"], {"required_fields": left})


def _section(uow: UnitOfWork, subject: str, name: str, columns: int) -> int | None:
    """The section of that name with so many columns, made when there is none; None for an empty name."""
    name = one_line(name)[:NAME_LIMIT]
    there = storage.custom_fields.sections(uow.connection)
    found = next((each for each in there if each.name.casefold() == name.casefold()), None)
    columns = 2 if columns == 2 else 1
    if not name:
        return None
    if found is not None:
        uow.update("field_section", found.id, {"columns": columns})
        return found.id
    position = 1 + max((each.position for each in there), default=0)
    return uow.insert(
        "field_section", {"subject_table": subject, "name": name, "columns": columns, "position": position}
    )


def _checked(definition: Mapping[str, Any], before: CustomField | None, known: Sequence[CustomField]) -> dict[str, Any]:
    start = before or CustomField(0, BOTH, "", "", FieldForm.TEXT)
    names = (
        "subject", "label", "form", "required", "default", "help", "options", "section_id", "shown_if", "required_if",
        "on_card", "active",
    )  # fmt: skip
    made: dict[str, Any] = {name: definition.get(name, getattr(start, name)) for name in names}
    made["label"] = one_line(str(made["label"]))[:NAME_LIMIT]
    made["form"] = FieldForm(made["form"])
    if not made["label"]:
        raise InvalidInput("label", tr("The name is missing."), tr("Fill it in."))
    twin = next((e for e in known if e.id != start.id and e.label.casefold() == made["label"].casefold()), None)
    if twin is not None:
        raise InvalidInput("label", tr("There is a field “{name}” already.").format(name=twin.label), tr("Rename it."))
    if made["subject"] not in (*TABLES, BOTH):
        raise InvalidInput("subject", tr("A field belongs to leads, deals or both."), tr("Choose one."))
    made["options"] = tuple(dict.fromkeys(filter(None, (one_line(str(o)) for o in made["options"]))))
    if made["form"] in (FieldForm.CHOICE, FieldForm.CHOICES) and not made["options"]:
        raise InvalidInput("options", tr("A list needs options."), tr("Write one per line."))
    for part in ("shown_if", "required_if"):
        _check_condition(part, made[part], made, known, start)
    _refuse_circle(made["shown_if"], known, start)
    return made


def _refuse_circle(shown_if: Condition, known: Sequence[CustomField], start: CustomField) -> None:
    """Fields that show each other would never be shown."""
    looks = {each.path: fields_of(each.shown_if) for each in known}
    todo, seen = list(fields_of(shown_if)), set[str]()
    while todo:
        path = todo.pop()
        if path == start.path and start.key:
            raise InvalidInput(
                "shown_if",
                tr("The condition leads back to the field itself: neither would ever be shown."),
                tr("Choose other fields."),
            )
        if path in looks and path not in seen:
            seen.add(path)
            todo += looks[path]


def _check_condition(
    part: str, condition: Condition, made: Mapping[str, Any], known: Sequence[CustomField], start: CustomField
) -> None:
    """A condition may look at plain columns and other own fields of the same records, not at itself."""
    try:
        custom_fields.check_condition(condition, made["subject"], [e for e in known if e.id != start.id])
    except ValueError as error:
        raise InvalidInput(
            part,
            tr("The condition cannot be asked of every record: {what}.").format(what=str(error).partition(":")[0]),
            tr("Choose fields that these records have."),
        ) from error


def _default(ws: Workspace, made: Mapping[str, Any]) -> Any:
    each = CustomField(0, made["subject"], made["label"], "", made["form"], options=made["options"])
    try:
        return custom_values.cleaned(ws, each, made["default"])
    except InvalidInput as error:
        raise InvalidInput("default", error.title, error.message) from error


def _used(uow: UnitOfWork, each: CustomField) -> bool:
    return any(storage.custom_fields.uses(uow.connection, table, each.key) for table in TABLES)
