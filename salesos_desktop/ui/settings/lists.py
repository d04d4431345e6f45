"""The lists: sources, reasons of loss and of discarding, statuses of leads, tags."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTabBar

from ...domain.leads import StatusKind
from ...domain.opportunities import NAME_LIMIT
from ...i18n import N_, number, tr
from ...services import lists, pipelines
from ...services.lists import Entry
from ...services.pipelines import Pipeline
from ...services.workspace import Workspace
from ..dialogs.deal import choose, combo
from ..session import Session
from .records import RecordsSection

TITLES = {
    "source": N_("Sources"), "loss_reason": N_("Loss reasons"), "discard_reason": N_("Discard reasons"),
    "lead_status": N_("Lead statuses"), "tag": N_("Tags"),
}  # fmt: skip
KINDS = {
    StatusKind.OPEN: N_("In progress"), StatusKind.QUALIFIED: N_("Qualified"), StatusKind.DISCARDED: N_("Discarded"),
    StatusKind.CONVERTED: N_("Converted"),
}  # fmt: skip


class ListsSection(RecordsSection):
    """One list at a time, chosen by a tab."""

    tables = frozenset(lists.LISTS) | {"pipeline"}
    figures = frozenset({1})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Lists"), tr("What people choose from. What is in use is switched off, not deleted."),
            [tr("Name"), tr("In use"), tr("State")], tr("This list is empty. Add the first entry."),
        )  # fmt: skip
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(tr("Lists"))
        for table, title in TITLES.items():
            self.tabs.setTabData(self.tabs.addTab(tr(title)), table)
        self.column.insertWidget(2, self.tabs)
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_LIMIT)
        self.help = QPlainTextEdit()
        self.help.setTabChangesFocus(True)
        self.help.setFixedHeight(86)
        self.kind = combo([(tr(text), kind.value) for kind, text in KINDS.items()], StatusKind.OPEN.value)
        self.pipeline = combo([], None)
        self.add_field("name", tr("Name"), self.name)
        self.add_field("kind", tr("What it means"), self.kind)
        self.add_field("help", tr("Help text"), self.help)
        self.add_field("pipeline_id", tr("Pipeline"), self.pipeline)
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_order_tools()
        self.add_tool("switch", tr("Switch off"), self._switch)
        self.add_tool("delete", tr("Delete"), self._delete, "Del")
        self.tools.addStretch(1)
        self._pipelines: list[Pipeline] = []
        self._tab = self.tabs.currentIndex()
        self.tabs.currentChanged.connect(self._on_tab)

    @property
    def shown(self) -> str:
        """The table that is shown."""
        return str(self.tabs.tabData(self.tabs.currentIndex()))

    def show_list(self, table: str) -> None:
        """Shows one of the lists."""
        self.tabs.setCurrentIndex(list(TITLES).index(table))

    def _on_tab(self, index: int) -> None:
        if index != self._tab and self.stays():
            self.tabs.setCurrentIndex(self._tab)
            return
        if index == self._tab:
            return
        self._tab = index
        self.adding, self.current = False, None
        self.reload(None)

    def reload(self, chosen: int | None) -> None:
        """Reads the list and the pipelines."""
        table = self.shown
        self._session.ask(_read, table, done=lambda found: table == self.shown and self._on_read(found, chosen))

    def _on_read(self, found: tuple[list[Entry], list[Pipeline]], chosen: int | None) -> None:
        entries, self._pipelines = found
        self.pipeline.clear()
        self.pipeline.addItem(tr("All pipelines"), None)
        for pipeline in self._pipelines:
            self.pipeline.addItem(pipeline.name, pipeline.id)
        if self.current is not None and self.shown == "loss_reason":
            choose(self.pipeline, self.current.pipeline_id, "")
        self.show_things(entries, chosen)

    def cells(self, thing: Entry) -> list[str]:
        """Name, uses, state."""
        state = "" if thing.active else tr("switched off")
        if self.shown == "lead_status":
            state = " · ".join(part for part in (tr(KINDS[StatusKind(thing.kind)]), state) if part)
        elif self.shown == "tag":
            state = "" if thing.id > 0 else tr("not on the list")
        elif thing.pipeline_id is not None:
            own = next((p.name for p in self._pipelines if p.id == thing.pipeline_id), "")
            state = " · ".join(part for part in (own, state) if part)
        return [thing.name, number(thing.uses), state]

    def fill(self, thing: Entry | None) -> None:
        """Only what this list has is shown."""
        self.fields["kind"].setVisible(self.shown == "lead_status")
        self.fields["help"].setVisible(self.shown == "lead_status")
        self.fields["pipeline_id"].setVisible(self.shown == "loss_reason" and len(self._pipelines) > 1)
        self.kind.setEnabled(thing is None)
        self.name.setText(thing.name if thing else "")
        self.help.setPlainText(thing.help if thing else "")
        choose(self.kind, thing.kind if thing else StatusKind.OPEN.value, "")
        choose(self.pipeline, thing.pipeline_id if thing else None, "")

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        values: dict[str, Any] = {"name": self.name.text()}
        if self.shown == "lead_status":
            values["help"] = self.help.toPlainText().strip()
            if self.current is None:
                values["kind"] = self.kind.currentData()
        if self.shown == "loss_reason":
            values["pipeline_id"] = self.pipeline.currentData()
        return values

    def writing(self, thing: Entry | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Adds or edits; a tag that is not on the list is known by its name."""
        if thing is None:
            return lists.add, self.shown, values
        return lists.edit, self.shown, max(0, thing.id), values | ({"was": thing.name} if self.shown == "tag" else {})

    def update_tools(self, thing: Entry | None) -> None:
        """Order only where the list has one; what is in use is switched off, not deleted."""
        ordered, listed = self.shown in lists.ORDERED, thing is not None and thing.id > 0
        for name in ("up", "down"):
            self.buttons[name].setVisible(ordered)
        self.buttons["switch"].setVisible(self.shown != "tag")
        self.buttons["switch"].setEnabled(thing is not None and listed and not (thing.active and thing.fixed))
        self.buttons["switch"].setText(tr("Switch off") if thing is None or thing.active else tr("Switch on"))
        self.buttons["delete"].setEnabled(thing is not None and listed and not thing.fixed and not thing.uses)

    def place(self, ids: list[int]) -> None:
        """Writes another order."""
        self.do(lists.place, self.shown, ids)

    def _switch(self) -> None:
        if self.current is not None:
            self.do(lists.set_active, self.shown, self.current.id, not self.current.active)

    def _delete(self) -> None:
        if self.current is not None:
            self.do(lists.delete, self.shown, self.current.id)


def _read(ws: Workspace, table: str) -> tuple[list[Entry], list[Pipeline]]:
    # A tag that is only in use has no number of its own: it gets one for the table.
    found = [replace(e, id=e.id or -n) for n, e in enumerate(lists.entries(ws, table), start=1)]
    return found, pipelines.listing(ws)
