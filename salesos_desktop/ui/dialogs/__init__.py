"""Dialogs for creating, closing and importing."""
