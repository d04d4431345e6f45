"""Changes that a lost line to a team's server stopped: kept on disk until they are sent or thrown away."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from .. import config, storage
from ..domain.contacts import BuyingRole
from ..domain.slots import FIELD, By
from ..errors import Conflict
from ..i18n import tr
from . import (
    activities,
    bulk,
    checklists,
    cloning,
    companies,
    contacts,
    conversion,
    deal_contacts,
    followers,
    holds,
    leads,
    moves,
    notes,
    opportunities,
    regrouping,
)
from .draft_json import packed, unpacked
from .file_lock import locked
from .workspace import Workspace

_log = logging.getLogger(__name__)
_EDITS: Mapping[str, Any] = {
    "opportunity": opportunities.edit, "lead": leads.edit, "contact": contacts.edit, "company": companies.edit,
    "activity": activities.edit,
}  # fmt: skip


def _edit_note(ws: Workspace, note_id: int, values: Mapping[str, Any], **given: Any) -> Any:
    return notes.edit(ws, note_id, values["body"], **given)


def _put_contact(ws: Workspace, deal_id: int, values: dict[str, Any], role: str | None) -> int:
    return deal_contacts.create(ws, deal_id, values, BuyingRole(role) if role else None)


_NEW: Mapping[str, Any] = {
    "opportunity_new": opportunities.create, "lead_new": leads.create, "contact_new": contacts.create,
    "company_new": companies.create,
}  # fmt: skip
_ADDS: Mapping[str, Any] = {
    **_NEW, "deal_contact_new": _put_contact, "clone": cloning.clone, "check_add": checklists.add,
    "note_add": notes.add, "notes_add": notes.add_to_all, "plan": activities.plan_each,
}  # fmt: skip
"""What is there twice when it is sent twice."""
MANY: Mapping[str, Any] = {
    "opportunity_many": bulk.set_each, "lead_many": leads.edit_many, "contact_many": contacts.edit_many,
    "company_many": companies.edit_many,
}  # fmt: skip
_SERVICES: Mapping[str, Any] = {
    **_EDITS, **_ADDS, **MANY, "note": _edit_note, "finish": activities.finish, "move": moves.move, "win": moves.win,
    "lose": moves.lose, "reopen": moves.reopen, "regroup": regrouping.regroup, "regroup_move": regrouping.move,
    "assign": bulk.assign, "retag": bulk.retag, "reschedule": bulk.reschedule, "prioritise": bulk.prioritise,
    "hold": holds.hold, "release": holds.release, "follow": followers.follow, "unfollow": followers.unfollow,
    "check_tick": checklists.tick, "check_untick": checklists.tick, "check_rename": checklists.rename,
    "check_remove": checklists.remove, "convert": conversion.convert, "claim": leads.claim, "discard": leads.discard,
}  # fmt: skip
_COLUMNS = {
    "move": "stage_id", "win": "stage_id", "lose": "stage_id", "reopen": "stage_id", "regroup_move": "stage_id",
    "assign": "owner_id", "reschedule": "expected_close", "prioritise": "priority", "hold": "hold_until",
    "release": "hold_until",
}  # fmt: skip
"""What changes a column of several deals, whoever has changed it meanwhile."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that waits. ``kind`` is what is to be done: the table whose row is edited, or the name of another change.

    ``args`` and ``given`` are those of the service, ``about`` says in a word what it is about, ``problem`` why it was refused.
    ``unsure``: it was being sent when the line was lost, and may be there already. ``seen`` is the number of the last commit that
    whoever made it knew. ``names``: of the records that it changes, as far as they were known.
    """

    id: int
    at: datetime
    kind: str
    args: list[Any]
    given: dict[str, Any]
    about: str = ""
    problem: str = ""
    unsure: bool = False
    seen: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def edits(self) -> bool:
        """Whether it is an edit of fields, ``args`` being the row's id and the values."""
        return self.kind in _EDITS or self.kind == "note"

    @property
    def place(self) -> int | None:
        """Where among ``args`` the fields of a record are that it writes; None where it is another change."""
        return 1 if self.edits or self.kind in ("deal_contact_new", "convert") else 0 if self.kind in _NEW else None

    @property
    def values(self) -> Mapping[str, Any]:
        """The fields that it writes, by the names of the service."""
        if self.place is not None:
            found: Mapping[str, Any] = self.args[self.place]
            return found
        return {_COLUMNS[self.kind]: self.args[1]} if self.kind in ("reschedule", "prioritise") else {}

    @property
    def currency(self) -> str:
        """That of its value, empty where it is not known."""
        return str((self.given.get("expect") or self.values).get("currency", ""))

    def saying(self, values: Mapping[str, Any]) -> Draft:
        """The same with other fields."""
        return replace(
            self, args=[values if place == self.place else each for place, each in enumerate(self.args)], problem=""
        )

    @property
    def sends_itself(self) -> bool:
        """Whether it may be sent without a person looking at it."""
        return not self.problem and not (self.unsure and self.kind in _ADDS)


