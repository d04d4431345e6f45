"""dev.py: what it asks of the system, and that it needs nothing but Python."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import dev

ROOT = Path(__file__).parent.parent.parent


def test_it_uses_the_standard_library_only() -> None:
    names = set()
    for node in ast.walk(ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module).split(".")[0])
    assert names <= set(sys.stdlib_module_names) | {"__future__"}


def test_the_packaged_program_can_begin_where_it_does() -> None:
    """It runs ``__main__.py`` as a file, which belongs to no package."""
    source = (ROOT / "salesos_desktop" / "__main__.py").read_text(encoding="utf-8")
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    assert [(node.module, node.level) for node in found] == [("salesos_desktop.cli", 0)]


def test_missing_libraries_are_named_by_their_packages() -> None:
    assert dev.missing_libraries({"libc.so.6": "libc6", "libnowhere.so.9": "libnowhere9"}) == ["libnowhere9"]


def test_a_machine_without_a_screen_is_seen() -> None:
    assert dev.no_screen({}, "linux")
    assert not dev.no_screen({"DISPLAY": ":0"}, "linux")
    assert not dev.no_screen({}, "darwin")


def test_locks_name_versions_and_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "index-url" not in text
        assert text.count("--hash=sha256:") >= text.count("==")
