"""The Contacts page: the list, its filters, and the pane of one person."""
