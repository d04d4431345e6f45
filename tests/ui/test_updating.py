"""The small window while an older workspace is brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesos_desktop import bootstrap
from salesos_desktop.errors import WorkspaceError
from salesos_desktop.ui import updating
from tests.storage.test_migrations import older


def test_it_says_what_happens_and_stays_until_it_is_done(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = older(tmp_path / "old.salesos", "0004", "INSERT INTO setting (name, value) VALUES ('local_person', '1')")
    seen: list[tuple[str, int, int]] = []
    told = updating.UpdateWindow._on_told

    def watched(self: Any, step: str, done: int, every: int) -> None:
        told(self, step, done, every)
        qtbot.keyClick(self, Qt.Key.Key_Escape)
        assert not self.close()
        assert self.isVisible()
        seen.append((self.step.text(), self.bar.value(), self.bar.maximum()))

    monkeypatch.setattr(updating.UpdateWindow, "_on_told", watched)
    updating.open_workspace(path).store.close()
    assert {step.split()[0] for step, _, _ in seen} == {"Making", "Checking", "Bringing", "Getting"}
    assert not [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert not bootstrap.is_older(path)
    seen.clear()
    updating.open_workspace(path).store.close()
    assert seen == [], "one that is up to date opens at once"


@pytest.mark.usefixtures("qapp")
def test_what_cannot_be_opened_is_told_as_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = older(tmp_path / "old.salesos", "0004")

    def full(*_: Any, **__: Any) -> None:
        raise WorkspaceError("The disk is full.")

    monkeypatch.setattr(bootstrap, "open_workspace", full)
    with pytest.raises(WorkspaceError, match="full"):
        updating.open_workspace(path)
