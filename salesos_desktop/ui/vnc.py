"""Keeps Qt's own VNC server, which listens to the whole network, to this machine."""

from __future__ import annotations

import logging
import os
import socket

_log = logging.getLogger(__name__)


def keep_to_this_machine() -> bool:
    """Puts a socket bound to 127.0.0.1 in place of each that listens on every address; whether there was one.

    Qt has no option for it and goes on with the same descriptor. Raises OSError when the port cannot be had.
    """
    found = False
    for name in os.listdir("/proc/self/fd"):
        port = _open_to_all(int(name))
        if port:
            fresh = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            fresh.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            fresh.setblocking(False)
            os.dup2(fresh.fileno(), int(name))
            fresh.bind(("127.0.0.1", port))
            fresh.listen(8)
            fresh.close()
            found = True
            _log.info("VNC listens on 127.0.0.1:%s", port)
    return found


def _open_to_all(descriptor: int) -> int:
    """Port of a TCP socket that listens on every address, 0 for anything else."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as looked_at:
            if looked_at.family not in (socket.AF_INET, socket.AF_INET6) or looked_at.type != socket.SOCK_STREAM:
                return 0
            listening = looked_at.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            address, port = looked_at.getsockname()[:2]
            return int(port) if listening and address in ("0.0.0.0", "::") else 0
    except OSError:
        return 0
