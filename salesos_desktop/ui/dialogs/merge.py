"""Two records made one: side by side, field by field; and the list of pairs that look alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ...domain.custom_fields import CustomField
from ...domain.stages import StageKind
from ...errors import InvalidInput
from ...i18n import N_, ntr, number, tr
from ...services import (
    board,
    companies,
    contacts,
    custom_fields,
    custom_values,
    leads,
    merge_candidates,
    merge_moves,
    merging,
)
from ...services.merge_candidates import Candidate
from ...services.merging import Difference
from ...services.workspace import Workspace
from ..detail.change_texts import FIELDS, value_text
from ..models.tables import TextTableModel, text_table
from ..parts import button, label
from ..session import Session
from ..theme import BODY, metrics
from .base import FormDialog

_TITLES = {
    "lead": N_("Merge two leads"), "contact": N_("Merge two contacts"), "company": N_("Merge two companies"),
    "opportunity": N_("Merge two opportunities"),
}  # fmt: skip
_MOVED: dict[str, Callable[[int], str]] = {
    "note": lambda n: ntr("{count} note", "{count} notes", n),
    "activity": lambda n: ntr("{count} activity", "{count} activities", n),
    "attachment": lambda n: ntr("{count} file", "{count} files", n),
    "opportunity": lambda n: ntr("{count} opportunity", "{count} opportunities", n),
    "lead": lambda n: ntr("{count} lead", "{count} leads", n),
    "contact": lambda n: ntr("{count} contact", "{count} contacts", n),
    "company": lambda n: ntr("{count} subsidiary", "{count} subsidiaries", n),
    "employment": lambda n: ntr("{count} further post", "{count} further posts", n),
    "opportunity_contact": lambda n: ntr("{count} person", "{count} people", n),
    "check_item": lambda n: ntr("{count} step", "{count} steps", n),
    "opportunity_line": lambda n: ntr("{count} product", "{count} products", n),
    "contact_point": lambda n: ntr("{count} email, phone or address", "{count} emails, phones and addresses", n),
}
_REASONS = {"email": N_("same email"), "phone": N_("same phone"), "name": N_("similar name")}
_TALL, _WIDE = 380, 225


class MergeDialog(FormDialog):
    """Asks which of two records stays and whose value each field that differs keeps.

    Signals:
        merged(id): the one that stays.
    """

    merged = Signal(object)

    def __init__(self, parent: QWidget | None, session: Session, kind: str, first_id: int, second_id: int) -> None:
        super().__init__(parent, tr(_TITLES[kind]), width=720)
        self._session, self._kind = session, kind
        self._ids = (first_id, second_id)
        self._names: dict[int, str] = {}
        self._own: dict[str, CustomField] = {}
        self.keep_id = first_id
        self.groups: dict[str, QButtonGroup] = {}
        self.keep_group = QButtonGroup(self)
        self._heads = (QRadioButton("…"), QRadioButton("…"))
        for number_, head in enumerate(self._heads):
            head.setProperty("role", "heading")
            self.keep_group.addButton(head, number_)
        self._heads[0].setChecked(True)
        self.keep_group.idClicked.connect(self._on_keep)
        self._area, self._moves = QScrollArea(), label("", "muted", wrap=True)
        self._why = ""
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(label(tr("Choose which one stays, and whose value each field keeps."), "muted", wrap=True))
        self.body.addWidget(self._area, 1)
        self.body.addWidget(self._moves)
        self.add_buttons(tr("Merge"), self._merge)
        assert self.main_button is not None
        self.main_button.setEnabled(False)
        self._ask()

    def _ask(self) -> None:
        self._session.ask(_read, self._kind, self.keep_id, self._other(), done=self._on_read, failed=self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        """When only the other one can stay, that one is chosen and the reason said."""
        if not (isinstance(error, InvalidInput) and error.field == "keep"):
            self.show_problem(error)
            return
        self._why = tr("{reason} It is the one that stays.").format(reason=error.title) + " "
        place = self._ids.index(self._other())
        self._heads[place].setChecked(True)
        self._on_keep(place)

    def _other(self) -> int:
        return next(i for i in self._ids if i != self.keep_id)

    def _on_keep(self, place: int) -> None:
        self.keep_id = self._ids[place]
        self._ask()

    def _on_read(self, found: dict[str, Any]) -> None:
        if found["keep_id"] != self.keep_id:
            return
        self._names, self._own = found["names"], found["own"]
        for head, row_id in zip(self._heads, self._ids, strict=True):
            head.setText(_fitting(self._names[row_id]).replace("&", "&&"))
            head.setToolTip(tr("This one stays"))
        self._area.setWidget(self._sheet(found["differences"], found["currency"]))
        inside = self._area.widget().sizeHint().height() + 4
        self._area.setFixedHeight(min(_TALL, inside))
        self._show_moves(found["moves"], found["closed"])
        assert self.main_button is not None
        self.main_button.setEnabled(True)
        self.fit()

    def _sheet(self, differences: list[Difference], currency: str) -> QWidget:
        """Fields that differ; the first record is always on the left."""
        for head in self._heads:
            head.setParent(self)
        for group in self.groups.values():
            group.deleteLater()
        self.groups = {}
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(7)
        for column in (1, 2):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, _WIDE + 26)
        grid.addWidget(label(tr("Stays"), "muted"), 0, 0)
        for column, head in enumerate(self._heads):
            grid.addWidget(head, 0, column + 1)
        line = QFrame()
        line.setProperty("role", "rule")
        grid.addWidget(line, 1, 0, 1, 3)
        for number_, each in enumerate(differences, start=2):
            self._add_line(grid, number_, each, currency)
        if not differences:
            grid.addWidget(label(tr("They differ in no field."), "muted"), 2, 0, 1, 3)
        grid.setRowStretch(len(differences) + 3, 1)
        return sheet

    def _add_line(self, grid: QGridLayout, line: int, each: Difference, currency: str) -> None:
        name = each.field.removesuffix("_id")
        own = self._own.get(name)
        caption = own.label if own is not None else tr(FIELDS.get(name, name))
        grid.addWidget(label(caption, "muted"), line, 0)
        group = self.groups[each.field] = QButtonGroup(self)
        sides = ("keep", "other") if self.keep_id == self._ids[0] else ("other", "keep")
        for column, side in enumerate(sides):
            value = each.keep if side == "keep" else each.other
            if own is not None:
                text = custom_values.shown(self._session.workspace, own, value) or value_text(name, None, currency)
            else:
                text = value_text(name, None if value is None else str(value), currency)
            shown = _fitting(" ".join(text[:300].split()))
            box = QRadioButton(shown.replace("&", "&&"))
            box.setToolTip(text[:600].replace("&", "&amp;").replace("<", "&lt;") if shown != text else "")
            box.setAccessibleName(f"{caption}: {text[:200]}")
            box.setChecked(each.taken == side)
            group.addButton(box, 0 if side == "keep" else 1)
            grid.addWidget(box, line, column + 1)

    def _show_moves(self, moves: dict[str, int], closed: bool) -> None:
        parts = [_MOVED[table](count).format(count=number(count)) for table, count in moves.items()]
        name = self._names[self.keep_id]
        text = (
            tr("Moves over to “{name}”: {things}.").format(name=_short(name, 60), things=", ".join(parts))
            if parts
            else tr("Nothing hangs on the other one; it only goes to the bin.")
        )
        if closed:
            text += " " + tr("A closed deal keeps its value; products of an open one do not count as sold.")
        self._moves.setText(self._why + text + " " + tr("Undo brings both back."))

    def _merge(self) -> None:
        choices = {field: ("keep", "other")[group.checkedId()] for field, group in self.groups.items()}
        self._session.ask(
            merging.merge, self._kind, self.keep_id, self._other(), choices, done=self._on_merged,
            failed=self.show_problem,
        )  # fmt: skip

    def _on_merged(self, _changes: object) -> None:
        self.accept()
        self.merged.emit(self.keep_id)


def _read(ws: Workspace, kind: str, keep_id: int, other_id: int) -> dict[str, Any]:
    differences = merging.compare(ws, kind, keep_id, other_id)
    if kind == "lead":
        names = {status.code: status.name for status in leads.statuses(ws)}
        differences = [
            Difference(d.field, names.get(d.keep, d.keep), names.get(d.other, d.other), d.taken)
            if d.field == "status" else d
            for d in differences
        ]  # fmt: skip
    cards = board.fetch(ws, [keep_id]) if kind == "opportunity" else {}
    return {
        "own": {each.path: each for each in custom_fields.fields(ws)},
        "closed": any(card.kind is not StageKind.OPEN for card in cards.values()),
        "keep_id": keep_id, "differences": differences, "currency": ws.currency,
        "names": merge_moves.names(ws, kind, (keep_id, other_id)), "moves": merge_moves.what_moves(ws, kind, keep_id, other_id),
    }  # fmt: skip


_ROWS: dict[str, tuple[Any, str]] = {
    "lead": (leads.fetch, "company"), "contact": (contacts.fetch, "company"), "company": (companies.fetch, "location"),
    "opportunity": (board.fetch, "company"),
}  # fmt: skip


def _pairs(ws: Workspace, kind: str) -> list[tuple[Candidate, str, str]]:
    """Pairs, each with what its two are called and where they belong."""
    found = merge_candidates.candidates(ws, kind)
    fetch, where = _ROWS[kind]
    rows = fetch(ws, sorted({row_id for each in found for row_id in (each.first_id, each.second_id)}))

    def text(row_id: int, name: str) -> str:
        return " · ".join(part for part in (name, getattr(rows.get(row_id), where, "")) if part)

    return [(each, text(each.first_id, each.first), text(each.second_id, each.second)) for each in found]


class DuplicatesDialog(QDialog):
    """Pairs that look alike, each to be merged or told apart."""

    def __init__(self, parent: QWidget | None, session: Session, kind: str) -> None:
        super().__init__(parent)
        self._session, self._kind = session, kind
        self.merging: MergeDialog | None = None
        self.setWindowTitle(tr("Duplicates"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 460)
        self.model = TextTableModel([tr("One"), tr("The other"), tr("Why")], frozenset(), self)
        self.view = text_table(self.model, tr("Pairs that look alike"))
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.activated.connect(lambda _: self.merge())
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._show_state())
        self._said = label(tr("Looking…"), "muted", wrap=True)
        self.merge_button = button(tr("Merge…"), self.merge, "primary")
        self.apart_button = button(tr("They are different"), self.tell_apart)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.apart_button)
        row.addStretch(1)
        row.addWidget(button(tr("Close"), self.accept))
        row.addWidget(self.merge_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(tr("Duplicates"), "title"))
        column.addWidget(self._said)
        column.addWidget(self.view, 1)
        column.addStretch(0)
        column.addLayout(row)
        session.changed.connect(self._on_changed)
        self._show_state()
        self._ask()

    def _ask(self) -> None:
        self._session.ask(_pairs, self._kind, background=True, done=self._on_found)

    def _on_changed(self, changes: Any) -> None:
        if changes.bulk or changes.tables & {self._kind, "not_duplicate"}:
            self._ask()

    def _on_found(self, found: list[tuple[Candidate, str, str]]) -> None:
        row = self.view.currentIndex().row()
        self.model.show_rows([(each, [one, other, tr(_REASONS[each.reason])]) for each, one, other in found])
        if found:
            self.view.selectRow(min(max(0, row), len(found) - 1))
            text = ntr("{count} pair looks alike.", "{count} pairs look alike.", len(found))
            self._said.setText(text.format(count=number(len(found))))
        else:
            self._said.setText(tr("No two look alike."))
        self.view.setVisible(bool(found))
        self._show_state()

    def _chosen(self) -> Candidate | None:
        index = self.view.currentIndex()
        found: Candidate | None = self.model.key(index.row()) if index.isValid() else None
        return found

    def _show_state(self) -> None:
        for made in (self.merge_button, self.apart_button):
            made.setEnabled(self._chosen() is not None)

    def merge(self) -> None:
        """Opens the merge of the chosen pair."""
        pair = self._chosen()
        if pair is not None:
            self.merging = MergeDialog(self, self._session, self._kind, pair.first_id, pair.second_id)
            self.merging.open()

    def tell_apart(self) -> None:
        """Remembers that the chosen pair is two."""
        pair = self._chosen()
        if pair is not None:
            self._session.ask(merge_candidates.say_different, self._kind, pair.first_id, pair.second_id)


def _fitting(text: str) -> str:
    """A value as it fits beside another."""
    return metrics(BODY).elidedText(text, Qt.TextElideMode.ElideRight, _WIDE)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
