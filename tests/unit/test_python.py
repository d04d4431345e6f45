"""The Qt in use does not eat references to None (PYSIDE-3474)."""

from __future__ import annotations

import sys

from pytestqt.qtbot import QtBot


def test_processing_events_drops_no_reference_to_none(qapp: object, qtbot: QtBot) -> None:  # noqa: ARG001
    before = sys.getrefcount(None)
    for _ in range(10_000):
        qapp.processEvents()  # type: ignore[attr-defined]
    assert sys.getrefcount(None) > before - 1000
