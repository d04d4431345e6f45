"""Sample companies and their people: what they do, where they are, how they are reached, and who decides in a deal."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..domain.contacts import BuyingRole, ContactPoint, PointKind
from ..domain.text import fold
from . import contact_points
from . import demo_words as words
from .demo_leads import PHONES

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork
    from .workspace import Workspace

_SIZES = (12, 18, 35, 60, 90, 140, 220, 400, 750, 1400)
_FURTHER_POSTS, _SUBSIDIARIES, _TWICE = 6, 4, 2
_DECIDES, _OTHERS = 0.55, (BuyingRole.INFLUENCES, BuyingRole.USES, BuyingRole.BUYS, BuyingRole.BLOCKS)


class ContactSamples:
    """Makes companies and contacts inside a unit of work; it has its own ``chance``, so that the deals stay as they are."""

    def __init__(
        self, ws: Workspace, uow: UnitOfWork, chance: random.Random, which: int, people: Sequence[int]
    ) -> None:  # fmt: skip
        self._ws, self._uow, self._chance, self._which, self._people = ws, uow, chance, which, people
        self._companies: list[int] = []
        self._contacts: list[tuple[int, int]] = []
        self._owners: dict[int, int | None] = {}

    def company(self, name: str) -> int:
        """Adds the next company of the list."""
        chance, place = self._chance, len(self._companies)
        domain = fold(name).replace(" ", "-") + ".example"
        sector = words.SECTORS[self._which][words.SECTOR_OF[place % len(words.SECTOR_OF)]]
        employees = chance.choice(_SIZES)
        reach = [ContactPoint(PointKind.EMAIL, f"info@{domain}", "work"), self._phone("work")]
        city = chance.choice(words.PLACES[self._which])
        if chance.random() < 0.4:
            street = chance.choice(words.STREETS[self._which]).format(number=chance.randint(2, 190))
            reach.append(ContactPoint(PointKind.ADDRESS, f"{street}\n{city}", "billing"))
        owner = None if chance.random() < 0.1 else chance.choice(self._people)
        values = {
            "name": name, "sector": sector, "location": city, "website": f"www.{domain}", "employees": employees,
            "year_established": chance.randint(1948, 2019), "owner_id": owner,
            "revenue": employees * chance.randint(60, 180) * 1000 if chance.random() < 0.7 else None,
        }  # fmt: skip
        company_id = self._insert("company", values, reach)
        self._companies.append(company_id)
        self._owners[company_id] = owner
        return company_id

    def contact(self, name: str, company_id: int, company: str) -> int:
        """Adds somebody who works there."""
        chance = self._chance
        domain = fold(company).replace(" ", "-") + ".example"
        reach = [
            ContactPoint(PointKind.EMAIL, f"{fold(name).replace(' ', '.')}@{domain}", "work"),
            self._phone("mobile"),
        ]
        if chance.random() < 0.3:
            reach.append(self._phone("work"))
        position = chance.choice(words.POSITIONS[self._which])
        values = {"name": name, "company_id": company_id, "position": position, "owner_id": self._owners[company_id]}
        contact_id = self._insert("contact", values, reach)
        self._contacts.append((contact_id, company_id))
        return contact_id

    def finish(self) -> None:
        """Some work at a second company, some companies belong to another, and two people were written down twice."""
        chance = self._chance
        for contact_id, company_id in chance.sample(self._contacts, _FURTHER_POSTS):
            other = chance.choice([each for each in self._companies if each != company_id])
            position = chance.choice(words.POSITIONS[self._which])
            self._uow.insert("employment", {"contact_id": contact_id, "company_id": other, "position": position})
        for contact_id, company_id in chance.sample(self._contacts, _TWICE):
            row = self._uow.get("contact", contact_id)
            values = {"name": fold(row["name"]).title(), "company_id": company_id, "owner_id": row["owner_id"]}
            self._insert("contact", values, [ContactPoint(PointKind.EMAIL, row["email"], "work")])
        parent, *belonging = chance.sample(self._companies, _SUBSIDIARIES)
        for company_id in belonging:
            self._uow.update("company", company_id, {"parent_id": parent})

    def roles(self, deal_id: int, contact_id: int, company_id: int) -> None:
        """What part the people of a company take in an open deal; in some of them nobody is known to decide."""
        chance = self._chance
        if chance.random() < 0.3:
            return
        colleagues = [who for who, where in self._contacts if where == company_id and who != contact_id]
        decider = chance.choice([contact_id, *colleagues]) if chance.random() < _DECIDES else None
        for who in (contact_id, *colleagues[:1]):
            role = BuyingRole.DECIDES if who == decider else chance.choice(_OTHERS)
            values: dict[str, Any] = {"opportunity_id": deal_id, "contact_id": who, "buying_role": role.value}
            self._uow.insert("opportunity_contact", values)

    def _phone(self, label: str) -> ContactPoint:
        return ContactPoint(PointKind.PHONE, PHONES[self._which](self._chance), label)

    def _insert(self, table: str, values: dict[str, Any], reach: Sequence[ContactPoint]) -> int:
        row = {**values, "folded": fold(values["name"]), "created_at": self._uow.at, **contact_points.columns(reach)}
        row_id = self._uow.insert(table, row)
        positions = dict.fromkeys(PointKind, 0)
        for point in reach:
            self._uow.insert(
                "contact_point",
                {
                    "subject_table": table, "subject_id": row_id, "kind": point.kind.value, "label": point.label,
                    "value": point.value, "key": point.key, "position": positions[point.kind],
                },
            )  # fmt: skip
            positions[point.kind] += 1
        return row_id
