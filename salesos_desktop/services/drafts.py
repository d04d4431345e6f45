"""Changes that a lost line to a team's server stopped: kept on disk until they are sent or thrown away."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from .. import config, storage
from ..errors import Conflict
from ..i18n import N_, money, ntr, number, tr
from . import activities, companies, contacts, leads, moves, notes, opportunities
from .workspace import Workspace

_log = logging.getLogger(__name__)
_EDITS: Mapping[str, Any] = {
    "opportunity": opportunities.edit, "lead": leads.edit, "contact": contacts.edit, "company": companies.edit,
    "activity": activities.edit,
}  # fmt: skip
_ADDS: Mapping[str, Any] = {"note_add": notes.add, "notes_add": notes.add_to_all, "plan": activities.plan_each}
"""What is there twice when it is sent twice."""
_OTHERS: Mapping[str, Any] = {
    "finish": activities.finish, "move": moves.move, "win": moves.win, "lose": moves.lose, "reopen": moves.reopen,
}  # fmt: skip
_MOVES = frozenset({"move", "win", "lose", "reopen"})
_NAMES = {
    "note_add": N_("Note: {about}"), "notes_add": N_("Note: {about}"), "plan": N_("Plan: {about}"),
    "win": N_("Won"), "lose": N_("Lost"), "reopen": N_("Reopen"),
}  # fmt: skip
_TEXT = 80


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that waits. ``kind`` is what is to be done: the table whose row is edited, or the name of another change.

    ``args`` and ``given`` are those of the service, ``about`` says in a word what it is about, ``problem`` why it was refused.
    ``unsure``: it was being sent when the line was lost, and may be there already.
    """

    id: int
    at: datetime
    kind: str
    args: list[Any]
    given: dict[str, Any]
    about: str = ""
    problem: str = ""
    unsure: bool = False

    @property
    def edits(self) -> bool:
        """Whether it is an edit of fields, ``args`` being the row's id and the values."""
        return self.kind in _EDITS or self.kind == "note"

    @property
    def sends_itself(self) -> bool:
        """Whether it may be sent without a person looking at it."""
        return not self.problem and not (self.unsure and self.kind in _ADDS)


class KeptDrafts:
    """The drafts of one person on one server, in a file of their own, written at once and whole."""

    def __init__(self, ws: Workspace) -> None:
        name = hashlib.sha256(f"{ws.actor_id}@{ws.store.name}".encode()).hexdigest()[:20]
        self.path = config.data_dir() / "drafts" / f"{name}.json"
        self._clock = ws.clock
        self.all: list[Draft] = _read(self.path)

    def keep(
        self, kind: str, args: list[Any], given: Mapping[str, Any], about: str, *, unsure: bool = False
    ) -> Draft:  # fmt: skip
        """Adds a change; another edit of the same row goes into the one that waits. Raises TypeError for what no file keeps,
        OSError when it cannot be written.
        """
        if kind == "company" and isinstance(args[1].get("parent_id"), tuple):
            raise TypeError("which company the parent is must be looked up first")
        made = Draft(self._next(), self._clock.now(), kind, list(args), dict(given), about, unsure=unsure)
        earlier = next(
            (each for each in self.all if each.edits and (each.kind, each.args[:1]) == (kind, args[:1])), None
        )
        if earlier is not None:
            made = replace(
                made, id=earlier.id, args=[args[0], _merged(earlier.args[1], args[1])], unsure=unsure or earlier.unsure,
                given={"expect": {**(given.get("expect") or {}), **(earlier.given.get("expect") or {})}},
            )  # fmt: skip
            self._write([made if each is earlier else each for each in self.all])
        else:
            self._write([*self.all, made])
        return made

    def change(self, draft: Draft) -> None:
        """Puts it in the place of the one with its number."""
        self._write([draft if each.id == draft.id else each for each in self.all])

    def drop(self, draft_id: int) -> None:
        """It was sent, or is thrown away."""
        self._write([each for each in self.all if each.id != draft_id])

    def _next(self) -> int:
        return max((each.id for each in self.all), default=0) + 1

    def _write(self, drafts: list[Draft]) -> None:
        text = json.dumps([_packed(asdict(each)) for each in drafts], ensure_ascii=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        written = self.path.with_suffix(".new")
        with written.open("w", encoding="utf-8") as file:
            os.chmod(written, 0o600)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self.path)
        self.all = drafts


