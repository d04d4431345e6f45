"""A cable between the program and a PostgreSQL server that a test can cut, silence, or cut in the middle of a commit."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

_UNIT, _COMMIT = b"FROM salesos.open_unit(", b"COMMIT"
_NOTIFICATION = b"A"
_KEY_START = b"K\0\0\0\x0c"
_KEY = re.compile(re.escape(_KEY_START) + b"....", re.DOTALL)
"""What a server says of a session at its start: its number, before the key."""


class Cable:
    """Takes connections on ``port`` and carries them to the server, as long as it is not told otherwise.

    ``silent``: nothing goes through and nothing is closed. ``deaf``: notifications are swallowed, as by a pooler.
    ``pooled``: sessions have numbers of the cable's own, as those of a pooler.
    ``refuse``: new connections are ended at once. ``commit``: what happens to the next unit of work at its
    commit: ``unsent`` ends the line
    before the server has it, ``unanswered`` after.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self.silent = self.deaf = self.pooled = self.refuse = False
        self.commit = ""
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._all: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def plug(self) -> None:
        """Takes connections again."""
        self._door = socket.create_server(("127.0.0.1", self.port))
        self._threads.append(threading.Thread(target=self._accept, daemon=True))
        self._threads[-1].start()

    def cut(self) -> None:
        """Ends every line and takes no new one."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Ends every line that there is."""
        while self._ends:
            with suppress(OSError):
                self._ends.pop().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends everything."""
        self.cut()
        for thread in self._threads:
            thread.join(5)
        for end in self._all:
            end.close()

    def _accept(self) -> None:
        door = self._door
        while True:
            try:
                near = door.accept()[0]
            except OSError:
                return
            if self.refuse:
                near.close()
                continue
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._path)
            self._ends += [near, far]
            self._all += [near, far]
            for carry, one, other in ((self._up, near, far), (self._down, far, near)):
                thread = threading.Thread(target=carry, args=(one, other), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        writes = False
        with _closing(near, far):
            while data := near.recv(65536):
                if self.silent:
                    continue
                writes = writes or _UNIT in data
                if writes and self.commit and _COMMIT in data:
                    if self.commit == "unsent":
                        self.commit = ""
                        return
                    self.commit = "sent"
                far.sendall(data)

    def _down(self, far: socket.socket, near: socket.socket) -> None:
        rest = b""
        with _closing(near, far):
            while data := far.recv(65536):
                if self.silent:
                    continue
                if self.commit == "sent":
                    self.commit = ""
                    return
                if self.pooled:
                    data = _KEY.sub(_KEY_START + bytes(4), data)
                if self.deaf:
                    data, rest = _without_notifications(rest + data)
                near.sendall(data)


def _without_notifications(data: bytes) -> tuple[bytes, bytes]:
    """Whole messages of the server but for notifications, and what is not whole yet."""
    kept = b""
    while len(data) >= 5 and len(data) > (size := int.from_bytes(data[1:5], "big")):
        if data[:1] != _NOTIFICATION:
            kept += data[: size + 1]
        data = data[size + 1 :]
    return kept, data


@contextmanager
def _closing(near: socket.socket, far: socket.socket) -> Iterator[None]:
    try:
        with suppress(OSError):
            yield
    finally:
        for end in (near, far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def cable_to(url: str) -> tuple[Cable, str]:
    """A cable to the server of an address, and the address at its near end."""
    asked = parse_qs(urlsplit(url).query)
    cable = Cable(f"{asked['host'][0]}/.s.PGSQL.{asked.get('port', ['5432'])[0]}")
    name = urlsplit(url).path
    return cable, f"postgresql+psycopg://postgres@127.0.0.1:{cable.port}{name}?sslmode=disable"
