"""Badges: what earns them, what they give."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit

from ...domain.badges import MONEY, Badge, Measure, Rarity
from ...i18n import number, tr
from ...services import badges
from ..dialogs.deal import choose, combo
from ..ranking import words
from ..session import Session
from .records import RecordsSection, whole


class BadgesSection(RecordsSection):
    """The six of a new workspace and the administrator's own. One that somebody holds stays."""

    tables = frozenset({"badge", "badge_award"})
    figures = frozenset({2})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Badges"),
            tr("Each is earned once, by the next action that gives points after the goal is reached."),
            [tr("Name"), tr("For"), tr("Points")], tr("There are no badges."),
        )  # fmt: skip
        self.name, self.description, self.threshold, self.points = (QLineEdit() for _ in range(4))
        self.measure = combo([(tr(text), measure) for measure, text in words.MEASURES.items()], Measure.WON)
        self.icon = combo([(tr(text), name) for name, text in words.PICTURES.items()], None)
        self.rarity = combo([(tr(text), rarity) for rarity, text in words.RARITIES.items()], Rarity.COMMON)
        self.hidden = QCheckBox(tr("Hidden until somebody is near (80 %)"))
        for name, caption, editor in (
            ("name", tr("Name"), self.name), ("description", tr("Description"), self.description),
            ("measure", tr("What counts"), self.measure), ("threshold", tr("From"), self.threshold),
            ("points", tr("Points"), self.points), ("icon", tr("Picture"), self.icon),
            ("rarity", tr("Rarity"), self.rarity), ("hidden", "", self.hidden),
        ):  # fmt: skip
            self.add_field(name, caption, editor)
        self.fields["hidden"].set_caption("")
        self.hidden.setAccessibleName(self.hidden.text())
        self.measure.currentIndexChanged.connect(lambda _: self._show_caption())
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_tool("delete", tr("Delete"), self._delete, "Del")
        self.tools.addStretch(1)

    def reload(self, chosen: int | None) -> None:
        """Reads the badges."""
        self._session.ask(badges.listing, done=lambda found: self.show_things(found, chosen))

    def cells(self, thing: Badge) -> list[str]:
        """A row."""
        goal = words.of_badge(thing, thing.goal, self._session.workspace.currency)
        what = tr(words.MEASURES[thing.criteria.measure]) if thing.criteria is not None else "–"
        return [thing.name, f"{what}: {goal}" if thing.criteria is not None else what, number(thing.points)]

    def new_title(self) -> str:
        """A new one."""
        return tr("New badge")

    def fill(self, thing: Badge | None) -> None:
        """Shows a badge."""
        criteria = thing.criteria if thing is not None else None
        self.name.setText(thing.name if thing is not None else "")
        self.description.setText(thing.description if thing is not None else "")
        choose(self.measure, criteria.measure if criteria is not None else Measure.WON, "")
        self.threshold.setText(str(criteria.threshold) if criteria is not None else "")
        self.points.setText(str(thing.points) if thing is not None else "50")
        choose(self.icon, thing.icon if thing is not None else "trophy", "")
        choose(self.rarity, thing.rarity if thing is not None else Rarity.COMMON, "")
        self.hidden.setChecked(thing is not None and thing.hidden)
        self._show_caption()

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        return {
            "name": self.name.text(), "description": self.description.text(), "measure": self.measure.currentData(),
            "threshold": whole("threshold", self.threshold.text()), "points": whole("points", self.points.text()),
            "icon": self.icon.currentData(), "rarity": self.rarity.currentData(), "hidden": self.hidden.isChecked(),
        }  # fmt: skip

    def writing(self, thing: Badge | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Adds or edits."""
        return (badges.add, values) if thing is None else (badges.edit, thing.id, values)

    def update_tools(self, thing: Badge | None) -> None:
        """One that is there can be deleted."""
        self.buttons["delete"].setEnabled(thing is not None)

    def _show_caption(self) -> None:
        money = self.measure.currentData() in MONEY
        currency = self._session.workspace.currency
        self.fields["threshold"].set_caption(
            tr("From, in {currency}").format(currency=currency) if money else tr("From")
        )

    def _delete(self) -> None:
        if self.current is not None:
            self.do(badges.delete, self.current.id)
