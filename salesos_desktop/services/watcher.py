"""Follows what other windows and processes commit to the same workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.server.listening import Follower


class Watcher:
    """Asked now and then on the worker thread; costs some microseconds while nothing happens.

    A server says by itself when there is something new (``listen``); a file is asked again and again.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._version: int | None = None
        self._follower: Follower | None = None

    @property
    def must_ask(self) -> bool:
        """Whether nobody says when there is something new."""
        return self._workspace.store.path is not None

    def poll(self) -> None:
        """Publishes others' commits, if the file has changed since the last call.

        Raises LineLost, and UserError once with what was lost with the line.
        """
        if self.must_ask:
            version = self._workspace.store.data_version()
            if version == self._version:
                return
            self._version = version
        self._workspace.catch_up()
        self._workspace.ask_again()

    def listen(
        self, woken: Callable[[], None], line: Callable[[bool], None], looked: Callable[[], None] = lambda: None
    ) -> None:
        """Follows a server until ``close``, on a thread of its own that calls both: ``woken()`` when it is time to ask,
        ``line(lost)`` when the server can no longer be reached and each time that it can again, ``looked()`` when somebody has
        opened or left a deal."""
        from ..storage.server.listening import Follower

        self._follower = Follower(self._workspace.store, woken, line, looked)

    def hurry(self) -> None:
        """Tries at once to reach a server that was lost."""
        if self._follower is not None:
            self._follower.hurry()

    def close(self) -> None:
        """Follows no longer."""
        if self._follower is not None:
            self._follower.close()
            self._follower = None
