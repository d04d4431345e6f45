"""Changes that a lost line to a team's server stopped: kept on disk until they are sent or thrown away."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from .. import config
from ..i18n import tr
from .draft_checks import check
from .draft_json import packed, unpacked
from .draft_kinds import EDITS, NEW
from .file_lock import Locked, locked, locked_at_once
from .whole_file import put
from .workspace import Workspace

_log = logging.getLogger(__name__)
_COPYING = 3600.0
"""Seconds within which copies of files belong to a draft that another window is about to keep."""
_COLUMNS = {"reschedule": "expected_close", "prioritise": "priority"}
UNREADABLE = "unreadable"
"""The kind of what is kept and cannot be read: of another version of the program, or spoilt. Its argument is what was found, or
the file that was put aside."""
NEVER = datetime(1, 1, 1, tzinfo=UTC)
"""When it is not known."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that waits. ``kind`` is what is to be done: the table whose row is edited, or the name of another change.

    ``args`` and ``given`` are those of the service, ``about`` says in a word what it is about, ``problem`` why it was refused.
    ``mark`` is that of the commit that does it. ``unsure``: it was being sent when the line was lost, and may be there already,
    which is asked before it is sent again. ``seen`` is the number of the last commit that whoever made it knew. ``names``: of the
    records that it changes, as far as they were known.
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
    mark: str = ""
    names: list[str] = field(default_factory=list)

    @property
    def edits(self) -> bool:
        """Whether it is an edit of fields, ``args`` being the row's id and the values."""
        return self.kind in EDITS

    @property
    def place(self) -> int | None:
        """Where among ``args`` the fields of a record are that it writes; None where it is another change."""
        return 1 if self.edits or self.kind in ("deal_contact_new", "convert") else 0 if self.kind in NEW else None

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
        return not self.problem


