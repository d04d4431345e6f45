"""The board's filter: owner, closing dates, value, any other field, order; kept for the next time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget, QWidgetAction

from ...domain.changes import ChangeSet
from ...domain.filters import DealFilter, Sort
from ...domain.periods import month_range, quarter_range, year_range
from ...domain.slots import By
from ...i18n import N_, short_date, tr
from ...services import board as service
from ...services.board import Named
from ..choices import add_group
from ..conditions.aspects import AspectPill, together
from ..conditions.pill import ConditionPill
from ..conditions.value_pill import ValuePill
from ..dates import date_edit
from ..deal_lists import KeptDealLists
from ..parts import Field, Pill, button
from ..session import Session
from ..views.board_state import BoardState
from ..views.pill import ViewsPill
from .bar_toggle import toggle
from .card_options import CardOptions
from .card_pill import CardPill
from .layout_pill import LayoutPill

if TYPE_CHECKING:
    from ...domain.conditions import Test
    from ...domain.custom_fields import CustomField

_MANY_PEOPLE = 40
_ASPECTS = ("team", "source", "product", "tag", "priority")
_GONE = {"conditions": N_("More filters"), "aspects": N_("Filter")}

_PERIODS = {
    "all": N_("Close: any date"),
    "month": N_("Close: this month"),
    "quarter": N_("Close: this quarter"),
    "year": N_("Close: this year"),
    "overdue": N_("Close: before today"),
}
_SORTS = {
    Sort.MANUAL: N_("Order: by hand"),
    Sort.VALUE: N_("Order: value"),
    Sort.CLOSE: N_("Order: close date"),
    Sort.STALE: N_("Order: longest without a touch"),
    Sort.ACTIVITY: N_("Order: next activity"),
}


class FilterBar(QWidget):
    """Pills that narrow and order the board. What its columns and cards are is chosen in pills of this bar, too, which stand
    beside the board's figures, where there is room: ``looks``.

    Signals:
        changed(where, sort): the person chose; also once when the kept choice is taken up.
        cleared(): every deal is shown again.
        people_read(people): who works here is (otherwise) known.
    """

    changed = Signal(object, object)
    cleared = Signal()
    people_read = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        kept = session.preferences.board
        self._owner: int | None = (
            kept.get("owner_id") if kept.get("workspace") == session.workspace.store.name else None
        )
        self._owner_name = str(kept.get("owner_name", ""))
        self._period = kept["period"] if kept.get("period") in _PERIODS else "all"
        self._range: tuple[date | None, date | None] = (None, None)
        self.value = ValuePill(session)
        self.value.changed.connect(self._tell)
        self._sort = Sort(kept["sort"]) if kept.get("sort") in set(Sort) - {Sort.CLOSED} else Sort.MANUAL
        self._text = ""
        self._people: list[Named] = []
        mine = kept.get("workspace") == session.workspace.store.name
        self.pipeline_id: int | None = kept.get("pipeline_id") if mine else None
        self._pipelines: tuple[Named, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._own: list[CustomField] | None = None
        # A card knows its own columns: what another record says is asked of the table, not of the board.
        self.more = ConditionPill(session, "opportunity", self._lasts, related=False)
        self.more.take(kept.get("conditions") if mine else None)
        self.more.changed.connect(self._tell)
        self.lists = KeptDealLists(session, self, at_once=False)
        self.aspects = AspectPill(self.lists, _ASPECTS, ("stale", "idle"))
        self.aspects.take(kept.get("aspects") if mine else None)
        self.aspects.changed.connect(self._tell)
        self.views = ViewsPill(session, "board", self.state, self.take, at_once=False)
        row.addWidget(self.views)
        self._pills = {name: Pill() for name in ("pipeline", "owner", "close", "sort")}
        for name, pill in self._pills.items():
            if name == "sort":
                for each in (self.value, self.aspects, self.more):
                    row.addWidget(each)
            menu = QMenu(pill)
            menu.aboutToShow.connect(lambda menu=menu, name=name: self._fill(name, menu))
            pill.setMenu(menu)
            row.addWidget(pill)
        self._pills["pipeline"].hide()
        self.layout_pill = LayoutPill(kept.get("layout"))
        self.layout_pill.chosen.connect(self._tell)
        self.cards_pill = CardPill(kept.get("cards"))
        self.cards_pill.chosen.connect(self._keep)
        self.people_button = toggle(tr("People"), tr("Show who can be given deals"), bool(kept.get("people")))
        self.people_button.toggled.connect(lambda _: self._keep())
        self._show_choices()
        session.day_changed.connect(self._tell)
        session.changed.connect(self._on_changed)

    @property
    def where(self) -> DealFilter:
        """The conditions as they are chosen."""
        return self.where_on(self._session.today)

    def where_on(self, day: date) -> DealFilter:
        """The same on another day than today: "this month" is the one of that day."""
        first, before = self._range if self._period == "range" else self._dates(day)
        condition = together(self.aspects.condition, self.more.condition)
        return DealFilter(self._owner, first, before, *self.value.value, self._text, condition=condition)

    @property
    def looks(self) -> tuple[QWidget, ...]:
        """What says how the board looks: its columns, its cards, who can be given deals."""
        return self.layout_pill, self.cards_pill, self.people_button

    @property
    def _shown_sort(self) -> Sort:
        """By hand there is an order only in the columns of stages."""
        manual = self._sort is Sort.MANUAL and self.layout_pill.value.by is not By.STAGE
        return Sort.CLOSE if manual else self._sort

    @property
    def people(self) -> list[Named]:
        """Who works here, as far as it is read."""
        return self._people

    @property
    def sort(self) -> Sort:
        """The order that is chosen."""
        return self._sort

    def set_text(self, text: str) -> None:
        """The search field's text."""
        if text != self._text:
            self._text = text
            self.changed.emit(self.where, self._sort)

    def clear(self) -> None:
        """Shows every deal again."""
        self._owner, self._period, self._text = None, "all", ""
        self.value.clear()
        self.more.clear()
        self.aspects.clear()
        self._tell()
        self.cleared.emit()

    @property
    def narrowed(self) -> bool:
        """Whether some deals are not shown."""
        return not replace(self.where).empty

    def know_fields(self, own: Iterable[CustomField]) -> None:
        """The deals' own fields are these: conditions on others fall away."""
        self._own = list(own)
        self.cards_pill.know_fields(self._own)
        if self.more.let_go():
            self._tell()

    def _lasts(self, test: Test) -> bool:
        """Whether a condition's field is still there; of an own one nothing is known before the fields are read."""
        if test.field.startswith("custom."):
            return self._own is None or any(each.path == test.field for each in self._own)
        return True

    def ask_people(self) -> None:
        """Reads what can be chosen, once the board is there."""
        self.lists.begin()
        self.views.begin()
        self._session.ask(service.names, "person", limit=_MANY_PEOPLE, done=self._on_people)

    def _on_people(self, people: list[Named]) -> None:
        self._people = people
        self.people_read.emit(people)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("person"):
            self.ask_people()

    # Choosing -----------------------------------------------------------------------------------------------------

    def _fill(self, name: str, menu: QMenu) -> None:
        menu.clear()
        {
            "pipeline": self._fill_pipeline, "owner": self._fill_owner, "close": self._fill_close,
            "sort": self._fill_sort,
        }[name](menu)  # fmt: skip

    def show_pipelines(self, pipelines: tuple[Named, ...], shown: int | None) -> None:
        """Offers the pipelines to switch between, where there are several."""
        self._pipelines, self.pipeline_id = pipelines, shown
        self.layout_pill.several_pipelines = len(pipelines) > 1
        self._pills["pipeline"].setVisible(len(pipelines) > 1)
        self._show_choices()

    def _fill_pipeline(self, menu: QMenu) -> None:
        named = [(_escaped(each.name), each.id, each.id == self.pipeline_id) for each in self._pipelines]
        add_group(menu, named, self._choose_pipeline)

    def _choose_pipeline(self, pipeline_id: int) -> None:
        self.pipeline_id = pipeline_id
        self._tell()

    def _fill_owner(self, menu: QMenu) -> None:
        me, now = self._session.workspace.actor_id, self._owner
        first = [(tr("All owners"), (None, ""), now is None), (tr("My deals"), (me, tr("My deals")), now == me)]
        others = [(_escaped(p.name), (p.id, p.name), p.id == now) for p in self._people if p.id != me]
        add_group(menu, first, lambda owner: self._choose_owner(*owner))
        menu.addSeparator()
        add_group(menu, others, lambda owner: self._choose_owner(*owner))

    def _choose_owner(self, owner_id: int | None, name: str) -> None:
        self._owner, self._owner_name = owner_id, name
        self._tell()

    def _fill_close(self, menu: QMenu) -> None:
        periods = [(tr(text), period, period == self._period) for period, text in _PERIODS.items()]
        add_group(menu, periods, self._choose_period)
        menu.addSeparator()
        first, before = self._range if self._period == "range" else self._dates(self._session.today)
        first = first or self._session.today
        last = before - timedelta(days=1) if before else first + timedelta(days=30)
        edits = [date_edit(day) for day in (first, last)]

        def take() -> None:
            if not all(edit.settle() for edit in edits):
                return
            days = [edit.taken() for edit in edits]
            self._range = (min(days), max(days) + timedelta(days=1))
            self._choose_period("range")
            menu.close()

        _embed(menu, [Field(tr("From"), edits[0]), Field(tr("To"), edits[1])], take)

    def _choose_period(self, period: str) -> None:
        self._period = period
        self._tell()

    def _fill_sort(self, menu: QMenu) -> None:
        by_hand = self.layout_pill.value.by is By.STAGE
        sorts = [each for each in _SORTS if by_hand or each is not Sort.MANUAL]
        add_group(menu, [(tr(_SORTS[each]), each, each is self._shown_sort) for each in sorts], self._choose_sort)

    def _choose_sort(self, sort: Sort) -> None:
        self._sort = sort
        self._tell()

    # Telling ------------------------------------------------------------------------------------------------------

    def _dates(self, today: date) -> tuple[date | None, date | None]:
        if self._period == "overdue":
            return None, today
        ranges = {"month": month_range, "quarter": quarter_range, "year": year_range}
        return ranges[self._period](today) if self._period in ranges else (None, None)

    def _tell(self) -> None:
        self._show_choices()
        self._keep()
        self.changed.emit(self.where, self._sort)

    def _keep(self) -> None:
        kept = self.state() | {"people": self.people_button.isChecked()}
        kept |= {"period": "all", "range": None} if self._period == "range" else {}
        kept |= {"workspace": self._session.workspace.store.name, "values": None}
        self._session.preferences.board = kept
        self._session.preferences.save()
        self.views.refresh()

    # Saved views --------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """What the board shows, as plain values."""
        days = [day.isoformat() for day in self._range if day is not None]
        return {
            "owner_id": self._owner, "owner_name": self._owner_name, "period": self._period,
            "range": days if self._period == "range" else None, "values": self.value.keep(), "sort": self._sort.value,
            "pipeline_id": self.pipeline_id, "conditions": self.more.keep(), "aspects": self.aspects.keep(),
            "layout": self.layout_pill.keep(), "cards": self.cards_pill.options.plain(),
        }  # fmt: skip

    def take(self, state: dict[str, Any]) -> list[str]:
        """Shows what ``state`` gave; returns in words what of it is no longer there."""
        gone = BoardState(state, self._people, self._pipelines)
        self._owner, self._owner_name = gone.owner_id, gone.owner_name
        self._period, self._range = gone.period(_PERIODS)
        self._sort = gone.sort
        self.value.clear()
        self.value.take(state.get("values"))
        self.pipeline_id = gone.pipeline_id or self.pipeline_id
        self.more.clear()
        self.more.take(state.get("conditions"))
        self.aspects.take(state.get("aspects"))
        self.layout_pill.take(state.get("layout"))
        self.cards_pill.choose(CardOptions.of(state.get("cards")))
        self._tell()
        for name, pill in (("conditions", self.more), ("aspects", self.aspects)):
            if state.get(name) and pill.keep() != state[name]:
                gone.words.append(tr("part of the filter “{name}”").format(name=tr(_GONE[name])))
        return gone.words

    def _show_choices(self) -> None:
        pipeline = next((each.name for each in self._pipelines if each.id == self.pipeline_id), "")
        self._pills["pipeline"].show_choice(tr("Pipeline: {name}").format(name=pipeline), False)
        owner = self._owner_name if self._owner is not None else tr("All owners")
        if self._owner is not None and self._owner == self._session.workspace.actor_id:
            owner = tr("My deals")
        self._pills["owner"].show_choice(owner, self._owner is not None, tr("Owner"))
        if self._period == "range":
            first, before = self._range
            assert first is not None
            assert before is not None
            year = self._session.today.year
            text = f"{short_date(first, year)} – {short_date(before - timedelta(days=1), year)}"
        else:
            text = tr(_PERIODS[self._period])
        self._pills["close"].show_choice(text, self._period != "all", tr("Close date"))
        self._pills["sort"].show_choice(tr(_SORTS[self._shown_sort]), False)


def _escaped(name: str) -> str:
    return name.replace("&", "&&")[:60]


def _embed(menu: QMenu, fields: list[Field], take: Callable[[], object]) -> None:
    """Fields and a button inside a menu."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(10, 8, 10, 8)
    for field in fields:
        column.addWidget(field)
    apply = button(tr("Apply"), take, "primary")
    column.addWidget(apply, 0, Qt.AlignmentFlag.AlignRight)
    action = QWidgetAction(menu)
    action.setDefaultWidget(box)
    menu.addAction(action)
