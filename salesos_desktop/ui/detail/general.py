"""The General tab: every field of a deal, each written in its own transaction when it is left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from ...domain.money import CURRENCIES
from ...domain.opportunities import NAME_LIMIT
from ...domain.stages import OPEN_CATEGORIES, StageKind
from ...i18n import amount_for_edit, long_date, ntr, parse_amount, tr
from ...services import working_days
from ...services.opportunities import Opportunity
from ..board.card_texts import stale_text
from ..dates import OptionalDateEdit
from ..dialogs.deal import CATEGORIES, PRIORITIES, NamedEdit, choose, combo, parse_probability
from ..parts import Field, label
from ..session import Session
from ..tables.form import RecordForm
from .note import NoteEdit


class GeneralForm(RecordForm):
    """Fields of one deal."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._deal: Opportunity | None = None
        self.name, self.value_line, self.probability, self.tags = (QLineEdit() for _ in range(4))
        self.name.setMaxLength(NAME_LIMIT)
        self.close_day = OptionalDateEdit()
        self.currency = combo([(code, code) for code in CURRENCIES], session.workspace.currency)
        self.company, self.contact, self.product = (NamedEdit(session, t) for t in ("company", "contact", "product"))
        self.owner, self.source = combo([], None), combo([], None)
        self.priority = combo([(tr(text), kind.value) for kind, text in PRIORITIES.items()], None)
        self.category = combo([("", ""), *((tr(CATEGORIES[kind]), kind.value) for kind in OPEN_CATEGORIES)], None)
        self._facts = label("", "muted", wrap=True)
        self._closing = label("", "muted", wrap=True, selectable=True)
        rows: list[list[tuple[str, str, QWidget]]] = [
            [("name", tr("Name"), self.name)],
            [("value", tr("Value"), self.value_line), ("currency", tr("Currency"), self.currency),
             ("expected_close", tr("Expected close"), self.close_day)],
            [("company", tr("Company"), self.company), ("contact", tr("Contact"), self.contact)],
            [("owner_id", tr("Owner"), self.owner), ("product", tr("Product"), self.product)],
            [("probability", tr("Probability"), self.probability), ("priority", tr("Priority"), self.priority)],
            [("source_id", tr("Source"), self.source), ("category", tr("Forecast"), self.category)],
            [("tags", tr("Tags, separated by commas"), self.tags)],
            [("note", tr("Note"), NoteEdit())],
        ]  # fmt: skip
        self.place([[(name, Field(caption, editor)) for name, caption, editor in row] for row in rows])
        for field in self.fields.values():
            field.editor.setMinimumWidth(76)
        self.add_own(session)
        self.add_whole(self._closing)
        self.add_whole(self._facts)

    # Showing ------------------------------------------------------------------------------------------------------

    def set_lists(self, lists: Mapping[str, Any]) -> None:
        """The people, sources and own fields to choose from."""
        rights = self._session.rights
        self.fill_people(self.owner, self._session.in_reach(lists["person"]), nobody=rights.reaches(None))
        self.source.clear()
        self.source.addItem("—", None)
        for item in lists["source"]:
            if item.active:
                self.source.addItem(item.name[:120], item.id)
        self.own.set_fields(lists["fields"], lists["sections"])

    def show_deal(self, deal: Opportunity) -> None:
        """Shows a deal; a field that is being edited keeps what was typed when it is the same deal."""
        self._deal = deal
        card, row = deal.card, deal.row
        same = self.show_texts(row, {
            "name": card.name, "value": amount_for_edit(card.value, card.currency), "company": card.company,
            "contact": card.contact, "product": card.product, "probability": str(card.probability),
            "tags": ", ".join(json.loads(row["tags"])), "note": row["note"],
        })  # fmt: skip
        self.show_day("expected_close", card.expected_close, same=same)
        for box, value, text in (
            (self.owner, card.owner_id, card.owner), (self.source, row["source_id"], deal.source),
            (self.priority, card.priority.value, ""), (self.currency, card.currency, card.currency),
            (self.category, row["category"], ""),
        ):  # fmt: skip
            choose(box, value, text)
        rights = self._session.rights
        self.owner.setEnabled(rights.assign and rights.edits("opportunity", card.id, card.owner_id))
        self.probability.setEnabled(card.kind is StageKind.OPEN)
        self.category.setEnabled(card.kind is StageKind.OPEN)
        self.category.setItemText(0, tr("{what} (stage)").format(what=tr(CATEGORIES[deal.stage_category])))
        by_hand = (
            tr("Probability % (by hand; empty: the stage's)") if card.probability_set else tr("Probability % (stage)")
        )
        self.fields["probability"].set_caption(by_hand)
        self._show_facts(deal)

    def _show_facts(self, deal: Opportunity) -> None:
        card, today = deal.card, self._session.today
        age = (today - deal.row["created_on"]).days if deal.row["created_on"] else None
        facts = [ntr("{count} day in stage", "{count} days in stage", card.days_in_stage(today)).format(
            count=card.days_in_stage(today))]  # fmt: skip
        if age is not None:
            facts.append(ntr("{count} day old", "{count} days old", age).format(count=age))
        if card.kind is StageKind.OPEN:
            day = card.next_activity_on
            facts.append(tr("next activity {date}").format(date=long_date(day)) if day else tr("no next activity"))
            working = working_days.at_hand(self._session.workspace)
            facts += [text for text in [stale_text(card, today, working)] if text]
        if deal.row["external_id"]:
            facts.append(tr("imported as {number}").format(number=deal.row["external_id"]))
        self._facts.setText(" · ".join(facts))
        closing = []
        if card.closed_on:
            closing.append(tr("Closed on {date}").format(date=long_date(card.closed_on)))
        for caption, text in (
            (tr("Reason"), deal.loss_reason), (tr("Competitor"), deal.row["competitor"]), (tr("Note"), deal.row["close_note"]),
        ):  # fmt: skip
            if text:
                closing.append(f"{caption}: {text}")
        self._closing.setText("\n".join(closing))
        self._closing.setVisible(bool(closing))

    # Writing ------------------------------------------------------------------------------------------------------

    def forget(self) -> None:
        """No deal is shown any more."""
        super().forget()
        self._deal = None

    def kept(self, name: str) -> Any:
        """The value that is kept."""
        assert self._deal is not None
        card, row = self._deal.card, self._deal.row
        if name in ("company", "contact", "product"):
            return getattr(card, name)
        return json.loads(row["tags"]) if name == "tags" else row[name]

    def value(self, name: str) -> Any:
        """What a field says. Raises InvalidInput."""
        assert self._deal is not None
        card = self._deal.card
        if name == "value":
            return parse_amount(self.value_line.text().strip(), card.currency)
        if name == "probability":
            found = parse_probability(self.probability.text())
            return card.probability if found is None and not card.probability_set else found
        return super().value(name)
