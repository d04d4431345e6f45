"""The table of opportunities as an item model: deals, and headings with subtotals where they are grouped."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from ...domain.deal_rows import Group, GroupKey, Sums, whole_weighted
from ...i18n import money, ntr, number, tr
from ...services.deal_table import Listing
from ..tables.model import RecordTableModel

Index = QModelIndex | QPersistentModelIndex
Signs = Mapping[str, str]
"""Name of a column → the sign of the order beside its title."""
_TEXTS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


@dataclass(frozen=True, slots=True)
class Heading:
    """The row above the deals of a group; its ``id`` is a negative number that stays with the group."""

    id: int
    group: Group
    opened: bool


class DealTableModel(RecordTableModel):
    """Ids of deals and, below 0, of headings; their rows say what is asked of them. ``signs`` stand beside titles."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signs: Signs = {}
        self._headings: dict[int, Heading] = {}
        self._numbers: dict[GroupKey, int] = {}
        self._by: object = None

    def show_listing(self, found: Listing, by: object, opened: frozenset[GroupKey], *, afresh: bool) -> None:
        """Shows what the service has; ``afresh`` when it is something else than before, not the same that has changed."""
        if by != self._by:
            self._by, self._numbers = by, {}
        before = self._headings
        ids = self._with_headings(found, opened) if by is not None else found.ids
        if afresh:
            self.begin(ids, found.rows.values(), whole=found.whole)
        else:
            self.apply_order(ids)
            if before != self._headings:
                self._repaint()

    def _with_headings(self, found: Listing, opened: frozenset[GroupKey]) -> array[int]:
        ids, headings = array("q"), dict[int, Heading]()
        for group in found.groups:
            heading_id = self._numbers.setdefault(group.key, -1 - len(self._numbers))
            headings[heading_id] = Heading(heading_id, group, group.key in opened)
            ids.append(heading_id)
            ids.extend(found.members.get(group.key, ()))
        self._headings = headings
        return ids

    def heading(self, row: int) -> Heading | None:
        """The heading in a row, None where there is a deal or nothing."""
        return self._headings.get(self.id_at(row))

    @property
    def headings(self) -> list[Heading]:
        """Every heading."""
        return list(self._headings.values())

    def record(self, row: int) -> Any:
        """The deal or the heading in a row; None while the deal is fetched."""
        return self.heading(row) or super().record(row)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts of cells; a heading says what it is in each of them to who reads it aloud."""
        heading = self.heading(index.row()) if index.isValid() else None
        if heading is None:
            return super().data(index, role)
        return heading_text(heading) if role in _TEXTS else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles, with the sign of the order beside them."""
        found = super().headerData(section, orientation, role)
        if role in _TEXTS and orientation is Qt.Orientation.Horizontal and found:
            sign = self.signs.get(self.columns[section].name, "")
            return f"{found} {sign}" if sign else found
        return found

    def show_signs(self, signs: Signs) -> None:
        """Other signs."""
        self.signs = signs
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)


def heading_text(heading: Heading) -> str:
    """A heading in words: what the group is called, how many there are, what they are worth."""
    state = tr("expanded") if heading.opened else tr("collapsed")
    return " · ".join([heading.group.title, *sums_texts(heading.group.sums), state])


def sums_texts(sums: tuple[Sums, ...] | list[Sums], *, weighted: bool = True) -> list[str]:
    """How many deals, their value and, where that says something of them, their weighted value; the currencies apart."""
    count = sum(each.count for each in sums)
    texts = [ntr("{count} deal", "{count} deals", count).format(count=number(count))]
    worth = " + ".join(money(each.value, each.currency) for each in sums if each.value)
    likely = " + ".join(money(whole_weighted(each), each.currency) for each in sums if each.weighted and weighted)
    missing = sum(each.no_value for each in sums)
    if worth:
        texts.append(worth)
    if likely:
        texts.append(tr("weighted {amount}").format(amount=likely))
    if missing:
        texts.append(tr("{count} without a value").format(count=number(missing)))
    return texts
