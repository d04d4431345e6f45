"""Own fields of a sample workspace, and believable values of some leads and deals."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.condition_json import to_json
from ..domain.conditions import All, Condition, Operator, Test
from ..domain.custom_fields import BOTH, FieldForm, key_of
from . import demo_words as words

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

_SIZES = (4, 9, 12, 18, 35, 60, 90, 140, 220, 400, 750, 1400)
_TERMS = (("Anual", "Mensual", "Pago único"), ("Yearly", "Monthly", "One-off"))
_SECTOR, _EMPLOYEES = ("Sector", "Sector"), ("Empleados", "Employees")
_CONTRACT, _RENEWAL = ("Contrato", "Contract"), ("Renovación", "Renewal")
_HELP = ("Cuándo hay que volver a hablar del contrato.", "When the contract has to be talked about again.")


class FieldSamples:
    """Defines the fields inside a unit of work; ``of_lead`` and ``of_deal`` give values as records keep them.

    It has its own ``chance``, so that the other samples stay as they are.
    """

    def __init__(self, uow: UnitOfWork, chance: random.Random, which: int) -> None:
        self._uow, self._chance, self._which = uow, chance, which
        self._known = storage.custom_fields.fields(uow.connection)
        self._keys = {each.key for each in self._known}
        sectors = words.SECTORS[which]
        self._sectors = dict(zip(words.COMPANIES[which], (sectors[n] for n in words.SECTOR_OF), strict=True))
        self._sector = self._define(_SECTOR, BOTH, FieldForm.CHOICE, tuple(sorted(sectors)))
        self._employees = self._define(_EMPLOYEES, "lead", FieldForm.NUMBER)
        self._contract = self._define(_CONTRACT, "opportunity", FieldForm.CHOICE, _TERMS[which])
        self._renewal = ""
        if self._contract:
            lasting = All((Test(f"custom.{self._contract}", Operator.ONE_OF, _TERMS[which][:2]),))
            self._renewal = self._define(_RENEWAL, "opportunity", FieldForm.DATE, shown_if=lasting, help_text=_HELP)

    def of_lead(self, company: str) -> str:
        """Values of a lead of a company, as JSON; not everybody has been asked yet."""
        chance, found = self._chance, dict[str, Any]()
        if company and chance.random() < 0.7:
            found[self._sector] = self._sectors[company]
        if company and chance.random() < 0.45:
            found[self._employees] = chance.choice(_SIZES)
        return _written(found)

    def of_deal(self, company: str, close: date | None) -> str:
        """Values of a deal with a company, as JSON; a lasting contract is renewed a year or a month after ``close``."""
        chance, found = self._chance, dict[str, Any]()
        if chance.random() < 0.6:
            found[self._sector] = self._sectors[company]
        if chance.random() < 0.4:
            term = chance.choices(range(3), (4, 2, 3))[0]
            found[self._contract] = _TERMS[self._which][term]
            if term < 2 and close is not None and chance.random() < 0.7:
                found[self._renewal] = (close + timedelta(days=(365, 30)[term])).isoformat()
        return _written(found)

    def _define(
        self, label: tuple[str, str], subject: str, form: FieldForm, options: tuple[str, ...] = (), *,
        shown_if: Condition | None = None, help_text: tuple[str, str] = ("", ""),
    ) -> str:  # fmt: skip
        """Key of the field, made unless it is there; empty where another one has its name."""
        name = label[self._which]
        there = next((each for each in self._known if each.label.casefold() == name.casefold()), None)
        if there is not None:
            same = (there.subject, there.form) == (subject, form) and there.active and set(options) <= {*there.options}
            return there.key if same else ""
        key = key_of(name, self._keys)
        self._keys.add(key)
        row = {
            "subject_table": subject, "label": name, "key": key, "kind": form.value, "help": help_text[self._which],
            "options": json.dumps(options, ensure_ascii=False), "default_value": "null",
            "position": max((each.position for each in self._known), default=0) + len(self._keys),
            "shown_if": json.dumps(to_json(shown_if or All())), "required_if": json.dumps(to_json(All())),
        }  # fmt: skip
        self._uow.insert("custom_field", row)
        return key


def _written(values: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in values.items() if key}, ensure_ascii=False)
