"""Whatever is done to records, what is named by the beginning of a word is found, what is gone is not, and the index is sound."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from salesos_desktop.domain import searching
from salesos_desktop.errors import UserError
from salesos_desktop.services import bin as bins
from salesos_desktop.services import companies, contacts, leads, merging, notes, opportunities, search, undo
from salesos_desktop.storage import search as index
from salesos_desktop.storage.schema import TABLES
from tests.conftest import StillClock, copied

WORDS = st.sampled_from(["Ana", "Ánade", "López", "lopera", "Straße", "ﬁn", "x1", "Ñu", "Грин", "o'neill", "a-b"])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
KINDS = {"opportunity": opportunities, "lead": leads, "contact": contacts, "company": companies}
KIND = st.sampled_from(sorted(KINDS))
PICK = st.integers(0, 4)
_MANY = 100


class Searching(RuleBasedStateMachine):
    """Records come, change, go and come back."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.ws = copied(Path(self.folder.name) / "a.salesos", StillClock())
        for kind in KINDS:
            self._make(kind, "Ana López", "Casa Añil")
            notes.add(self.ws, kind, 1, "lopera")

    def teardown(self) -> None:
        if hasattr(self, "ws"):
            self.ws.store.close()
            self.folder.cleanup()

    def _rows(self, kind: str, *, gone: bool = False) -> list[dict[str, Any]]:
        with self.ws.store.read() as connection:
            rows = [dict(row) for row in connection.execute(TABLES[kind].select()).mappings()]
        return [
            r for r in rows if (r["deleted_at"] is not None) == gone and (not gone or r.get("merged_into_id") is None)
        ]

    @rule(kind=KIND, name=NAMES, company=st.sampled_from(["", "Casa Añil"]))
    def create(self, kind: str, name: str, company: str) -> None:
        self._make(kind, name, company)

    def _make(self, kind: str, name: str, company: str) -> None:
        values: dict[str, Any] = {"name": name}
        if kind == "opportunity":
            values |= {"value": 1, "expected_close": date(2026, 12, 1), "company": company}
        elif kind == "lead":
            values |= {"email": "e@example.com", "company": company}
        elif kind == "contact" and company:
            values["company"] = company
        KINDS[kind].create(self.ws, values)  # type: ignore[attr-defined]

    @rule(kind=KIND, pick=PICK, name=NAMES)
    def rename(self, kind: str, pick: int, name: str) -> None:
        rows = self._rows(kind)
        if rows:
            KINDS[kind].edit(self.ws, rows[pick % len(rows)]["id"], {"name": name})  # type: ignore[attr-defined]

    @rule(kind=KIND, pick=PICK, body=NAMES)
    def write_a_note(self, kind: str, pick: int, body: str) -> None:
        rows = self._rows(kind)
        if rows:
            notes.add(self.ws, kind, rows[pick % len(rows)]["id"], body)

    @rule(kind=KIND, pick=PICK)
    def delete(self, kind: str, pick: int) -> None:
        rows = self._rows(kind)
        if rows:
            KINDS[kind].delete(self.ws, [rows[pick % len(rows)]["id"]])  # type: ignore[attr-defined]

    @rule(kind=KIND, pick=PICK)
    def restore(self, kind: str, pick: int) -> None:
        rows = self._rows(kind, gone=True)
        if rows:
            bins.restore(self.ws, kind, [rows[pick % len(rows)]["id"]])

    @rule(kind=KIND, first=PICK, second=PICK)
    def merge(self, kind: str, first: int, second: int) -> None:
        rows = self._rows(kind)
        if len(rows) > 1 and first % len(rows) != second % len(rows):
            try:
                merging.merge(self.ws, kind, rows[first % len(rows)]["id"], rows[second % len(rows)]["id"], {})
            except UserError:
                return

    @rule(back=st.integers(1, 3), again=st.integers(0, 2))
    def undo_and_redo(self, back: int, again: int) -> None:
        try:
            for _ in range(back):
                undo.undo(self.ws)
            for _ in range(again):
                undo.redo(self.ws)
        except UserError:
            return

    @precondition(lambda self: hasattr(self, "ws"))
    @invariant()
    def named_by_a_beginning_is_found(self) -> None:
        rows = {kind: self._rows(kind) for kind in KINDS}
        there = {(kind, row["id"]) for kind, listed in rows.items() for row in listed}
        named: dict[str, set[tuple[str, int]]] = {}
        for kind, listed in rows.items():
            for row in listed:
                for word in searching.words(row["name"]):
                    for end in {1, 2, len(word)}:
                        named.setdefault(word[:end], set()).add((kind, row["id"]))
        for beginning, wanted in named.items():
            hits = {(hit.kind, hit.id) for hit in search.find(self.ws, beginning, _MANY, forgiving=False)}
            assert wanted <= hits, beginning
            assert {hit for hit in hits if hit[0] != "note"} <= there, beginning
        with self.ws.store.write() as connection:
            assert list(index.differences(connection)) == []
            assert not index.damaged(connection)


Searching.TestCase.settings = settings(max_examples=8, stateful_step_count=8, deadline=None)
TestSearching = Searching.TestCase
