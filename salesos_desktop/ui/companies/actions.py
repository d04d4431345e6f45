"""What a person can do to companies, whichever widget asks."""

from __future__ import annotations

from ...services import companies
from ..one_dialog import needs
from ..tables.actions import RecordActions


class CompanyActions(RecordActions):
    """Make, assign, merge, delete."""

    kind = "company"
    service = companies

    @needs("write")
    def new(self) -> None:
        """Asks for a new company."""
        from ..dialogs.company import CompanyDialog

        self.show_new(CompanyDialog(self._window, self._session, self._lists))
