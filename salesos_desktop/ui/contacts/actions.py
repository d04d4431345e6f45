"""What a person can do to contacts, whichever widget asks."""

from __future__ import annotations

from ...services import contacts
from ..one_dialog import needs
from ..tables.actions import RecordActions


class ContactActions(RecordActions):
    """Make, assign, merge, delete."""

    kind = "contact"
    service = contacts

    @needs("write")
    def new(self, company: str = "", name: str = "") -> None:
        """Asks for a new contact, of a company if one is given."""
        from ..dialogs.contact import ContactDialog

        self.show_new(ContactDialog(self._window, self._session, self._lists.people, company=company, name=name))
