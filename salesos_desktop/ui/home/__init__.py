"""The start page and its work list."""
