"""Checks a change of stage against what stages and pipelines ask, and fills in what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import storage
from ..domain.condition_fields import known_fields
from ..domain.custom_fields import CustomField, is_blank
from ..domain.opportunities import NOTE_LIMIT
from ..domain.stage_rules import COLUMNS, CUSTOM, StageRules, goes_back, missing, skipped
from ..domain.stages import Stage
from ..errors import InvalidInput, NeedsMore
from ..i18n import tr
from . import opportunities
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

Moved = Sequence[tuple[dict[str, Any], Stage]]
"""Deals that change their stage, each with the stage it comes from."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person answered: values of missing fields (names as in ``opportunities.EDITABLE``, or ``custom.<key>``),
    whether the entry text was confirmed, and why deals go back."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    confirmed: bool = False
    back_reason: str = ""


def every(ws: Workspace) -> tuple[list[Stage], dict[int, StageRules]]:
    """The stages of all pipelines, and the rules of those that have some."""
    with ws.store.read() as connection:
        return storage.pipelines.stages_with_rules(connection)


def check_move(
    ws: Workspace, uow: UnitOfWork, moved: Moved, after: Stage, stages: Sequence[Stage], rules: StageRules, given: Given,
    closing: Mapping[str, Any],
) -> dict[int, dict[str, Any]]:  # fmt: skip
    """Deal → columns that the answers add to its move. An answer goes only to deals that lack the field.

    ``closing`` holds the columns that the move itself writes. Raises NeedsMore when something is still to be answered, or
    InvalidInput for an answer that does not fit; the unit of work has written no deal then.
    """
    back = {deal["id"] for deal, before in moved if goes_back(before, after)}
    _refuse_jumps(moved, after, stages, rules)
    answered = {name: value for name, value in given.answers.items() if not is_blank(value)}
    found: dict[int, dict[str, Any]] = {}
    open_fields: dict[int, tuple[str, ...]] = {}
    for deal, _ in moved:
        row = {**deal, **closing}
        used: dict[str, Any] = {}
        values: dict[str, Any] = {}
        rest = opportunities.lacking(ws, uow, row, rules.required)
        # An answer may come to nothing once it is tidied, and may show a field that is asked for as well.
        while fresh := {name: answered[name] for name in rest if name in answered and name not in used}:
            used |= fresh
            values = _filled(ws, uow, row, used)
            rest = opportunities.lacking(ws, uow, row | values, rules.required)
        found[deal["id"]] = values
        if rest:
            open_fields[deal["id"]] = rest
    reason = given.back_reason.strip()
    asks_reason = rules.back_reason and bool(back) and not reason
    entry_text = "" if given.confirmed else rules.entry_text
    _refuse_open(after, open_fields, entry_text, back_reason=asks_reason)
    if len(reason) > NOTE_LIMIT:
        raise InvalidInput("back_reason", tr("The text is too long."), tr("Shorten it."))
    return {i: values | ({"back_reason": reason} if i in back and reason else {}) for i, values in found.items()}


def foresee(
    moved: Sequence[tuple[Mapping[str, Any], Stage]], after: Stage, stages: Sequence[Stage], rules: StageRules,
    own: Sequence[CustomField], today: date,
) -> None:  # fmt: skip
    """The same of deals that are only known from what is shown of them. Raises NeedsMore as ``check_move`` would; what is not
    known of a deal is not asked."""
    _refuse_jumps(moved, after, stages, rules)
    open_fields = {}
    for row, _ in moved:
        required = [name for name in rules.required if name.startswith(CUSTOM) or COLUMNS[name] in row]
        lacks = missing({**dict.fromkeys(known_fields("opportunity")), **row}, required, own, today)
        if lacks:
            open_fields[row["id"]] = lacks
    back = any(goes_back(before, after) for _, before in moved)
    _refuse_open(after, open_fields, rules.entry_text, back_reason=rules.back_reason and back)


def _refuse_jumps(
    moved: Sequence[tuple[Mapping[str, Any], Stage]], after: Stage, stages: Sequence[Stage], rules: StageRules
) -> None:
    jumped = [stage for _, before in moved for stage in skipped(stages, before, after)]
    if jumped and not rules.skipping:
        raise NeedsMore(
            tr("A deal goes through every stage of this pipeline; {stage} comes first.").format(stage=jumped[0].name),
            tr("Nothing was moved."),
            skipped=True,
        )


def _refuse_open(after: Stage, lacks: Mapping[int, tuple[str, ...]], entry_text: str, *, back_reason: bool) -> None:
    if lacks or entry_text or back_reason:
        raise NeedsMore(
            tr("{stage} asks for more.").format(stage=after.name), tr("Nothing was moved."), missing=lacks,
            entry_text=entry_text, back_reason=back_reason,
        )  # fmt: skip


def _filled(ws: Workspace, uow: UnitOfWork, deal: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    if not answers:
        return {}
    values = {name: value for name, value in answers.items() if not name.startswith(CUSTOM)}
    custom = {name.removeprefix(CUSTOM): value for name, value in answers.items() if name.startswith(CUSTOM)}
    return opportunities.written(ws, uow, deal, values | ({"custom": custom} if custom else {}))
