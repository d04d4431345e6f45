"""The pane that shows and edits one opportunity beside the board."""
