"""The filter of the list of companies: owner and sector."""

from __future__ import annotations

from typing import Any

from ...domain.contacts import CompanyFilter
from ...i18n import tr
from ..session import Session
from ..tables.filter_bar import RecordFilterBar
from ..tables.lists import ShortLists
from ..tables.pills import Choice, ChoicePill

_MANY_SECTORS = 60


class CompanyFilterBar(RecordFilterBar):
    """Pills that narrow the list of companies."""

    def __init__(self, session: Session, lists: ShortLists) -> None:
        super().__init__(session, lists, "companies")
        self.owner = ChoicePill(lambda chosen: self.owners(chosen, tr("My companies")), name=tr("Owner"))
        self.sector = ChoicePill(self._sectors, "", tr("Sector"))
        self.place(owner=self.owner, sector=self.sector)

    @property
    def where(self) -> CompanyFilter:
        """The conditions as they are chosen."""
        return CompanyFilter(self._text, self.owner.value, self.sector.value)

    def _sectors(self, chosen: Any) -> list[Choice]:
        known: list[str] = self._lists.sectors
        shown = [name for n, name in enumerate(known) if n < _MANY_SECTORS or name == chosen]
        if chosen and chosen not in known:
            shown.append(chosen)
        return [Choice(tr("All sectors"), "")] + [Choice(name, name, line_before=not n) for n, name in enumerate(shown)]
