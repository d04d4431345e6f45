"""A filter of deals by what is asked most: team, source, product, tag, priority, stale, nothing planned; several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from ...domain.opportunities import Priority
from ...i18n import N_, tr
from ..choices import OpenMenu
from ..deal_lists import KeptDealLists
from ..parts import Pill

if TYPE_CHECKING:
    from ...domain.conditions import Condition

_TITLES = {
    "pipeline": N_("Pipeline"), "stage": N_("Stage"), "team": N_("Team"), "source": N_("Source"),
    "product": N_("Product"), "tag": N_("Tag"), "priority": N_("Priority"),
}  # fmt: skip
_SIGNS = {"stale": N_("Stale"), "idle": N_("No next activity"), "held": N_("On hold")}
_FLAG = "signs"
_PRIORITIES = {Priority.HIGH: N_("High"), Priority.MEDIUM: N_("Medium"), Priority.LOW: N_("Low")}


class AspectPill(Pill):
    """Values of several aspects: within one any of them may hold, of several aspects all must.

    ``aspects`` names those that are offered, in their order: of pipeline, stage, team, source, product, tag, priority;
    ``signs`` of stale, idle, held.

    Signals:
        changed(): the person chose others, or what was chosen means other deals now.
    """

    changed = Signal()

    def __init__(self, lists: KeptDealLists, aspects: Sequence[str], signs: Sequence[str]) -> None:
        super().__init__()
        self._lists, self._aspects, self._signs = lists, tuple(aspects), tuple(signs)
        self._chosen: dict[str, list[Any]] = {}
        menu = OpenMenu(self)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.setMenu(menu)
        self.refresh()
        lists.changed.connect(self._on_lists)
        self._meant = self.condition

    # What is chosen -----------------------------------------------------------------------------------------------

    @property
    def narrows(self) -> bool:
        """Whether something is chosen."""
        return bool(self._chosen)

    def values(self, aspect: str) -> list[Any]:
        """What is chosen of an aspect; of ``signs`` their names."""
        return list(self._chosen.get(aspect, ()))

    @property
    def held(self) -> bool | None:
        """DealFilter.held: only deals on hold where that is chosen, else None."""
        return True if "held" in self.values(_FLAG) else None

    @property
    def condition(self) -> Condition | None:
        """What must hold of a deal's own columns, None for anything; what is on hold is asked by ``held``."""
        from ...domain.conditions import All

        parts = [part for part in (self._part(name, values) for name, values in self._chosen.items()) if part]
        return All(tuple(parts)) if parts else None

    def choose(self, aspect: str, values: Sequence[Any]) -> None:
        """Chooses as the person would."""
        chosen = {**self._chosen, aspect: list(values)}
        chosen = {name: each for name, each in chosen.items() if each}
        if chosen != self._chosen:
            self._chosen = chosen
            self._tell()

    def clear(self) -> None:
        """Nothing is chosen, without a signal."""
        self._chosen = {}
        self._meant = None
        self.refresh()

    def keep(self) -> Any:
        """As plain values for the preferences, None for nothing."""
        return dict(self._chosen) or None

    def take(self, kept: Any) -> None:
        """Takes up what was kept, without a signal; what is no longer there falls away when the lists are."""
        self._chosen = {}
        for name, values in kept.items() if isinstance(kept, Mapping) else ():
            if isinstance(values, list) and name in (*self._aspects, _FLAG):
                offered = [value for value, _ in self._offered(name)] if self._lists.here else values
                left = [each for each in values if isinstance(each, int | str) and each in offered]
                if left:
                    self._chosen[name] = left
        self._meant = self.condition
        self.refresh()

    def let_go(self) -> bool:
        """Takes off what is no longer there, without a signal; whether there was any."""
        before = self._chosen
        self.take(before)
        return before != self._chosen

    def refresh(self) -> None:
        """Shows what is chosen: one by its name, several by their number."""
        names = [
            text for name, values in self._chosen.items() for value, text in self._offered(name) if value in values
        ]
        text = names[0] if len(names) == 1 else tr("Filter: {count}").format(count=len(names))
        self.show_choice(text if names else tr("Filter"), bool(self._chosen))

    def _tell(self) -> None:
        self._meant = self.condition
        self.refresh()
        self.changed.emit()

    def _on_lists(self) -> None:
        """Other people in a team, another day, another stage: the choice may mean other deals, or be gone."""
        before, held = self._meant, self.held
        self.take(self._chosen)
        if (self._meant, self.held) != (before, held):
            self.changed.emit()

    # What can be chosen -------------------------------------------------------------------------------------------

    def _offered(self, aspect: str) -> list[tuple[Any, str]]:
        lists = self._lists
        match aspect:
            case "pipeline":
                return [(each.id, each.name) for each in lists.pipelines]
            case "stage":
                names = {each.id: each.name for each in lists.pipelines}
                several = len(lists.pipelines) > 1
                return [(s.id, f"{names[s.pipeline_id]} · {s.name}" if several else s.name) for s in lists.stages]
            case "team":
                return [(each.id, each.name) for each in lists.teams]
            case "source":
                return [(each.id, each.name) for each in lists.sources]
            case "product":
                return [(each.id, each.name) for each in lists.products]
            case "tag":
                return [(each, each) for each in lists.tags]
            case "priority":
                return [(each.value, tr(text)) for each, text in _PRIORITIES.items()]
        return [(name, tr(_SIGNS[name])) for name in self._signs]

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for aspect in self._aspects:
            offered = self._offered(aspect)
            if len(offered) > (1 if aspect == "pipeline" else 0):
                inner = OpenMenu(menu)
                inner.setTitle(tr(_TITLES[aspect]))
                menu.addMenu(inner)
                self._tick(inner, aspect, offered)
        menu.addSeparator()
        self._tick(menu, _FLAG, self._offered(_FLAG))
        if self.narrows:
            menu.addSeparator()
            menu.addAction(tr("Clear"), self._let_all_go)

    def _tick(self, menu: QMenu, aspect: str, offered: Sequence[tuple[Any, str]]) -> None:
        for value, text in offered:
            action = menu.addAction(text.replace("&", "&&")[:80])
            action.setCheckable(True)
            action.setChecked(value in self.values(aspect))
            action.toggled.connect(lambda on, value=value: self._toggle(aspect, value, on))

    def _toggle(self, aspect: str, value: Any, on: bool) -> None:
        others = [each for each in self.values(aspect) if each != value]
        self.choose(aspect, [*others, value] if on else others)

    def _let_all_go(self) -> None:
        self._chosen = {}
        self._tell()

    # What it means ------------------------------------------------------------------------------------------------

    def _part(self, aspect: str, values: list[Any]) -> Condition | None:
        from ...domain.conditions import All, AnyOf, Operator, Test

        match aspect:
            case "pipeline":
                return among("stage_id", [s.id for s in self._lists.stages if s.pipeline_id in values])
            case "stage" | "source" | "product":
                return among(f"{aspect}_id", values)
            case "team":
                return among("owner_id", [p for team in values for p in self._lists.members.get(team, ())])
            case "priority":
                return among("priority", values)
            case "tag":
                return Test("tags", Operator.HAS_ANY, tuple(values))
        found: list[Condition] = []
        if "stale" in values:
            found.append(self._lists.stale or AnyOf())
        if "idle" in values:
            found.append(Test("next_activity_on", Operator.EMPTY))
        return All(tuple(found)) if found else None


def among(field: str, values: Sequence[Any]) -> Condition:
    """A field has one of some values; never true for none. Long lists are asked in parts."""
    from ...domain.conditions import MAX_LIST, AnyOf, Operator, Test

    each = list(dict.fromkeys(values))
    parts = [tuple(each[start : start + MAX_LIST]) for start in range(0, len(each), MAX_LIST)]
    tests = tuple(Test(field, Operator.ONE_OF, part) for part in parts)
    return tests[0] if len(tests) == 1 else AnyOf(tests)


def together(*parts: Condition | None) -> Condition | None:
    """All of these hold, None for anything."""
    from ...domain.conditions import All

    there = tuple(part for part in parts if part is not None)
    return there[0] if len(there) == 1 else All(there) if there else None
