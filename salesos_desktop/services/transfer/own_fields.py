"""Own fields of leads and opportunities in imported rows: read, checked, and put beside what a record holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ...domain import custom_fields
from ...domain.condition_fields import known_fields
from ...domain.custom_fields import CustomField, FieldForm
from ...errors import InvalidInput
from ...i18n import tr
from .. import custom_values
from ..workspace import Workspace
from .cells import parted


class OwnFields:
    """The fields that records of a table have. Unlike ``custom_values.written`` it reads the definitions once."""

    def __init__(self, ws: Workspace, table: str, known: Iterable[CustomField]) -> None:
        self._ws = ws
        self._known = [each for each in known if each.belongs_to(table)]
        self._today = ws.clock.today()
        self._nothing = dict.fromkeys(known_fields(table)) if self._known else {}

    def read(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Key → value as it is kept, of the columns that are filled in. Raises InvalidInput on ``custom.<key>``."""
        return {
            each.key: custom_values.cleaned(self._ws, each, _parted(each, values[each.path]))
            for each in self._known
            if values.get(each.path) is not None
        }

    def column(self, row: Mapping[str, Any], entered: Mapping[str, Any], *, new: bool) -> str:
        """The column ``custom`` of a row with ``entered`` put in; a new row takes the defaults and needs what is required.

        Raises InvalidInput on ``custom.<key>``.
        """
        if not self._known:
            return str(row.get("custom") or "{}")
        kept = {each.key: each.default for each in self._known if new and each.default is not None}
        kept |= {**custom_fields.stored(row), **entered}
        text = json.dumps({key: v for key, v in kept.items() if not custom_fields.is_blank(v)}, ensure_ascii=False)
        if new:
            for each in custom_fields.missing(self._known, {**self._nothing, **row, "custom": text}, self._today):
                raise InvalidInput(each.path, tr("“{name}” is missing.").format(name=each.label), tr("Fill it in."))
        return text


def _parted(each: CustomField, value: Any) -> Any:
    """Several options of a list, where one of them has in it what parts them."""
    if each.form is not FieldForm.CHOICES or not isinstance(value, str):
        return value
    if custom_fields.option_named(each, value) is not None:
        return [value]
    return parted(value) if '"' in value else value
