"""Saved views in the filter bars of pages."""
