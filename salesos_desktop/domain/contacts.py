"""Contacts and companies: how they are reached, their part in a deal, and the frozen rows that lists show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from .reach import email_key, phone_key
from .text import fold


class PointKind(StrEnum):
    """Ways to reach somebody."""

    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"


@dataclass(frozen=True)
class ContactPoint:
    """An email, phone or address; ``label`` is a code of services.contact_points.LABELS or a word of the person's own.

    ``id`` is None for one that is not kept yet, or that only the column ``email`` or ``phone`` of its row holds.
    """

    kind: PointKind
    value: str
    label: str = ""
    id: int | None = None

    @cached_property
    def key(self) -> str:
        """What different spellings of the same have in common."""
        return _KEYS[self.kind](self.value)


_KEYS: Mapping[PointKind, Callable[[str], str]] = {
    PointKind.EMAIL: email_key,
    PointKind.PHONE: phone_key,
    PointKind.ADDRESS: fold,
}


class BuyingRole(StrEnum):
    """What part somebody takes in the decision to buy."""

    DECIDES = "decides"
    INFLUENCES = "influences"
    USES = "uses"
    BUYS = "buys"
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class DealContact:
    """A person on a deal, the main one or a further one; ``role`` None while nobody has said what part they take."""

    contact_id: int
    name: str
    position: str
    company: str
    email: str
    phone: str
    role: BuyingRole | None
    main: bool


class ContactSort(StrEnum):
    """Columns by which the list of contacts is ordered."""

    NAME = "name"
    POSITION = "position"
    COMPANY = "company"
    EMAIL = "email"
    PHONE = "phone"
    OWNER = "owner"
    CREATED = "created"


class CompanySort(StrEnum):
    """Columns by which the list of companies is ordered."""

    NAME = "name"
    SECTOR = "sector"
    LOCATION = "location"
    EMPLOYEES = "employees"
    REVENUE = "revenue"
    OWNER = "owner"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class OpenDeals:
    """How many open deals there are and what they are worth: currency → minor units."""

    count: int
    value: Mapping[str, int]


NO_DEALS = OpenDeals(0, {})


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What a line of the list shows of a contact; names are empty where there is none."""

    id: int
    version: int
    name: str
    position: str
    company_id: int | None
    company: str
    email: str
    phone: str
    owner_id: int | None
    owner: str
    tags: tuple[str, ...]
    created_at: datetime | None
    deals: OpenDeals


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """What a line of the list shows of a company; ``people`` counts those who work there, ``revenue`` is in whole units."""

    id: int
    version: int
    name: str
    sector: str
    location: str
    website: str
    email: str
    phone: str
    parent_id: int | None
    parent: str
    employees: int | None
    revenue: int | None
    owner_id: int | None
    owner: str
    tags: tuple[str, ...]
    created_at: datetime | None
    people: int
    deals: OpenDeals


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """Conditions that must all hold; None or empty means any. ``owner_id`` 0 is "nobody", ``company_id`` 0 "no company".

    ``text``: every word must occur in name, email or the company's name, without case and accents.
    """

    text: str = ""
    owner_id: int | None = None
    company_id: int | None = None
    tag: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == ContactFilter()


@dataclass(frozen=True, slots=True)
class CompanyFilter:
    """Conditions that must all hold; None or empty means any. ``owner_id`` 0 is "nobody".

    ``text``: every word must occur in name or email, without case and accents.
    """

    text: str = ""
    owner_id: int | None = None
    sector: str = ""
    tag: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == CompanyFilter()