class KeptDrafts:
    """The drafts of one login in one workspace, whatever its server is called, in a file of their own, written at once and whole;
    all windows of the person share it, and one of them sends."""

    def __init__(self, ws: Workspace) -> None:
        owner = ws.store.login or ws.actor_id, ws.settings.get("workspace") or ws.store.name
        name = hashlib.sha256("{}@{}".format(*owner).encode()).hexdigest()[:20]
        self.path = config.data_dir() / "drafts" / f"{name}.json"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._clock = ws.clock
        self.all: list[Draft] = []
        self._turn: Locked | None = None
        self._content = b""
        self._good: list[Draft] = []
        self._raw: dict[int, Any] = {}
        self.read()
        self._sweep()

    @property
    def sending(self) -> bool:
        """Whether this window has one that is being sent."""
        return self._turn is not None

    def others_send(self) -> bool:
        """Whether another window is sending. Raises OSError."""
        if not self.path.exists():
            return False
        turn = locked_at_once(self.path.with_suffix(".sending"))
        if turn is not None:
            turn.close()
        return turn is None

    def read(self) -> None:
        """Takes in what other windows have kept and sent; what can only be read is shown all the same."""
        try:
            with self._alone():
                return
        except OSError as error:
            _log.warning("drafts cannot be locked: %s", error)
        try:
            self._look()
        except (OSError, ValueError, RecursionError) as error:
            _log.warning("drafts cannot be read: %s", error)

    def keep(
        self, kind: str, args: list[Any], given: Mapping[str, Any], about: str, *, unsure: bool = False, seen: int = 0,
        mark: str = "", names: Sequence[str] = (),
    ) -> Draft:  # fmt: skip
        """Adds a change; another edit of the same row goes into the one that waits. Raises TypeError for what no file keeps,
        OSError when it cannot be written.
        """
        with self._alone():
            made = Draft(
                self._next(), self._clock.now(), kind, list(args), dict(given), about, unsure=unsure, seen=seen,
                mark=mark or uuid4().hex, names=list(names),
            )  # fmt: skip
            # One that is unsure may be on its way.
            alike = (each for each in self.all if each.edits and each.kind == kind and not (unsure or each.unsure))
            earlier = next((each for each in alike if each.args[:1] == made.args[:1]), None)
            if earlier is not None:
                made = replace(
                    made, id=earlier.id, seen=max(seen, earlier.seen), args=[args[0], _merged(earlier.args[1], args[1])],
                    given={"expect": {**(given.get("expect") or {}), **(earlier.given.get("expect") or {})}},
                    names=made.names or earlier.names,
                )  # fmt: skip
                self._write([made if each is earlier else each for each in self.all])
            else:
                self._write([*self.all, made])
        return made

    def copied(self, args: list[Any], mark: str) -> list[Any]:
        """The same with copies of the files that are among them, which go with the draft of this mark. Raises OSError."""
        try:
            return self._copied(args, mark)
        except OSError:
            shutil.rmtree(self._files(mark), ignore_errors=True)
            raise

    def _copied(self, args: list[Any], mark: str) -> list[Any]:
        found = []
        for value in args:
            if isinstance(value, list) and value and all(isinstance(each, Path) for each in value):
                copies = [self._files(mark) / str(place) / each.name for place, each in enumerate(value)]
                for each, copy in zip(value, copies, strict=True):
                    copy.parent.mkdir(parents=True, mode=0o700)
                    shutil.copyfile(each, copy)
                value = copies
            found.append(value)
        return found

    def read_again(self, draft: Draft) -> None:
        """Takes in what could not be read, where it can be by now. Raises OSError."""
        with self._alone():
            path = draft.args[0]
            if isinstance(path, Path) and path.exists():
                try:
                    found = _understood(path.read_bytes())
                except (ValueError, RecursionError):
                    return
                first = self._next()
                self._write([*self.all, *(replace(each, id=first + n) for n, each in enumerate(found))])
                path.unlink()
                self._read()

    def change(self, draft: Draft, to: Draft) -> None:
        """Puts another in its place, unless another window was faster."""
        with self._alone():
            self._write([to if each == draft else each for each in self.all])

    def drop(self, draft: Draft) -> None:
        """It is thrown away, unless another window has changed it."""
        if draft.kind == UNREADABLE and isinstance(draft.args[0], Path):
            draft.args[0].unlink(missing_ok=True)
        with self._alone():
            self._write([each for each in self.all if each != draft])
            if draft.mark and all(each.mark != draft.mark for each in self.all):
                shutil.rmtree(self._files(draft.mark), ignore_errors=True)

    def claim(self, draft: Draft) -> Draft | None:
        """The draft as one that is being sent, for this window alone until ``answered``; None while another window sends, or
        where it has sent or changed this one. Raises OSError."""
        with self._alone():
            if draft not in self.all:
                return None
            turn = locked_at_once(self.path.with_suffix(".sending"))
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

    def _sweep(self) -> None:
        """Takes away copies of files whose draft was never kept: the program came to an end meanwhile."""
        if any(each.kind == UNREADABLE for each in self.all):
            return
        known, long_ago = {each.mark for each in self.all}, time.time() - _COPYING
        for each in self.path.with_suffix(".files").glob("*"):
            if each.name not in known and each.stat().st_mtime < long_ago:
                shutil.rmtree(each, ignore_errors=True)

    def _next(self) -> int:
        return max((each.id for each in self.all), default=0) + 1

    def _files(self, mark: str) -> Path:
        return self.path.with_suffix(".files") / mark

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other window reads or writes meanwhile; ``all`` is what the file holds. Raises OSError."""
        with locked(self.path.with_suffix(".lock")):
            self._read()
            yield

    def _read(self) -> None:
        try:
            self._look()
        except (ValueError, RecursionError) as error:
            # Never written over: somebody may still read it.
            names = (self.path.with_suffix(f".unreadable-{number}") for number in count(1))
            aside = next(name for name in names if not name.exists())
            _log.warning("drafts that cannot be read are put aside: %s: %r", aside.name, error)
            put(aside, self.path.read_bytes())
            put(self.path, b"[]")
            self._look()

    def _look(self) -> None:
        """Reads the file, where it is another than the last time. Raises OSError, and ValueError or RecursionError where it is
        not even JSON."""
        content = self.path.read_bytes() if self.path.exists() else b"[]"
        if content != self._content:
            self._good, self._content = _understood(content), content
            self._raw = dict(zip(map(id, self._good), json.loads(content), strict=True))
        self.all = self._good + self._aside()

    def _aside(self) -> list[Draft]:
        """Files of drafts that could not be read, each as a draft."""
        return [
            Draft(0, NEVER, UNREADABLE, [path], {}, str(path), problem=_unread())
            for path in sorted(self.path.parent.glob(f"{self.path.stem}.unreadable-*"))
        ]

    def _write(self, drafts: list[Draft]) -> None:
        kept = [each for each in drafts if each.kind != UNREADABLE or not isinstance(each.args[0], Path)]
        raw = [self._raw.get(id(each)) or _packed(each) for each in kept]
        for place, each in enumerate(kept):
            if id(each) not in self._raw:
                (kept[place],) = _understood(json.dumps([raw[place]]).encode())
                if kept[place].kind != each.kind:
                    raise TypeError("a draft that could not be read again")
        content = json.dumps(raw).encode()
        put(self.path, content)
        self._good, self._content, self._raw = kept, content, dict(zip(map(id, kept), raw, strict=True))
        self.all = kept + self._aside()


def _merged(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    custom = {**earlier.get("custom", {}), **later.get("custom", {})}
    return {**earlier, **later, **({"custom": custom} if custom else {})}


def _packed(draft: Draft) -> Any:
    """As the file has it; what cannot be read stays as it was found."""
    if draft.kind == UNREADABLE:
        return draft.args[0]
    return packed({of.name: getattr(draft, of.name) for of in fields(draft)})


def _understood(content: bytes) -> list[Draft]:
    """The drafts of a file, and what cannot be read among them as drafts of a kind of their own. Raises ValueError or
    RecursionError where it is not even JSON."""
    found, drafts = json.loads(content), []
    if not isinstance(found, list):
        raise ValueError("no list")
    for each in found:
        try:
            drafts.append(_draft(each))
        except Exception as error:
            _log.debug("a draft cannot be read: %r", error)
            drafts.append(_unreadable(each))
    return drafts


def _unreadable(found: Any) -> Draft:
    """What was found, about what it says of itself."""
    return Draft(0, NEVER, UNREADABLE, [found], {}, " · ".join(_texts(found)), problem=_unread())


def _texts(found: Any) -> Iterator[str]:
    """The texts and numbers in what JSON holds, but for names of fields."""
    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, list):
        named = [each for each in found if isinstance(each, list) and len(each) == 2 and isinstance(each[0], str)]
        for each in found:
            yield from _texts(each[1] if len(named) == len(found) else each)
    elif found is not None and not isinstance(found, bool):
        yield str(found)


def _unread() -> str:
    return tr(
        "It cannot be read: another version of the program has kept it, or the file is damaged. It stays as it is."
    )


def _draft(found: Any) -> Draft:
    """Raises whatever exception for what is none, or could not be shown."""
    draft = Draft(**unpacked(found))
    check(draft)
    return draft
