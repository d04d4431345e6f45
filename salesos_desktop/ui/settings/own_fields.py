"""Fields of one's own: what they hold, where they stand, when they are shown and when they must be filled in."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit

from ...domain.custom_fields import BOTH, CustomField, FieldForm
from ...domain.custom_fields import Section as FieldSection
from ...domain.opportunities import NAME_LIMIT
from ...errors import UserError
from ...i18n import N_, tr
from ...services import custom_fields, custom_values
from ...services.workspace import Workspace
from ..boxes import ComboBox
from ..conditions.editor import ConditionEditor
from ..conditions.fields import choices
from ..conditions.options import options_for
from ..dialogs.deal import choose, combo
from ..session import Session
from .records import RecordsSection

FORMS = {
    FieldForm.TEXT: N_("Text"), FieldForm.LONG_TEXT: N_("Long text"), FieldForm.NUMBER: N_("Number"),
    FieldForm.CURRENCY: N_("Amount"), FieldForm.DATE: N_("Date"), FieldForm.CHOICE: N_("One of a list"),
    FieldForm.CHOICES: N_("Several of a list"), FieldForm.CHECKBOX: N_("Check box"), FieldForm.EMAIL: N_("Email"),
    FieldForm.PHONE: N_("Phone"), FieldForm.URL: N_("Web address"),
}  # fmt: skip
SUBJECTS = {"lead": N_("Leads"), "opportunity": N_("Opportunities"), BOTH: N_("Leads and opportunities")}
_LISTED = (FieldForm.CHOICE, FieldForm.CHOICES)


class OwnFieldsSection(RecordsSection):
    """Definitions; a field appears at once on old and new records."""

    tables = frozenset({"custom_field", "field_section"})
    form_width = 460

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Fields of your own"), tr("They appear at once on every lead and opportunity, old and new."),
            [tr("Name"), tr("Kind"), tr("Where"), tr("State")],
            tr("There are no fields of your own yet. Add the first one."),
        )  # fmt: skip
        self._known: list[CustomField] = []
        self._sections: list[FieldSection] = []
        self.label, self.help, self.default = (QLineEdit() for _ in range(3))
        self.label.setMaxLength(NAME_LIMIT)
        self.subject = combo([(tr(text), name) for name, text in SUBJECTS.items()], "opportunity")
        self.kind = combo([(tr(text), form.value) for form, text in FORMS.items()], FieldForm.TEXT.value)
        self.options = QPlainTextEdit()
        self.options.setTabChangesFocus(True)
        self.options.setFixedHeight(84)
        self.options.setPlaceholderText(tr("One option a line; paste a whole list"))
        self.section = ComboBox()
        self.section.setEditable(True)
        self.section.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.columns = combo([(tr("One column"), 1), (tr("Two columns"), 2)], 2)
        self.required = QCheckBox(tr("Must be filled in"))
        self.on_card = QCheckBox(tr("Show it on the cards of the board"))
        currency = session.workspace.currency
        self.shown_if, self.required_if = ConditionEditor(currency), ConditionEditor(currency)
        for name, caption, editor in (
            ("label", tr("Name"), self.label), ("form", tr("Kind"), self.kind), ("subject", tr("Where"), self.subject),
            ("options", tr("Options"), self.options), ("required", tr("Compulsory"), self.required),
            ("default", tr("Default"), self.default), ("help", tr("Help text"), self.help),
            ("on_card", tr("Board"), self.on_card),
            ("section", tr("Section"), self.section), ("columns", tr("Columns of the section"), self.columns),
            ("shown_if", tr("Shown only when"), self.shown_if),
            ("required_if", tr("Also compulsory when"), self.required_if),
        ):  # fmt: skip
            self.add_field(name, caption, editor)
        self.kind.activated.connect(lambda _: self._show_parts())
        self.subject.activated.connect(lambda _: self._on_subject())
        self.section.currentTextChanged.connect(lambda _: self._show_parts())
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_order_tools()
        self.add_tool("switch", tr("Switch off"), self._switch)
        self.add_tool("delete", tr("Delete"), self._delete, "Del")
        self.tools.addStretch(1)

    def reload(self, chosen: int | None) -> None:
        """Reads the definitions and what conditions can name."""
        self._session.ask(_read, done=lambda found: self._on_read(found, chosen))

    def _on_read(self, found: dict[str, Any], chosen: int | None) -> None:
        self._known, self._sections, self._options = found["fields"], found["sections"], found["options"]
        text = self.section.currentText()
        self.section.clear()
        self.section.addItems(["", *dict.fromkeys(section.name for section in self._sections)])
        self.section.setEditText(text)
        self._offer()
        self.show_things(self._known, chosen)

    def _on_subject(self) -> None:
        self._offer()
        self._show_parts()

    def _offer(self) -> None:
        """Conditions look at the plain fields of the records and at the other own ones."""
        subject = self.subject.currentData()
        table = "opportunity" if subject == "opportunity" else "lead"
        others = [each for each in self._known if self.current is None or each.id != self.current.id]
        fields = choices(table, others, self._options, related=False)
        if subject == BOTH:
            both = {each.path for each in choices("opportunity", others, self._options, related=False)}
            fields = [each for each in fields if each.path in both]
        for editor in (self.shown_if, self.required_if):
            editor.set_fields(fields)

    def cells(self, thing: CustomField) -> list[str]:
        """A row."""
        state = [tr("compulsory")] if thing.required else []
        state += [] if thing.active else [tr("switched off")]
        return [thing.label, tr(FORMS[thing.form]), tr(SUBJECTS[thing.subject]), " · ".join(state)]

    def title_of(self, thing: CustomField) -> str:
        """Its name."""
        return thing.label

    def new_title(self) -> str:
        """A new one."""
        return tr("New field")

    def fill(self, thing: CustomField | None) -> None:
        """Shows a definition."""
        shown = thing or CustomField(0, "opportunity", "", "", FieldForm.TEXT)
        self.label.setText(shown.label)
        self.help.setText(shown.help)
        choose(self.kind, shown.form.value, "")
        choose(self.subject, shown.subject, "")
        self.options.setPlainText("\n".join(shown.options))
        self.required.setChecked(shown.required)
        self.on_card.setChecked(shown.on_card)
        self.default.setText(custom_values.shown(self._session.workspace, shown, shown.default))
        section = next((each for each in self._sections if each.id == shown.section_id), None)
        self.section.setEditText(section.name if section else "")
        choose(self.columns, section.columns if section else 2, "")
        self._offer()
        self.shown_if.show_condition(shown.shown_if)
        self.required_if.show_condition(shown.required_if)
        self._show_parts()

    def _show_parts(self) -> None:
        form = FieldForm(self.kind.currentData())
        self.fields["options"].setVisible(form in _LISTED)
        self.fields["on_card"].setVisible(self.subject.currentData() != "lead")
        self.fields["columns"].setVisible(bool(self.section.currentText().strip()))

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        conditions = {}
        for name, editor in (("shown_if", self.shown_if), ("required_if", self.required_if)):
            try:
                conditions[name] = editor.condition()
            except UserError as error:
                self.fields[name].show_error(f"{error.title} {error.message}")
                raise
        return {
            "label": self.label.text(), "subject": self.subject.currentData(), "form": self.kind.currentData(),
            "options": self.options.toPlainText().splitlines(), "required": self.required.isChecked(),
            "on_card": self.on_card.isChecked(),
            "default": self.default.text(), "help": self.help.text(),
            "section": (self.section.currentText(), self.columns.currentData()), **conditions,
        }  # fmt: skip

    def writing(self, thing: CustomField | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Makes or changes."""
        return _save, None if thing is None else thing.id, values

    def update_tools(self, thing: CustomField | None) -> None:
        """One that is there can be switched off, moved and deleted."""
        for name in ("switch", "delete"):
            self.buttons[name].setEnabled(thing is not None)
        self.buttons["switch"].setText(tr("Switch off") if thing is None or thing.active else tr("Switch on"))

    def place(self, ids: list[int]) -> None:
        """Another order."""
        self.do(custom_fields.reorder, ids)

    def _switch(self) -> None:
        if self.current is not None:
            self.do(_save, self.current.id, {"active": not self.current.active})

    def _delete(self) -> None:
        if self.current is not None:
            self.do(custom_fields.delete, self.current.id)


def _read(ws: Workspace) -> dict[str, Any]:
    return {"fields": custom_fields.fields(ws), "sections": custom_fields.sections(ws), "options": options_for(ws)}


def _save(ws: Workspace, field_id: int | None, values: dict[str, Any]) -> int:
    return custom_fields.save(ws, values, field_id=field_id)
