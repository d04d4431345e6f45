"""The table of opportunities."""
