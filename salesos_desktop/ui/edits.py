"""Edits of fields that somebody else may be changing too: where both changed the same, the person is asked what stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from ..errors import Conflict
from ..services import conflicts
from .session import Session


def ask_edit(
    session: Session, over: QWidget, service: Callable[..., Any], row_id: int, values: Mapping[str, Any], *,
    expect: conflicts.Shown | None, done: Callable[[Any], object], failed: Callable[[Exception], object],
    theirs: Callable[[Collection[str]], object] = lambda _: None, draft: str = "",
) -> None:  # fmt: skip
    """Asks ``service(ws, row_id, values, expect=…)``; a dialog over ``over`` shows what clashes and asks again with the choice.

    ``theirs`` is told of the fields where the other's value stays, before ``done``; ``failed`` of a refusal, and of a clash
    that the person does not want to settle now. ``draft`` is the table, where the edit may wait for a lost line.
    """

    def clashed(error: Conflict) -> None:
        from .dialogs.conflict import ConflictDialog

        def chosen(mine: set[str]) -> None:
            left, shown = conflicts.resolved(values, expect, error, mine)
            given_up = {clash.field for clash in error.clashes} - mine
            if given_up:
                theirs(given_up)
            if left:
                ask_edit(
                    session, over, service, row_id, left, expect=shown, done=done, failed=failed, theirs=theirs,
                    draft=draft,
                )  # fmt: skip
            else:
                done(None)

        dialog = ConflictDialog(over.window(), session, error)
        dialog.chosen.connect(chosen)
        dialog.rejected.connect(lambda: failed(error))
        dialog.open()

    def on_failed(error: Exception) -> None:
        if isinstance(error, Conflict) and error.clashes:
            clashed(error)
        else:
            failed(error)

    kept = (draft, "") if draft else None
    session.ask(service, row_id, dict(values), expect=expect, done=done, failed=on_failed, draft=kept)


def only_changed(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a form's values that are not as they were shown, also among own fields."""
    own, shown = values.get("custom", {}), before.get("custom", {})
    custom = {key: value for key, value in own.items() if key not in shown or shown[key] != value}
    changed = {n: v for n, v in values.items() if n != "custom" and (n not in before or before[n] != v)}
    return {**changed, **({"custom": custom} if custom else {})}
