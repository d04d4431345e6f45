"""The Spanish catalog: gathers every text of the program, and compiles what was translated (``python -m tests.catalog``)."""

from __future__ import annotations

import ast
import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PO = ROOT / "resources" / "locale" / "es" / "LC_MESSAGES" / "salesos.po"
MO = PO.with_suffix(".mo")


def texts() -> set[str | tuple[str, str]]:
    """Every text in ``tr``, ``N_`` and ``ntr`` calls, and lists of kept messages with two forms."""
    found: set[str | tuple[str, str]] = set()
    for path in sorted((ROOT / "salesos_desktop").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                words = [a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                if node.func.id in ("tr", "N_") and words:
                    found.add(words[0])
                elif node.func.id == "ntr" and len(words) == 2:
                    found.add((words[0], words[1]))
            elif isinstance(node, ast.List) and len(node.elts) == 4 and all(map(_marked, node.elts[:2])):
                found.add(tuple(e.args[0].value for e in node.elts[:2]))  # type: ignore[attr-defined]
    pairs = {one for pair in found if isinstance(pair, tuple) for one in pair}
    return {text for text in found if isinstance(text, tuple) or text not in pairs}


def _marked(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"


def catalog() -> Catalog:
    """The catalog as it is kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="es")


def compiled(found: Catalog) -> bytes:
    """What the program loads."""
    buffer = io.BytesIO()
    write_mo(buffer, found)
    return buffer.getvalue()


def update() -> list[str]:
    """Adds what is new, drops what is gone, compiles; returns the texts that still have no translation."""
    old = catalog() if PO.exists() else Catalog(locale="es")
    fresh = Catalog(locale="es", project="SalesOS Desktop", fuzzy=False)
    missing = []
    for text in sorted(texts(), key=lambda t: t if isinstance(t, str) else t[0]):
        kept = old.get(text)
        translated = kept.string if kept is not None else ""
        fresh.add(text, translated or (("", "") if isinstance(text, tuple) else ""))
        if not translated or (isinstance(translated, tuple) and not all(translated)):
            missing.append(text if isinstance(text, str) else text[0])
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, fresh, omit_header=False, width=120)
    MO.write_bytes(compiled(catalog()))
    return missing


if __name__ == "__main__":
    for line in update():
        print("missing:", line)
