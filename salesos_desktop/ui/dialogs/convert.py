"""Convert into an opportunity: what the deal is called, worth and when it closes, for one lead or for many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QTableWidget, QTableWidgetItem, QWidget

from ...domain.custom_fields import BOTH, stored
from ...domain.leads import LeadRow
from ...domain.opportunities import NAME_LIMIT, Priority
from ...errors import AlreadyConverted, InvalidInput
from ...i18n import amount_for_edit, ntr, parse_amount, tr
from ...services import conversion as service
from ...services import custom_fields, leads, products
from ...services.conversion import Proposal
from ...services.workspace import Workspace
from ..dates import OptionalDateEdit
from ..lines import LinesEditor
from ..own_fields import OwnFieldsForm, amount_or_none
from ..parts import Field, label
from ..session import Session
from .base import FormDialog
from .deal import NamedEdit, combo

_DAYS = 30


class ConvertDialog(FormDialog):
    """One lead. The fields that the first stage of the chosen pipeline asks for carry a star.

    Signals:
        converted(deal_id): the opportunity is on the board.
        open_requested(deal_id): show the opportunity that the lead has become before.
    """

    converted = Signal(object)
    open_requested = Signal(object)

    def __init__(self, parent: QWidget | None, session: Session, lead_id: int, found: Mapping[str, Any]) -> None:
        lead, proposal = found["lead"].row, found["proposal"]
        super().__init__(parent, tr("Convert into opportunity"), lead["name"], width=640)
        self._session, self._lead_id, self._proposal = session, lead_id, proposal
        currency = session.workspace.currency
        self._name, self._value = QLineEdit(proposal.name), QLineEdit(amount_for_edit(proposal.value, currency))
        self._name.setMaxLength(NAME_LIMIT)
        self._close = OptionalDateEdit()
        self._close.set_day(session.today + timedelta(days=_DAYS))
        self._pipeline = combo([(f"{e.pipeline} · {e.stage}", e.pipeline_id) for e in proposal.entrances], None)
        self._company, self._contact = NamedEdit(session, "company"), NamedEdit(session, "contact")
        self._company.setText(proposal.company[1] if proposal.company else lead["company"])
        self._contact.setText(proposal.contact[1] if proposal.contact else lead["name"])
        for line in (self._company, self._contact):
            line.setCursorPosition(0)
        self._note = QPlainTextEdit(lead["note"])
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(56)
        self.lines = LinesEditor()
        self.lines.set_catalogue([p for p in found["products"] if p.active], currency)
        self.lines.edited.connect(self._on_lines_edited)
        self.follows = QCheckBox(tr("The value of the deal follows its lines"))
        self.follows.toggled.connect(lambda on: self._value.setEnabled(not on))
        self.follows.hide()
        self._own = OwnFieldsForm(session)
        self._own.set_fields(found["fields"], found["sections"])
        shared = {each.key for each in found["fields"] if each.subject == BOTH}
        self._own.start({"custom": "{}"}, {key: stored(lead).get(key) for key in shared})
        self.fields.update(self._own.fields)
        self._captions = {
            "value": tr("Value ({currency})").format(currency=currency), "company": tr("Company"),
            "contact": tr("Contact"), "note": tr("Note"), "expected_close": tr("Expected close"), "name": tr("Name"),
            "product": tr("Products"),
        }  # fmt: skip
        self._place()
        row = {name: lead[name] for name in ("owner_id", "source_id", "tags")} | {"currency": currency}
        editors = (self._name, self._value, self._close, self._note)
        self._own.follow_editors("opportunity", editors, lambda: {**row, **self._typed()})
        self._pipeline.activated.connect(lambda _: self._mark_required())
        self._mark_required()
        self.add_buttons(tr("Convert"), self._convert)
        self._name.setFocus()
        self._name.selectAll()

    def _place(self) -> None:
        add, texts = self.add_field, self._captions
        self.body.addWidget(add("name", texts["name"], self._name))
        self.add_row(
            add("value", texts["value"], self._value), add("expected_close", texts["expected_close"], self._close)
        )
        pipeline = add("pipeline", tr("Pipeline and first stage"), self._pipeline)
        pipeline.setVisible(len(self._proposal.entrances) > 1)
        self.body.addWidget(pipeline)
        company, contact = (
            add("company", texts["company"], self._company),
            add("contact", texts["contact"], self._contact),
        )
        self.add_row(company, contact)
        known = [tr("{name} is known already: the deal is added to it.").format(name=each[1])
                 for each in (self._proposal.company, self._proposal.contact) if each]  # fmt: skip
        if known:
            self.body.addWidget(label(" ".join(known), "small", wrap=True))
        self.body.addWidget(add("product", texts["product"], self.lines))
        self.body.addWidget(self.follows)
        self.body.addWidget(add("note", texts["note"], self._note))
        self.body.addWidget(self._own.in_dialog())

    def _typed(self) -> dict[str, Any]:
        """Columns as they are typed, for the conditions of own fields."""
        return {
            "name": self._name.text(), "note": self._note.toPlainText(), "expected_close": self._close.day(),
            "value": amount_or_none(self._value.text(), self._session.workspace.currency), "day": self._close.day(),
            "priority": Priority.MEDIUM.value,
        }  # fmt: skip

    def _mark_required(self) -> None:
        chosen = self._pipeline.currentData()
        entrance = next((e for e in self._proposal.entrances if e.pipeline_id == chosen), None)
        asked = {"name", "value", "expected_close", *(entrance.required if entrance else ())}
        for name, caption in self._captions.items():
            self.fields[name].set_caption(caption + (" *" if name in asked else ""))

    def _on_lines_edited(self) -> None:
        """The first line offers that the value follows, which a click takes back."""
        any_line = any(not row.blank for row in self.lines.rows)
        if any_line == self.follows.isHidden():
            self.follows.setVisible(any_line)
            self.follows.setChecked(any_line)
            self.fit()

    def _convert(self) -> None:
        lines = self.lines.lines()
        unknown = next((line for line in lines if line.product_id is None), None)
        if unknown is not None:
            raise InvalidInput(
                "product", tr("There is no product “{name}”.").format(name=unknown.description),
                tr("Choose one of the catalogue."),
            )  # fmt: skip
        values = {
            "name": self._name.text(), "expected_close": self._close.day(), "company": self._company.text(),
            "value": None if self.follows.isChecked() else self._amount(), "contact": self._contact.text(),
            "note": self._note.toPlainText(), "custom": self._own.values(),
        }  # fmt: skip
        self._session.ask(
            service.convert, self._lead_id, values, pipeline_id=self._pipeline.currentData(),
            lines=[(line.product_id, line.quantity, line.unit_price, line.discount) for line in lines],
            done=self._on_converted, failed=self.show_problem, draft=("convert", self._name.text()),
        )  # fmt: skip

    def _amount(self) -> int | None:
        return parse_amount(self._value.text(), self._session.workspace.currency)

    def show_problem(self, error: Exception) -> None:
        """One that was converted meanwhile leads to its opportunity."""
        if isinstance(error, AlreadyConverted):
            self.open_requested.emit(error.deal_id)
            self.reject()
            self._session.problem.emit(error)
            return
        if isinstance(error, InvalidInput) and error.field.startswith("lines."):
            self.lines.show_problem(error)
            error = InvalidInput("product", error.title, error.message)
        super().show_problem(error)

    def _on_converted(self, deal_id: int | None) -> None:
        if deal_id is not None:
            self.converted.emit(deal_id)
        self.accept()


class ConvertManyDialog(FormDialog):
    """Several leads: the same date and, where a lead has none of its own, the same value; then who could not be converted.

    Signals:
        open_lead_requested(lead_id): show one that lacks something.
    """

    open_lead_requested = Signal(object)

    def __init__(self, parent: QWidget | None, session: Session, rows: Sequence[LeadRow], proposal: Proposal) -> None:
        title = ntr("Convert {count} lead", "Convert {count} leads", len(rows)).format(count=len(rows))
        super().__init__(parent, title, tr("Each becomes an opportunity named after its company."), width=560)
        self._session, self._rows = session, rows
        self._value = QLineEdit()
        self._close = OptionalDateEdit()
        self._close.set_day(session.today + timedelta(days=_DAYS))
        self._pipeline = combo([(f"{e.pipeline} · {e.stage}", e.pipeline_id) for e in proposal.entrances], None)
        value = tr("Value of those without one ({currency})").format(currency=session.workspace.currency)
        self.add_row(
            self.add_field("value", value, self._value),
            self.add_field("expected_close", tr("Expected close"), self._close),
        )
        pipeline: Field = self.add_field("pipeline", tr("Pipeline and first stage"), self._pipeline)
        pipeline.setVisible(len(proposal.entrances) > 1)
        self.body.addWidget(pipeline)
        self.said = label("", "muted", wrap=True)
        self.said.hide()
        self.table = QTableWidget(0, 2)
        self.table.setHorizontalHeaderLabels([tr("Lead"), tr("What is missing")])
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setProperty("kind", "framed")
        self.table.itemActivated.connect(lambda item: self._open(item.row()))
        self.table.hide()
        self.body.addWidget(self.said)
        self.body.addWidget(self.table)
        self._refused: list[tuple[int, str, str]] = []
        self.add_buttons(tr("Convert"), self._convert)

    def _convert(self) -> None:
        value = parse_amount(self._value.text(), self._session.workspace.currency)
        self._session.ask(
            service.convert_alike, [row.id for row in self._rows], value, self._close.day(),
            pipeline_id=self._pipeline.currentData(), done=self._on_answered, failed=self.show_problem, draft="",
        )  # fmt: skip

    def _on_answered(self, answer: tuple[dict[int, int], list[tuple[int, str, str]]] | None) -> None:
        made, self._refused = answer or ({}, [])
        if not self._refused:
            self.accept()
            return
        done = ntr("{count} lead was converted.", "{count} leads were converted.", len(made)).format(count=len(made))
        self.said.setText(done + " " + tr("These could not be; nothing of them was changed:"))
        self.said.show()
        self.table.setRowCount(len(self._refused))
        for row, (_, name, reason) in enumerate(self._refused):
            for column, text in enumerate((name, reason)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.table.show()
        for field in self.fields.values():
            field.setEnabled(False)
        self.table.resizeColumnToContents(0)
        assert self.main_button is not None
        self._confirm = self.accept
        self.main_button.setText(tr("Close"))
        self.main_button.setEnabled(True)
        self.cancel_button.hide()
        self.fit()

    def _open(self, row: int) -> None:
        self.open_lead_requested.emit(self._refused[row][0])
        self.accept()


def read(ws: Workspace, lead_id: int) -> dict[str, Any]:
    """What the dialog for one lead starts with. Raises NotFound, AlreadyConverted."""
    return {
        "lead": leads.get(ws, lead_id), "proposal": service.proposal(ws, lead_id),
        "products": products.listing(ws, active_only=True), "fields": custom_fields.fields(ws, "opportunity"),
        "sections": custom_fields.sections(ws),
    }  # fmt: skip


def read_many(ws: Workspace, ids: Sequence[int]) -> tuple[list[LeadRow], Proposal]:
    """What the dialog for several starts with: those that are not opportunities already."""
    found = leads.fetch(ws, ids)
    rows = [found[i] for i in ids if i in found and found[i].opportunity_id is None]
    if not rows:
        return [], Proposal("", None, None, None, ())
    return rows, service.proposal(ws, rows[0].id)
