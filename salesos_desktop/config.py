"""Folders of the program and the person's preferences."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

_APP = "salesos-desktop"
_VERSION = 1
_log = logging.getLogger(__name__)


def resources_dir() -> Path:
    """Where icons, locale and fonts are: beside the package, or in the packaged program."""
    packaged = getattr(sys, "_MEIPASS", None)
    return Path(packaged) / "resources" if packaged else Path(__file__).parent.parent / "resources"


def data_dir() -> Path:
    """The person's data folder; ``SALESOS_HOME`` moves it."""
    return _folder("user_data_path", "data")


def config_dir() -> Path:
    """The person's settings folder; ``SALESOS_HOME`` moves it."""
    return _folder("user_config_path", "config")


def log_dir() -> Path:
    """Where the log and crash reports go; ``SALESOS_HOME`` moves it."""
    return _folder("user_log_path", "log")


def default_workspace() -> Path:
    """The workspace that opens when none is named."""
    return data_dir() / "workspace.salesos"


def _folder(kind: str, name: str) -> Path:
    home = os.environ.get("SALESOS_HOME")
    if home:
        return Path(home) / name
    import platformdirs

    return Path(getattr(platformdirs, kind)(_APP, appauthor=False))


@dataclass
class Preferences:
    """What a person chose for this computer. ``language`` and ``workspace`` None mean the default.

    ``workspace`` is the path or the address of the last one, ``workspaces`` those before it too, the newest first
    (workspaces.py); never a password.

    ``theme`` is system, light or dark; ``geometry`` holds window states in base64; ``board`` the board's filter and order;
    ``recents`` what was opened last in each workspace;
    ``opens_on`` the page that the window opens on, ``last`` for the one it was closed on, which is ``page``;
    ``background`` whether the program stays for reminders when its window is closed;
    ``celebrate`` whether a deal won is celebrated for a moment.
    """

    language: str | None = None
    theme: str = "system"
    workspace: str | None = None
    workspaces: list[str] = field(default_factory=list)
    desktop_notifications: bool = True
    background: bool = False
    celebrate: bool = True
    geometry: dict[str, str] = field(default_factory=dict)
    board: dict[str, Any] = field(default_factory=dict)
    recents: dict[str, Any] = field(default_factory=dict)
    opens_on: str = "home"
    page: str = "home"
    path: Path | None = field(default=None, repr=False)

    @classmethod
    def load(cls, path: Path | None = None) -> Preferences:
        """Reads the file; one that cannot be understood is set aside as ``.bad`` and the defaults hold."""
        path = path or config_dir() / "preferences.json"
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            for upgrade in _UPGRADES[stored.get("version", 0) :]:
                stored = upgrade(stored)
        except FileNotFoundError:
            return cls(path=path)
        except (OSError, ValueError, AttributeError, TypeError) as error:
            _log.warning("preferences set aside: %s", error)
            with suppress(OSError):
                path.replace(path.with_suffix(".bad"))
            return cls(path=path)
        known = cls(path=path)
        for item in fields(cls):
            value = stored.get(item.name)
            if item.name != "path" and value is not None and isinstance(value, _TYPES[item.name]):
                setattr(known, item.name, value)
        return known

    def save(self) -> None:
        """Writes the file in one piece: the earlier one stays until the new one is on disk."""
        assert self.path is not None
        values = {name: value for name, value in asdict(self).items() if name != "path"}
        fresh = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("w", encoding="utf-8") as file:
                json.dump({"version": _VERSION, **values}, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        except OSError as error:
            _log.warning("preferences not saved: %s", error)


_TYPES: dict[str, type] = {
    "language": str,
    "theme": str,
    "workspace": str,
    "workspaces": list,
    "desktop_notifications": bool,
    "background": bool,
    "celebrate": bool,
    "geometry": dict,
    "board": dict,
    "recents": dict,
    "opens_on": str,
    "page": str,
}

# One function per version of the file, from that version to the next.
_UPGRADES: list[Callable[[dict[str, Any]], dict[str, Any]]] = [lambda stored: stored]
