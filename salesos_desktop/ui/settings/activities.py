"""The kinds of activities: names, pictures, usual lengths, order."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLineEdit

from ...domain.opportunities import NAME_LIMIT
from ...i18n import N_, number, tr
from ...services import activity_kinds as service
from ...services.activity_kinds import KindSettings
from ..activities import words
from ..activities.kind_row import ICONS, kind_icon
from ..activities.when_edit import length_box, show_length
from ..boxes import ComboBox
from ..dialogs.deal import choose
from ..icons import icon
from ..parts import on_theme
from ..session import Session
from .records import RecordsSection

_ICON_NAMES = (
    N_("Telephone"), N_("People"), N_("Envelope"), N_("Tick"), N_("Camera"), N_("Speech bubble"), N_("Calendar"),
    N_("Star"), N_("Cup"), N_("Truck"), N_("Sheet"), N_("Chain"), N_("Globe"), N_("Building"), N_("Two people"),
    N_("Person"), N_("Magnifying glass"), N_("Bell"),
)  # fmt: skip


class ActivitiesSection(RecordsSection):
    """What is used is switched off, not deleted."""

    tables = frozenset({"activity_kind", "activity", "activity_plan_step"})
    figures = frozenset({1, 2})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Activities"),
            tr("The kinds of activities that people plan. What is in use is switched off, not deleted."),
            [tr("Name"), tr("Length"), tr("In use"), tr("State")], tr("There is no kind. Add the first one."),
        )  # fmt: skip
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.icon = ComboBox()
        on_theme(self.icon, self._show_icons)
        self.length = length_box(30)
        self.add_field("name", tr("Name"), self.name)
        self.add_field("icon", tr("Picture"), self.icon)
        self.add_field("minutes", tr("Usual length"), self.length)
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_order_tools()
        self.add_tool("switch", tr("Switch off"), self._switch)
        self.add_tool("delete", tr("Delete"), self._delete, "Del")
        self.tools.addStretch(1)

    def _show_icons(self) -> None:
        chosen = self.icon.currentData()
        self.icon.clear()
        for name, said in zip(ICONS, _ICON_NAMES, strict=True):
            self.icon.addItem(icon(name), tr(said), name)
        choose(self.icon, chosen, "")

    def reload(self, chosen: int | None) -> None:
        """Reads the kinds."""
        self._session.ask(service.listing, done=lambda found: self.show_things(found, chosen))

    def cells(self, thing: KindSettings) -> list[str]:
        """Name, length, uses, state."""
        state = "" if thing.kind.active else tr("switched off")
        return [thing.name, words.length(thing.kind.minutes), number(thing.uses), state]

    def picture(self, thing: KindSettings) -> QIcon:
        """That of the kind."""
        return icon(kind_icon(thing.kind.icon))

    def new_title(self) -> str:
        """A new one."""
        return tr("New kind of activity")

    def fill(self, thing: KindSettings | None) -> None:
        """What is said of it."""
        self.name.setText(thing.name if thing else "")
        choose(self.icon, kind_icon(thing.kind.icon) if thing else ICONS[3], "")
        show_length(self.length, thing.kind.minutes if thing else 30)

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        return {"name": self.name.text(), "icon": self.icon.currentData(), "minutes": self.length.currentData()}

    def writing(self, thing: KindSettings | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Adds or edits."""
        return (service.add, values) if thing is None else (service.edit, thing.id, values)

    def update_tools(self, thing: KindSettings | None) -> None:
        """The last one stays on; what is used stays."""
        offered = sum(each.kind.active for each in self.things)
        self.buttons["switch"].setEnabled(thing is not None and not (thing.kind.active and offered == 1))
        self.buttons["switch"].setText(tr("Switch off") if thing is None or thing.kind.active else tr("Switch on"))
        self.buttons["delete"].setEnabled(thing is not None and thing.deletable)

    def place(self, ids: list[int]) -> None:
        """Writes another order."""
        self.do(service.place, ids)

    def _switch(self) -> None:
        if self.current is not None:
            self.do(service.set_active, self.current.id, not self.current.kind.active)

    def _delete(self) -> None:
        if self.current is not None:
            self.do(service.delete, self.current.id)
