"""Item models that move one row for each change."""
