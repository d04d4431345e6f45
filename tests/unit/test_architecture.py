"""The table of rooms in ARCHITECTURE.md, and how large things may grow."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from pytest_archon import archrule

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted(p for p in ROOT.glob("salesos_desktop/**/*.py") if "versions" not in p.parts)
QT = ("PySide6*", "pyqtgraph*", "shiboken6*")
SQL = ("sqlalchemy*", "alembic*")


@pytest.mark.parametrize(
    ("room", "never"),
    [
        ("domain", (*QT, *SQL, "numpy*", "salesos_desktop.storage*", "salesos_desktop.services*", "salesos_desktop.ui*",
                    "salesos_desktop.i18n", "salesos_desktop.config", "time")),
        ("storage", (*QT, "numpy*", "salesos_desktop.services*", "salesos_desktop.ui*")),
        ("services", (*QT, *SQL, "salesos_desktop.ui*", "salesos_desktop.commands*")),
        ("ui", (*SQL, "salesos_desktop.storage*", "salesos_desktop.commands*")),
        ("commands", (*QT, *SQL, "numpy*", "salesos_desktop.ui*", "salesos_desktop.storage*")),
    ],
)  # fmt: skip
def test_rooms_keep_apart(room: str, never: tuple[str, ...]) -> None:
    rule = archrule(f"{room} keeps apart").match(f"salesos_desktop.{room}*")
    for name in never:
        rule = rule.should_not_import(name)
    rule.check("salesos_desktop", only_direct_imports=True)


def test_pyqtgraph_lives_in_one_place() -> None:
    users = [p.name for p in SOURCES if "pyqtgraph" in {n.split(".")[0] for n in _imports(p)}]
    drawn = {
        "forecast_chart.py",
        "plot.py",
        "keys.py",
        "waterfall_chart.py",
        "backtest_chart.py",
        "reliability_chart.py",
        "rows_chart.py",
        "month_pairs.py",
    }
    assert set(users) == drawn


def test_numpy_is_where_much_is_worked_out() -> None:
    """And loaded there only: it costs a start a tenth of a second."""
    users = {p.name for p in SOURCES if "numpy" in {n.split(".")[0] for n in _imports(p)}}
    assert users == {
        "backtest.py",
        "columns.py",
        "habits.py",
        "journeys.py",
        "past_days.py",
        "rewound.py",
        "simulation.py",
    }


@cache
def _nodes(path: Path) -> list[ast.AST]:
    """A module and all that is in it, parsed once."""
    return [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def _imports(path: Path) -> set[str]:
    found = set()
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_classes_and_functions_stay_small(path: Path) -> None:
    module, *inside = _nodes(path)
    assert path.read_text(encoding="utf-8").count("\n") <= 400
    assert isinstance(module, ast.Module)
    assert ast.get_docstring(module), "a module says its duty"
    for node in inside:
        length = getattr(node, "end_lineno", 0) - getattr(node, "lineno", 0)
        if isinstance(node, ast.ClassDef):
            assert length <= 350, node.name
        elif isinstance(node, ast.FunctionDef):
            assert length <= 60, node.name