class KeptDrafts:
    """The drafts of one person on one server, in a file of their own, written at once and whole; all windows of the person share
    it, and one of them sends."""

    def __init__(self, ws: Workspace) -> None:
        name = hashlib.sha256(f"{ws.actor_id}@{ws.store.name}".encode()).hexdigest()[:20]
        self.path = config.data_dir() / "drafts" / f"{name}.json"
        self._clock = ws.clock
        self.all: list[Draft] = []
        self._turn: BinaryIO | None = None
        self.read()

    @property
    def sending(self) -> bool:
        """Whether this window has one that is being sent."""
        return self._turn is not None

    def others_send(self) -> bool:
        """Whether another window is sending. Raises OSError."""
        if not self.path.exists():
            return False
        turn = locked(self.path.with_suffix(".sending"), wait=False)
        if turn is not None:
            turn.close()
        return turn is None

    def read(self) -> None:
        """Takes in what other windows have kept and sent."""
        try:
            if self.path.exists():
                with self._alone():
                    pass
        except OSError as error:
            _log.warning("drafts cannot be read: %s", error)

    def keep(
        self, kind: str, args: list[Any], given: Mapping[str, Any], about: str, *, unsure: bool = False, seen: int = 0,
        names: Sequence[str] = (),
    ) -> Draft:  # fmt: skip
        """Adds a change; another edit of the same row goes into the one that waits. Raises TypeError for what no file keeps,
        OSError when it cannot be written.
        """
        if kind == "company" and isinstance(args[1].get("parent_id"), tuple):
            raise TypeError("which company the parent is must be looked up first")
        with self._alone():
            made = Draft(
                self._next(),
                self._clock.now(),
                kind,
                list(args),
                dict(given),
                about,
                unsure=unsure,
                seen=seen,
                names=list(names),
            )
            # One that is unsure may be on its way.
            alike = (each for each in self.all if each.edits and each.kind == kind and not each.unsure)
            earlier = next((each for each in alike if each.args[:1] == made.args[:1]), None)
            if earlier is not None:
                made = replace(
                    made, id=earlier.id, args=[args[0], _merged(earlier.args[1], args[1])],
                    given={"expect": {**(given.get("expect") or {}), **(earlier.given.get("expect") or {})}},
                    names=made.names or earlier.names,
                )  # fmt: skip
                self._write([made if each is earlier else each for each in self.all])
            else:
                self._write([*self.all, made])
        return made

    def change(self, draft: Draft, to: Draft) -> None:
        """Puts another in its place, unless another window was faster."""
        with self._alone():
            self._write([to if each == draft else each for each in self.all])

    def drop(self, draft: Draft) -> None:
        """It is thrown away, unless another window has changed it."""
        with self._alone():
            self._write([each for each in self.all if each != draft])

    def claim(self, draft: Draft) -> Draft | None:
        """The draft as one that is being sent, for this window alone until ``answered``; None while another window sends, or
        where it has sent or changed this one. Raises OSError."""
        with self._alone():
            if draft not in self.all:
                return None
            turn = locked(self.path.with_suffix(".sending"), wait=False)
            if turn is None:
                return None
            claimed = replace(draft, unsure=True, problem="")
            try:
                self._write([claimed if each == draft else each for each in self.all])
            except OSError:
                turn.close()
                raise
            self._turn = turn
            return claimed

    def answered(self, claimed: Draft, left: Draft | None) -> None:
        """It was sent, or ``left`` stays of it; then others may send. Raises OSError."""
        try:
            if left is None:
                self.drop(claimed)
            else:
                self.change(claimed, left)
        finally:
            self.release()

    def release(self) -> None:
        """Other windows may send."""
        if self._turn is not None:
            self._turn.close()
            self._turn = None

    def _next(self) -> int:
        return max((each.id for each in self.all), default=0) + 1

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other window reads or writes meanwhile; ``all`` is what the file holds. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = locked(self.path.with_suffix(".lock"))
        assert lock is not None
        with lock:
            self._read()
            yield

    def _read(self) -> None:
        if not self.path.exists():
            self.all = []
            return
        drafts, left = _understood(self.path.read_bytes())
        if left:
            # Never written over: somebody may still read it.
            names = (self.path.with_suffix(f".unreadable-{number}") for number in count(1))
            aside = next(name for name in names if not name.exists())
            _log.warning("drafts that cannot be read are put aside: %s", aside.name)
            _put(aside, left)
            self._write(drafts)
        self.all = drafts

    def _write(self, drafts: list[Draft]) -> None:
        found = [packed({of.name: getattr(each, of.name) for of in fields(each)}) for each in drafts]
        content = json.dumps(found).encode()
        read_again, left = _understood(content)
        if left:
            raise TypeError("a draft that could not be read again")
        _put(self.path, content)
        self.all = read_again