def send(ws: Workspace, draft: Draft) -> Any:
    """Does what waits. Raises what its service does, and Conflict for a deal that somebody else has moved meanwhile."""
    if draft.kind in _MOVES:
        _refuse_moved(ws, draft)
    if draft.kind == "note":
        note_id, values = draft.args
        return notes.edit(ws, note_id, values["body"], **draft.given)
    service: Callable[..., Any] = _EDITS.get(draft.kind) or _ADDS.get(draft.kind) or _OTHERS[draft.kind]
    return service(ws, *draft.args, **draft.given)


def edit_service(draft: Draft) -> Callable[..., Any]:
    """The service of an edit that waits, as ``service(ws, row_id, values, expect=…)``."""

    def edit(ws: Workspace, row_id: int, values: dict[str, Any], *, expect: Any) -> Any:
        return send(ws, replace(draft, args=[row_id, values], given={"expect": expect}))

    return edit


def title(draft: Draft) -> str:
    """What is to be done, in a line."""
    if draft.edits:
        shown = draft.given.get("expect") or {}
        name = draft.about or str(shown.get("name") or shown.get("subject") or shown.get("body") or "")
        return tr("Edit “{name}”").format(name=name[:_TEXT])
    if draft.kind in ("move", "finish"):
        count = len(draft.args[0])
        if draft.kind == "finish":
            return ntr("{count} activity done", "{count} activities done", count).format(count=number(count))
        return ntr("Move {count} deal to {stage}", "Move {count} deals to {stage}", count).format(
            count=number(count), stage=draft.about
        )
    return tr(_NAMES[draft.kind]).format(about=" ".join(draft.about.split())[:_TEXT])


def lines(draft: Draft) -> list[str]:
    """What an edit that waits would write, a field a line."""
    from .change_words import field_name, value_text

    found = []
    expect = draft.given.get("expect") or {}
    for name, value in (draft.args[1] if draft.edits else {}).items():
        if name == "custom":
            found += [f"{key}: {each if each is not None else '—'}" for key, each in value.items()]
        elif name == "value" and isinstance(value, int):
            found.append(f"{field_name(name)}: {money(value, expect.get('currency', ''))}")
        elif name.endswith("_id") and value is not None:
            found.append(tr("{field} changed").format(field=field_name(name.removesuffix("_id"))))
        elif isinstance(value, list):
            found.append(f"{field_name(name)}: {', '.join(map(str, value)) or '—'}")
        elif name == "body":
            found.append(str(value)[: 3 * _TEXT])
        else:
            text = value.isoformat() if isinstance(value, date) else None if value is None else str(value)
            found.append(f"{field_name(name)}: {value_text(name, text, '')[: 3 * _TEXT]}")
    return found


def _refuse_moved(ws: Workspace, draft: Draft) -> None:
    with ws.store.read() as connection:
        for deal_id in draft.args[0]:
            actor_id, at = storage.change_log.last_change(connection, "opportunity", deal_id, "stage_id")
            if at is not None and at > draft.at and actor_id != ws.actor_id:
                said = {
                    "who": storage.reference.name_of(connection, "person", actor_id) or tr("Somebody else"),
                    "name": storage.reference.name_of(connection, "opportunity", deal_id),
                }
                raise Conflict(tr("{who} has moved “{name}” meanwhile.").format(**said), tr("Nothing was written."))


def _merged(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    custom = {**earlier.get("custom", {}), **later.get("custom", {})}
    return {**earlier, **later, **({"custom": custom} if custom else {})}


def _read(path: Path) -> list[Draft]:
    try:
        return [Draft(**_unpacked(each)) for each in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        # Never written over: somebody may still read it.
        _log.warning("drafts cannot be read and are put aside: %s", error)
        if path.exists():
            path.replace(path.with_suffix(".unreadable"))
        return []


def _packed(value: Any) -> Any:
    """As JSON keeps it: days, instants and maps with numbers as keys are marked. Raises TypeError."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Mapping):
        return {"$map": [[_packed(key), _packed(each)] for key, each in value.items()]}
    if isinstance(value, list | tuple):
        return [_packed(each) for each in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"no draft keeps {type(value).__name__}")


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(each) for each in value]
    if isinstance(value, dict):
        if "$at" in value:
            return datetime.fromisoformat(value["$at"])
        if "$day" in value:
            return date.fromisoformat(value["$day"])
        return {_unpacked(key): _unpacked(each) for key, each in value["$map"]}
    return value
