"""The Companies page: the list, its filters, and the pane of one company."""