def send(ws: Workspace, draft: Draft) -> Any:
    """Does what waits. Raises what its service does, and Conflict where somebody else has changed the same column meanwhile."""
    _refuse_overtaken(ws, draft)
    service: Callable[..., Any] = _SERVICES[draft.kind]
    return service(ws, *draft.args, **draft.given)


def insisted(ws: Workspace, draft: Draft) -> Draft:
    """The same of a person who knows what others have done meanwhile."""
    given = {name: value for name, value in draft.given.items() if name != "versions"}
    return replace(draft, seen=ws.seen_seq, given=given, problem="")


def edit_service(draft: Draft) -> Callable[..., Any]:
    """The service of an edit that waits, as ``service(ws, row_id, values, expect=…)``."""

    def edit(ws: Workspace, row_id: int, values: dict[str, Any], *, expect: Any) -> Any:
        return send(ws, replace(draft, args=[row_id, values], given={"expect": expect}))

    return edit


def _refuse_overtaken(ws: Workspace, draft: Draft) -> None:
    table, columns = _written(draft)
    with ws.store.read() as connection:
        for row_id, column in ((each, column) for column in columns for each in draft.args[0]):
            actor_id, _, seq = storage.change_log.last_change(connection, table, row_id, column)
            if seq > draft.seen and actor_id != ws.actor_id:
                said = {
                    "who": storage.reference.name_of(connection, "person", actor_id) or tr("Somebody else"),
                    "name": storage.reference.name_of(connection, table, row_id),
                }
                moved = tr("{who} has moved “{name}” meanwhile."), tr("{who} has changed “{name}” meanwhile.")
                raise Conflict(moved[column != "stage_id"].format(**said), tr("Nothing was written."))


def _written(draft: Draft) -> tuple[str, list[str]]:
    """The table and the columns of a change of several records, none where its service itself looks for others' changes."""
    if draft.kind == "regroup":
        return "opportunity", ["expected_close" if each.by is By.MONTH else FIELD[each.by] for each in draft.args[1]]
    if draft.kind in MANY and draft.kind != "opportunity_many":
        return draft.kind.removesuffix("_many"), list(draft.args[1])
    return "opportunity", [_COLUMNS[draft.kind]] if draft.kind in _COLUMNS else []


def _merged(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    custom = {**earlier.get("custom", {}), **later.get("custom", {})}
    return {**earlier, **later, **({"custom": custom} if custom else {})}


def _put(path: Path, content: bytes) -> None:
    written = path.with_suffix(".new")
    with written.open("wb") as file:
        os.chmod(written, 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    written.replace(path)


def _understood(content: bytes) -> tuple[list[Draft], bytes]:
    """The drafts of a file, and as JSON what is in it beside them: of another version of the program, or spoilt."""
    drafts, left = [], []
    try:
        found = json.loads(content)
        if not isinstance(found, list):
            return [], content
        for each in found:
            try:
                drafts.append(_draft(each))
            except Exception as error:
                _log.warning("a draft cannot be read: %r", error)
                left.append(each)
        return drafts, json.dumps(left).encode() if left else b""
    except (ValueError, RecursionError):
        return [], content


def _draft(found: Any) -> Draft:
    """Raises whatever exception for what is none, or could not be shown."""
    from . import draft_words

    draft = Draft(**unpacked(found))
    for each, kind in zip(fields(draft), _TYPES, strict=True):
        if not isinstance(getattr(draft, each.name), kind):
            raise TypeError(each.name)
    if draft.kind not in _SERVICES:
        raise ValueError(draft.kind)
    draft_words.title(draft), draft_words.lines(draft)
    return draft


_TYPES = (int, datetime, str, list, dict, str, str, bool, int, list)
"""Of the fields of a draft."""
