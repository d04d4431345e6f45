"""The catalogue of products, the lines of deals, and how much of each product was won."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ..portable import folded as in_sql
from ..prepared import Prepared
from ..schema.pipelines import product, product_price, stage
from ..schema.sales import opportunity, opportunity_line


def catalogue(connection: Connection) -> list[dict[str, Any]]:
    """Every product by name."""
    return [dict(r) for r in connection.execute(select(product).order_by(product.c.folded, product.c.id)).mappings()]


def named(connection: Connection, folded: str, except_id: int) -> str | None:
    """What another product of this folded name is called, None when there is none."""
    found: str | None = _NAMED.value(connection, {"folded": folded, "except_id": except_id})
    return found


def coded(connection: Connection, code: str, except_id: int) -> str | None:
    """What another product with this folded code is called, None when there is none."""
    found: str | None = _CODED.value(connection, {"code": code, "except_id": except_id})
    return found


def prices(connection: Connection, product_ids: Iterable[int] | None = None) -> list[dict[str, Any]]:
    """Prices in further currencies, of some products or of all."""
    statement = select(product_price).order_by(product_price.c.product_id, product_price.c.currency)
    if product_ids is not None:
        statement = statement.where(product_price.c.product_id.in_(list(product_ids)))
    return [dict(r) for r in connection.execute(statement).mappings()]


def uses(connection: Connection) -> dict[int, int]:
    """Product → how many deals have it, as their product or on a line; deals in the bin count."""
    main = select(opportunity.c.product_id, opportunity.c.id).where(opportunity.c.product_id.isnot(None))
    lines = select(opportunity_line.c.product_id, opportunity_line.c.opportunity_id).where(
        opportunity_line.c.product_id.isnot(None)
    )
    both = main.union(lines).subquery()
    return {r[0]: r[1] for r in connection.execute(select(both.c[0], func.count()).group_by(both.c[0]))}


def lines_of(connection: Connection, deal_id: int) -> list[dict[str, Any]]:
    """The lines of a deal in their order."""
    statement = (
        select(opportunity_line)
        .where(opportunity_line.c.opportunity_id == deal_id)
        .order_by(opportunity_line.c.position, opportunity_line.c.id)
    )
    return [dict(r) for r in connection.execute(statement).mappings()]


def won_lines(connection: Connection, since: date, until: date) -> list[tuple[int, str, int, int, int]]:
    """(product, currency, quantity, unit price, discount) of each line of deals won from ``since`` to ``until``, both in."""
    columns = [opportunity_line.c[n] for n in ("quantity_thousandths", "unit_price", "discount_basis_points")]
    statement = (
        select(opportunity_line.c.product_id, opportunity.c.currency, *columns)
        .join(opportunity, opportunity.c.id == opportunity_line.c.opportunity_id)
        .join(stage, stage.c.id == opportunity.c.stage_id)
        .where(
            stage.c.kind == "won", opportunity.c.deleted_at.is_(None), opportunity.c.closed_on >= since,
            opportunity.c.closed_on <= until, opportunity_line.c.product_id.isnot(None),
        )
    )  # fmt: skip
    return [(r[0], r[1], r[2], r[3], r[4]) for r in connection.execute(statement)]


_OTHER = select(product.c.name).where(product.c.id != bindparam("except_id")).order_by(product.c.id).limit(1)
_NAMED = Prepared(_OTHER.where(product.c.folded == bindparam("folded")))
_CODED = Prepared(_OTHER.where(product.c.code != "", in_sql(product.c.code) == bindparam("code")))
