"""What the writers of the kinds of rows share: the run they are part of, what they answer, and names in two columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from ...domain.custom_fields import CustomField
from ...i18n import tr
from ..assigner import Assigner
from ..workspace import Workspace
from .links import Links
from .own_fields import OwnFields
from .parsing import BadValue

if TYPE_CHECKING:
    from ...storage.unit_of_work import UnitOfWork

SKIP, UPDATE, CREATE = "skip", "update", "create"
"""What happens with a lead or contact that is there already."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A lead or contact that is there already; ``reason`` is email, phone or name, ``in_file`` whether this import made it."""

    id: int
    name: str
    company: str
    reason: str
    in_file: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: created, updated or skipped; ``twin`` is the one that it is a duplicate of."""

    what: str
    twin: Twin | None = None


CREATED, UPDATED, SKIPPED = Outcome("created"), Outcome("updated"), Outcome("skipped")


@dataclass
class Run:
    """One import: all of its files share the unit of work and who leads are given to."""

    ws: Workspace
    uow: UnitOfWork
    first_new: dict[str, int] = field(default_factory=dict)

    @cached_property
    def assigner(self) -> Assigner:
        """Gives leads to people; each is told once."""
        return Assigner(self.ws, self.uow)

    def close(self) -> None:
        """Counts the turns of assignment and tells people."""
        if "assigner" in self.__dict__:
            self.assigner.close()

    def made(self, table: str, row_id: int) -> None:
        """Remembers from which id on rows are of this import."""
        self.first_new.setdefault(table, row_id)

    def is_new(self, table: str, row_id: int) -> bool:
        """Whether this import made the row."""
        return row_id >= self.first_new.get(table, row_id + 1)


class Writer(Protocol):
    """One kind of row. ``prepare`` sees a chunk first; ``write`` raises BadValue or InvalidInput for a row it cannot take.

    It raises before it writes, and what the names of the row make is kept (``Links.keep``) just before: nothing of a row
    that is refused stays.
    """

    table: str

    def __init__(self, run: Run, links: Links, own: Sequence[CustomField], on_duplicate: str) -> None: ...

    def prepare(self, chunk: Sequence[Mapping[str, Any]]) -> None: ...

    def write(self, values: Mapping[str, Any]) -> Outcome: ...

    def finish(self) -> None: ...


class RowWriter:
    """What most kinds have in common; ``table`` is theirs."""

    table = ""

    def __init__(self, run: Run, links: Links, own: Sequence[CustomField], on_duplicate: str) -> None:
        self.run, self.ws, self.uow, self.links = run, run.ws, run.uow, links
        self.on_duplicate = on_duplicate
        self.own = OwnFields(run.ws, self.table, own)

    def prepare(self, chunk: Sequence[Mapping[str, Any]]) -> None:
        """Nothing to look up."""

    def finish(self) -> None:
        """Nothing left to do."""


def full_name(values: Mapping[str, Any]) -> str:
    """The name, put together where first and last name have columns of their own. Raises BadValue when there is none."""
    name = values.get("name") or " ".join(filter(None, (values.get("first_name"), values.get("last_name"))))
    if not name:
        raise BadValue(-1, tr("The name is missing; fill it in."), "name")
    return str(name)


def given(values: Mapping[str, Any], *fields: str) -> dict[str, Any]:
    """Those of ``fields`` that the row fills in."""
    return {field: values[field] for field in fields if values.get(field) not in (None, "", [])}
