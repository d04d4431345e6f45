"""Columns of a deal that follow from others: its day, its searchable text, its probability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.text import fold

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_NAMED = (("company_id", "company"), ("contact_id", "contact"), ("product_id", "product"), ("owner_id", "person"))
SEARCHED = frozenset({"name", "external_id", *(field for field, _ in _NAMED)})


def search_text(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Folded text that a search looks through: name, number, company, contact, product, owner."""
    parts = [row["name"], row["external_id"] or "", *(names[field] for field, _ in _NAMED)]
    return "\n".join(fold(part) for part in parts if part)


def derive(
    uow: UnitOfWork, row: Mapping[str, Any], changed: frozenset[str] | None = None,
    name_of: Callable[[str, int | None], str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Derived columns for a deal as it will be; ``changed`` names what differs, None means everything; ``name_of`` a table's
    row is looked up where it is not given."""
    open_deal = uow.stage_kinds[row["stage_id"]] == "open"
    values: dict[str, Any] = {"day": row["expected_close"] if open_deal else row["closed_on"]}
    if changed is None and row.get("touched_on") is None:
        values["touched_on"] = row["stage_since"]
    if changed is None or changed & SEARCHED:
        if name_of is None:
            uow.flush()
            name_of = partial(storage.reference.name_of, uow.connection)
        names = {field: name_of(table, row[field]) for field, table in _NAMED}
        values["search_text"] = search_text(row, names)
    return values


def apply(uow: UnitOfWork, before: Mapping[str, Any], values: dict[str, Any]) -> None:
    """Writes changed fields of a deal together with what follows from them.

    Whatever changes more than its place touches it, unless ``values`` say otherwise.
    """
    after = {**before, **values}
    changed = frozenset(name for name in values if before[name] != after[name])
    if changed - {"rank"}:
        values = {"touched_on": uow.today, **values}
    if changed:
        uow.update("opportunity", before["id"], {**values, **derive(uow, after, changed)})
