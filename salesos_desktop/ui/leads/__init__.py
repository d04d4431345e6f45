"""The Leads page: the list, its filters, and the pane of one lead."""
