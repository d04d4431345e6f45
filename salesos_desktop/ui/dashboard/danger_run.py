"""Deals in danger one after another: two minutes with the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from ...domain.changes import ChangeSet
from ...domain.danger_run import DangerRun, touched
from ...domain.deal_rows import DealRow
from ...domain.work_list import Handled, WorkItem
from ...errors import InvalidInput
from ...i18n import money, ntr, number, tr
from ...services import deal_table, endangered, notes, opportunities
from ...services.conflicts import as_shown
from ...services.endangered import Found
from ..board.figure_texts import round_units
from ..deal_lists import KeptDealLists
from ..deals import DealActions
from ..edits import ask_edit
from ..home.lines import Line
from ..home.reasons import reasons_of
from ..home.run_view import RunView
from ..opportunities.editors import CellEditor, NoteEdit, editor
from ..parts import Elided
from ..session import Session
from .danger_words import done_text, item_of
from .field_bar import FieldBar


class DangerRunView(RunView):
    """Works through what ``show_found`` gives it, from ``start`` until nothing is left; ``told`` says what was done last."""

    def __init__(self, session: Session, actions: DealActions) -> None:
        done = [
            (tr("Date"), "D", lambda: self.edit("expected_close"), ""), (tr("Value"), "V", lambda: self.edit("value"), ""),
            (tr("Forecast"), "C", lambda: self.edit("category"), ""), (tr("Plan"), "P", self.plan, ""),
            (tr("Note"), "W", self.write_note, ""), (tr("Lost…"), "L", self.lose, ""), (tr("Open"), "↵", self.open, ""),
            (tr("In a week"), "S", self.leave, ""), (tr("Done with it"), "X", self.done, "primary"),
        ]  # fmt: skip
        hint = tr(
            "J next · K back · D date · V value · C forecast · P plan · W note · L lost · S in a week · X done · U undo"
        )
        super().__init__(session, actions.window, done, back=tr("← The list"), hint=hint, done="")
        self._actions = actions
        self._lists = KeptDealLists(session, self, at_once=False)
        self._stakes: dict[int, int] = {}
        self._seq = 0
        self.run: DangerRun = DangerRun([])
        self.bar, self.told = FieldBar(), Elided("", "muted")
        self.bar.closed.connect(self.setFocus)
        self.card.edits.addWidget(self.bar)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.told)
        self.told.setContentsMargins(18, 4, 18, 0)
        self.end.offer(tr("Back to the list"), self.left.emit)
        self.keys |= {
            Qt.Key.Key_D: lambda: self.edit("expected_close"), Qt.Key.Key_V: lambda: self.edit("value"),
            Qt.Key.Key_C: lambda: self.edit("category"), Qt.Key.Key_W: self.write_note, Qt.Key.Key_L: self.lose,
            Qt.Key.Key_S: self.leave, Qt.Key.Key_X: self.done, Qt.Key.Key_Down: lambda: self.step(1),
            Qt.Key.Key_Up: lambda: self.step(-1), Qt.Key.Key_U: self.undo,
        }  # fmt: skip
        session.changed.connect(self._on_changed)

    # The list -----------------------------------------------------------------------------------------------------

    def start(self, found: Found) -> None:
        """Begins anew with these deals."""
        self.bar.close_editor()
        self.told.show_text("")
        self.run, self._shown = DangerRun(self._items(found)), None
        self.show_run()

    def show_found(self, found: Found) -> None:
        """The deals in danger are these now, unless this was found before what the person has done since."""
        if found.seq >= self._seq:
            self.run.follow(self._items(found))
            self.show_run()

    def _on_some(self, deal_ids: list[int], found: Found) -> None:
        if found.seq >= self._seq:
            self.run.update([("opportunity", each) for each in deal_ids], self._items(found))
            self.show_run()

    def _items(self, found: Found) -> list[WorkItem]:
        self._stakes |= found.at_stake
        return [item_of(each, found.rows[each.id]) for each in found.deals]

    def _on_changed(self, changes: ChangeSet) -> None:
        """What this window has done itself is told, and looked at before everything is asked anew."""
        if changes.origin == self._session.workspace.origin and self.run.items:
            self._seq = changes.seq
            text = done_text(changes, self._session.today.year)
            self.run.note(changes, text)
            about = touched(changes)
            mine = [item for item in self.run.items if item.key[1] in about]
            name = mine[0].title if mine else ""
            if mine and self.isVisible():
                ids = [item.key[1] for item in mine]
                self._session.ask(endangered.among, ids, done=lambda found: self._on_some(ids, found))
            if changes.verb == "undo":
                self.told.show_text(text)
            elif name:
                self._tell(name, text)
            if self.isVisible() and (name or changes.verb == "undo"):
                self._window.notifications.told(changes)

    def _tell(self, name: str, text: str) -> None:
        self.told.show_text(f"✓ {name}: {text} · Ctrl+Z")

    def show_run(self) -> None:
        """Another deal in front closes what was being typed about the one before."""
        item = self.run.current
        if self._shown is not None and (item is None or item.key != self._shown.key):
            self.bar.close_editor()
        super().show_run()

    def show_end(self) -> None:
        """What became of them, with what was done."""
        later, mended = self.run.became(Handled.LATER), self.run.mended
        counts = [
            ntr("{count} mended", "{count} mended", len(mended)).format(count=number(len(mended))) if mended else "",
            ntr("{count} put off", "{count} put off", len(later)).format(count=number(len(later))) if later else "",
            self._risk() if self.run.endangered else "",
        ]
        said = {key: ", ".join(texts) for key, texts in self.run.said.items()}
        self.end.show_end(self.run, said, " · ".join(filter(None, counts)) if self.run.items else "")

    def _risk(self) -> str:
        """What still is at risk, what was put aside included."""
        stake = sum(self._stakes.get(each.key[1], 0) for each in self.run.endangered)
        currency = self._session.workspace.currency
        return tr("{amount} at risk").format(amount=money(round_units(stake, currency), currency))

    def count_text(self, handled: int, whole: int) -> str:
        """How far it has come, and what is still at risk."""
        done = super().count_text(handled, whole)
        return f"{done} · {self._risk()}" if done else ""

    def line(self, item: WorkItem) -> Line:
        """With the gravest reason."""
        found = super().line(item)
        if item.key in self.run.handled or item.danger is None:
            return found
        return Line(item.key, item.title, item.detail, "", "", "warn", below="⚠ " + reasons_of(item.danger)[0])

    # What can be done ---------------------------------------------------------------------------------------------

    def edit(self, field: str) -> None:
        """Asks for another value, date or category of the deal in front."""
        item = self._shown
        if item is not None:
            self._session.ask(deal_table.fetch, [item.key[1]], done=lambda found: self._open(field, item, found))

    def _open(self, field: str, item: WorkItem, found: dict[int, DealRow]) -> None:
        row = found.get(item.key[1])
        if row is None or self._shown is None or self._shown.key != item.key:
            return
        try:
            made = editor(self._session, self._lists, field, row)
        except InvalidInput as error:
            self._session.problem.emit(error)
            return
        names = {"value": tr("Value"), "expected_close": tr("Expected close"), "category": tr("Forecast")}
        self._ask(
            names[field], made,
            lambda value: (opportunities.edit, (row.id, {field: value}), {"expect": as_shown(row)}),
        )  # fmt: skip

    def write_note(self) -> None:
        """Asks for a note on the deal in front."""
        item = self._shown
        if item is not None:
            edit = NoteEdit()
            made = CellEditor(edit, edit.toPlainText)
            made.before = ""
            self._ask(tr("Note"), made, lambda text: (notes.add, (*item.key, text), {}))

    def _ask(self, name: str, made: CellEditor, call: Callable[[Any], tuple[Any, Any, Any]]) -> None:
        def write(value: Any) -> None:
            service, args, more = call(value)
            ask: Callable[..., Any] = partial(ask_edit, self._session, self.bar) if more else self._session.ask
            draft = "opportunity" if more else args[-1]
            ask(service, *args, **more, draft=draft, done=lambda _: self.bar.close_editor(), failed=self.bar.refuse)

        self.bar.open(name, made, write)

    def lose(self) -> None:
        """Asks why the deal in front was lost."""
        if self._shown is not None:
            self._actions.lose([self._shown.key[1]])

    def leave(self) -> None:
        """Leaves the deal in front for a week: a task takes it up again then."""
        item = self._shown
        if item is not None:
            self._session.ask(
                endangered.leave, item.about, item.title, done=lambda _: self._put_aside(item, Handled.LATER),
                draft=item.title,
            )  # fmt: skip

    def done(self) -> None:
        """The person is done with the deal in front, whatever still endangers it."""
        item = self._shown
        if item is not None:
            self._tell(item.title, tr("done with it"))
            self._put_aside(item, Handled.DONE)

    def _put_aside(self, item: WorkItem, what: Handled) -> None:
        self.run.put_aside(item.key, what)
        self.show_run()

    def take_back(self) -> bool:
        """Brings back what was put aside last; False where something was written since."""
        back = self.run.take_back()
        if back:
            self.told.show_text("")
            self.show_run()
        return back

    def undo(self) -> None:
        """Takes back what was done last in the list."""
        if not self.take_back():
            self._actions.undo()
