"""``kill -9`` at random instants while it moves, wins, imports: every acknowledged change is there, nothing half-done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TIMES = 200


def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.end2end.killed", str(tmp_path), str(TIMES)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    word, count = done.stdout.split()
    assert word == "ok"
    assert int(count) > TIMES, "hardly anything was written before the kills"
