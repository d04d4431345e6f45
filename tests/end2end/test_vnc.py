"""A machine without a screen: the window is served over VNC, to this machine only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from salesos_desktop import bootstrap


def test_the_window_is_served_on_loopback_only(tmp_path: Path) -> None:
    path = tmp_path / "vnc.salesos"
    workspace = bootstrap.open_workspace(path)
    bootstrap.prepare(workspace)
    workspace.store.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = dict(os.environ, QT_QPA_PLATFORM=f"vnc:size=900x600:port={port}")
    program = subprocess.Popen(
        [sys.executable, "-m", "salesos_desktop", "--workspace", str(path)], env=environment, stderr=subprocess.PIPE
    )
    try:
        greeting = _greeting(port)
        assert greeting.startswith(b"RFB 003"), greeting
        listening = [line.split() for line in Path(f"/proc/{program.pid}/net/tcp").read_text().splitlines()[1:]]
        six = [line.split() for line in Path(f"/proc/{program.pid}/net/tcp6").read_text().splitlines()[1:]]
        addresses = {
            row[1].split(":")[0] for row in listening + six if row[1].endswith(f":{port:04X}") and row[3] == "0A"
        }
        assert addresses == {"0100007F"}
    finally:
        program.terminate()
        program.communicate(timeout=15)
    assert program.returncode == 0


def _greeting(port: int) -> bytes:
    """What the server says first."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                found = connection.recv(12)
                if found:
                    return found
        except OSError:
            pass
        time.sleep(0.3)
    raise AssertionError("nobody answered")
