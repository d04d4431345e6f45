"""What conditions can look at, as a person chooses it: titles of columns, of related records, of own fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...domain.condition_fields import FieldKind, known_fields
from ...domain.custom_fields import CustomField, kinds
from ...i18n import N_, tr
from ..detail.change_texts import FIELDS

_RELATED = {
    "owner": N_("Owner"), "company": N_("Company"), "source": N_("Source"), "stage": N_("Stage"),
    "contact": N_("Contact"), "product": N_("Product"), "loss_reason": N_("Reason"),
}  # fmt: skip
_COLUMNS = {
    "role": N_("role"), "active": N_("active"), "kind": N_("kind"), "committed": N_("committed"), "category": N_("forecast"),
    "team_id": N_("team"), "pipeline_id": N_("pipeline"), "sector": N_("sector"), "location": N_("location"),
    "employees": N_("employees"), "revenue": N_("revenue"), "email": N_("email"), "position": N_("position"),
    "series": N_("series"), "probability": N_("probability"),
}  # fmt: skip
_TITLES = {
    "day": N_("Close date"), "stage_since": N_("In the stage since"), "created_at": N_("Created on"),
    "last_activity_at": N_("Last activity"), "next_activity_on": N_("Next activity"), "touched_on": N_("Last touch"),
    "probability_set": N_("Probability set by hand"),
}  # fmt: skip
_SKIPPED = frozenset(
    {"opportunity_id", "lead_id", "contact_id", "company_id", "product_id", "loss_reason_id", "owner.email", "day"}
)


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field to choose: its path, what it is called, its kind, and (value, title) of what a choice or reference can be."""

    path: str
    title: str
    kind: FieldKind
    options: tuple[tuple[Any, str], ...] = ()


def choices(
    table: str, own: Iterable[CustomField], options: Mapping[str, Sequence[tuple[Any, str]]], *, related: bool = True
) -> list[FieldChoice]:
    """Every field of ``table``; ``options`` gives what a choice or reference can be, by path. ``related`` False leaves out
    columns of other records."""
    found = [
        FieldChoice(path, title_of(path), kind, tuple(options.get(path, ())))
        for path, kind in known_fields(table).items()
        if path not in _SKIPPED and (related or "." not in path)
    ]
    own = [each for each in own if each.belongs_to(table)]
    by_path = kinds(own)
    for each in own:
        titles = tuple((option, option) for option in each.options) if by_path[each.path] is FieldKind.CHOICE else ()
        found.append(FieldChoice(each.path, each.label, by_path[each.path], titles))
    return found


def title_of(path: str) -> str:
    """What a person calls a path that is no own field."""
    head, dot, last = path.partition(".")
    if not dot:
        return tr(_TITLES.get(path) or FIELDS.get(path) or FIELDS.get(path.removesuffix("_id"), path))
    record = tr(_RELATED.get(head, head))
    return record if last == "name" else f"{record}: {tr(_COLUMNS.get(last, last))}"
