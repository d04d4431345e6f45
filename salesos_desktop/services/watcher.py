"""Follows what other windows and processes commit to the same file."""

from __future__ import annotations

from .workspace import Workspace


class Watcher:
    """Asked now and then on the worker thread; costs some microseconds while nothing happens."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._version: int | None = None

    def poll(self) -> None:
        """Publishes others' commits, if the file has changed since the last call."""
        version = self._workspace.store.data_version()
        if version != self._version:
            self._version = version
            self._workspace.catch_up()
