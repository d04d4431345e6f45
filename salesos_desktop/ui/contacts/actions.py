"""What a person can do to contacts, whichever widget asks."""

from __future__ import annotations

from ...services import contacts
from ..tables.actions import RecordActions


class ContactActions(RecordActions):
    """Make, assign, merge, delete."""

    kind = "contact"
    service = contacts

    def new(self, company: str = "", name: str = "") -> None:
        """Asks for a new contact, of a company if one is given."""
        from ..dialogs.contact import ContactDialog

        dialog = ContactDialog(self._window, self._session, self._lists, company=company, name=name)
        dialog.created.connect(self.created)
        self.show_dialog(dialog)
