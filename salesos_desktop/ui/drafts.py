"""What was saved while the line to the server was lost: kept as drafts, sent when it is back, one after another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from ..errors import LineLost, UserError
from ..i18n import tr

if TYPE_CHECKING:
    from ..services.drafts import Draft, KeptDrafts
    from .jobs import Job
    from .session import Session

_log = logging.getLogger(__name__)
_AGAIN_MS = 1000
_SOON_MS = 30
"""A file is written in several steps."""
_NAMES = 20


class Drafts(QObject):
    """The drafts of a session on a server.

    Signals:
        changed(): one has come, gone or been refused.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._kept: KeptDrafts | None = None
        self._closed = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._look)
        self._told_why = False
        self._told: list[Draft] | None = None
        self._of: dict[tuple[str, int], list[str]] = {}
        self._shown: dict[str, list[Callable[[int], Any]]] = {}
        session.line.connect(lambda lost: lost or self.send_all())
        QTimer.singleShot(0, self, self._begin)

    @property
    def all(self) -> list[Draft]:
        """Those that wait, the earliest first."""
        return self._kept.all if self._kept is not None else []

    def shown_by(self, table: str, record_of: Callable[[int], Any]) -> None:
        """Something shows records of a table: it gives one that it has, which has a ``name``, else None."""
        self._shown.setdefault(table, []).append(record_of)

    def record_of(self, table: str, row_id: int) -> Any:
        """A record as it is shown, None where none is."""
        return next(filter(None, (of(row_id) for of in self._shown.get(table, []))), None)

    def name_of(self, table: str, row_id: int) -> str:
        """What a record is called, as far as what is shown knows it."""
        return getattr(self.record_of(table, row_id), "name", "")

    def told_of(self, table: str, row_id: int) -> str:
        """What waits for a record, in a line; empty where nothing does."""
        if self._told is not self.all:
            from ..services import draft_words
            from ..services.draft_records import about

            self._told, self._of = self.all, {}
            for each in self.all:
                of, ids = about(each.kind, each.args)
                for i in ids:
                    self._of.setdefault((of, i), []).append(draft_words.title(each))
        said = self._of.get((table, row_id))
        return tr("Waits to be sent: {changes}").format(changes=", ".join(said)) if said else ""

    def ask(
        self, service: Callable[..., Any], draft: tuple[str, str] | str, args: tuple[Any, ...], given: dict[str, Any],
        done: Callable[[Any], None] | None, failed: Callable[[Exception], None],
    ) -> Job:  # fmt: skip
        """Asks for a change; one that the lost line stopped is kept, which is as good as ``done``."""
        workspace, mark, seen = self._session.workspace, uuid4().hex, self._session.workspace.seen_seq

        def work() -> Any:
            with workspace.once(mark):
                return workspace.ask(service, *args, **given)

        def on_failed(error: Exception) -> None:
            if not isinstance(error, LineLost):
                failed(error)
                return
            from ..services.draft_kinds import called

            kind, more = called(service) if isinstance(draft, str) else (draft[0], {})
            about = draft if isinstance(draft, str) else draft[1]

            def keep(found: list[Any]) -> None:
                how = {"unsure": error.uncertain, "seen": seen, "mark": mark}
                if not kind or not self._keep(kind, found, {**more, **given}, about, **how):
                    failed(error)
                    return
                if self._session.server is not None:
                    self._session.server.miss()
                if done is not None:
                    done(None)

            if any(isinstance(each, list) and any(isinstance(one, Path) for one in each) for each in args):
                kept = self._begun()
                self._session.jobs.submit(lambda: kept.copied(list(args), mark), keep, lambda _: failed(error))
            else:
                keep(list(args))

        return self._session.jobs.submit(work, done, on_failed)

    def send_all(self) -> None:
        """Sends what nobody needs to look at first, in order; once another window has sent what it is sending."""
        kept = self._kept
        if kept is None or kept.sending or not self._there:
            return
        try:
            others = kept.others_send()
        except OSError as error:
            self._hindered(error)
            return
        if others:
            QTimer.singleShot(_AGAIN_MS, self, self.send_all)
            return
        self._read(kept)
        draft = next((each for each in kept.all if each.sends_itself), None)
        if draft is not None:
            self.send(draft)

    def send(self, draft: Draft) -> None:
        """Sends one, unless another window is sending; a refusal stays with it."""
        from ..services import draft_sending as service

        kept = self._kept
        if kept is None or kept.sending:
            return
        try:
            claimed = kept.claim(draft)
        except OSError as error:
            self._hindered(error)
            return
        if claimed is None:
            self.changed.emit()
            QTimer.singleShot(_AGAIN_MS, self, self.send_all)
            return

        def answered(left: Draft | None, *, more: bool = True) -> None:
            try:
                kept.answered(claimed, left)
            except OSError as error:
                # It stays as one that may be there, which is asked before it is sent again.
                self._hindered(error)
                return
            self._told_why = False
            self.changed.emit()
            if more:
                self.send_all()

        def failed(error: Exception) -> None:
            if isinstance(error, LineLost):
                answered(replace(draft, unsure=draft.unsure or error.uncertain, problem=""), more=False)
            else:
                # Only a refusal says that nothing was written.
                answered(replace(draft, unsure=not isinstance(error, UserError), problem=said(error)))

        self._session.ask(service.send, claimed, done=lambda _: answered(None), failed=failed)

    def insist(self, draft: Draft) -> None:
        """Sends what was refused, for a person who knows what others have done meanwhile."""
        from ..services import draft_sending as service

        meant = service.insisted(self._session.workspace, draft)
        self.change(draft, meant)
        self.send(meant)

    def change(self, draft: Draft, to: Draft) -> None:
        """Takes another in its place."""
        if self._kept is not None:
            self._kept.change(draft, to)
            self.changed.emit()

    def drop(self, draft: Draft) -> None:
        """It is thrown away."""
        if self._kept is not None:
            self._kept.drop(draft)
            self.changed.emit()

    def read_again(self, draft: Draft) -> None:
        """Tries once more what could not be read; it may have been repaired."""
        if self._kept is not None:
            self._kept.read_again(draft)
            self.changed.emit()
            self.send_all()

    def close(self) -> None:
        """Sends no longer."""
        self._closed = True
        self._soon.stop()
        if self._kept is not None:
            self._kept.release()

    @property
    def _there(self) -> bool:
        return not self._closed and self._session.server is not None and self._session.server.lost_since is None

    def _hindered(self, error: OSError) -> None:
        """What waits cannot be written or locked: a person is told, once until it can be, and it is tried again."""
        _log.warning("no draft can be sent: %s", error)
        self.changed.emit()
        QTimer.singleShot(_AGAIN_MS, self, self.send_all)
        if not self._told_why and self._kept is not None:
            self._told_why = True
            self._session.problem.emit(
                UserError(
                    tr("The changes that wait cannot be sent yet: {file} cannot be written.").format(
                        file=self._kept.path
                    ),
                    tr("Free some space, or see that you may write in this folder. It is tried again by itself."),
                )
            )

    def _begin(self) -> None:
        if self._kept is None:
            self._begun()
            if self.all:
                self.changed.emit()
                self.send_all()

    def _begun(self) -> KeptDrafts:
        """What is kept; from now on it is noticed what other windows do with it."""
        if self._kept is None:
            from ..services.drafts import KeptDrafts

            self._kept = KeptDrafts(self._session.workspace)
            watcher = QFileSystemWatcher([str(self._kept.path.parent)], self)
            watcher.directoryChanged.connect(lambda: self._soon.start())
        return self._kept

    def _look(self) -> None:
        """Another window has kept or sent something, perhaps."""
        if self._kept is not None and not self._closed and self._read(self._kept):
            self.send_all()

    def _read(self, kept: KeptDrafts) -> bool:
        """Whether another window has changed what waits."""
        before = kept.all
        kept.read()
        if kept.all != before:
            self.changed.emit()
        return kept.all != before

    def _keep(
        self, kind: str, args: list[Any], given: dict[str, Any], about: str, **how: Any
    ) -> bool:  # fmt: skip
        """Whether it is kept: on a full disk it is not, and the form keeps what was typed."""
        try:
            self._begun().keep(kind, args, given, about, names=self._names_of(kind, args), **how)
        except (OSError, TypeError):
            return False
        self.changed.emit()
        return True

    def _names_of(self, kind: str, args: list[Any]) -> list[str]:
        """Of the first of the records that a change is about, as far as what is shown knows them."""
        from ..services.draft_records import about

        table, ids = about(kind, args)
        return list(islice(filter(None, (self.name_of(table, i) for i in ids)), _NAMES))


def said(error: Exception) -> str:
    """Why a draft was not sent; what nobody expected is in the log."""
    if isinstance(error, UserError):
        return f"{error.title} {error.message}".strip()
    _log.error("a draft could not be sent", exc_info=error)
    return tr("Something went wrong inside the program. What was saved is safe.")
