"""Leads: their statuses and reasons, what they need, and the frozen row that lists show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .condition_fields import FieldKind
    from .conditions import Condition


class StatusKind(StrEnum):
    """What the program does with a lead in a status, whatever its name is."""

    OPEN = "open"
    QUALIFIED = "qualified"
    DISCARDED = "discarded"
    CONVERTED = "converted"


@dataclass(frozen=True, slots=True)
class DefaultStatus:
    """A status of a new workspace; ``name`` and ``help`` are (Spanish, English)."""

    code: str
    kind: StatusKind
    name: tuple[str, str]
    help: tuple[str, str]


DEFAULT_STATUSES: tuple[DefaultStatus, ...] = (
    DefaultStatus(
        "new",
        StatusKind.OPEN,
        ("Nuevo", "New"),
        ("Espera su reparto o un primer contacto.", "Waits for distribution or a first contact."),
    ),
    DefaultStatus(
        "contacted",
        StatusKind.OPEN,
        ("Contactado", "Contacted"),
        ("Ya se habló o escribió con la persona.", "Somebody has spoken or written to them."),
    ),
    DefaultStatus("qualified", StatusKind.QUALIFIED, ("Calificado", "Qualified"), ("Puede comprar.", "Can buy.")),
    DefaultStatus(
        "discarded",
        StatusKind.DISCARDED,
        ("Descartado", "Discarded"),
        ("Fuera de perfil, archivado.", "Out of profile, archived."),
    ),
    DefaultStatus(
        "converted",
        StatusKind.CONVERTED,
        ("Convertido", "Converted"),
        ("Se convirtió en una oportunidad.", "Became an opportunity."),
    ),
)

DEFAULT_DISCARD_REASONS: tuple[tuple[str, str], ...] = (
    ("Fuera de perfil", "Out of profile"),
    ("Sin presupuesto", "No budget"),
    ("Sin respuesta", "No answer"),
    ("Datos incorrectos", "Wrong data"),
    ("Repetido", "Duplicate"),
    ("Otro", "Other"),
)


@dataclass(frozen=True, slots=True)
class LeadStatus:
    """A status of the workspace; ``code`` never changes, the name may."""

    id: int
    code: str
    name: str
    help: str
    kind: StatusKind
    position: int
    active: bool


class LeadSort(StrEnum):
    """Columns by which the list of leads is ordered."""

    NAME = "name"
    COMPANY = "company"
    EMAIL = "email"
    PHONE = "phone"
    SOURCE = "source"
    STATUS = "status"
    OWNER = "owner"
    CREATED = "created"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class OwnSort:
    """An own field by which the list of leads is ordered: numbers as numbers, days as days, the rest as texts."""

    key: str
    kind: FieldKind


@dataclass(frozen=True, slots=True)
class LeadRow:
    """What a line of the list shows of a lead; ``status`` is a code, names are empty where there is none."""

    id: int
    version: int
    name: str
    company: str
    position: str
    email: str
    phone: str
    source_id: int | None
    source: str
    status: str
    owner_id: int | None
    owner: str
    tags: tuple[str, ...]
    value: int | None
    created_at: datetime | None
    last_activity_at: datetime | None
    opportunity_id: int | None
    custom: str = "{}"
    """Values of own fields, as JSON."""


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Conditions that must all hold; None or empty means any. ``owner_id`` 0 is "nobody"; instants are half-open ranges.

    ``text``: every word must occur in name, company or email, without case and accents. ``archived`` False leaves out
    discarded and converted ones unless a status is asked for. ``condition`` may look at any field, own ones included.
    """

    status: str = ""
    owner_id: int | None = None
    source_id: int | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    text: str = ""
    tag: str = ""
    archived: bool = False
    condition: Condition | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == LeadFilter(archived=self.archived)
