"""Conditions as a person puts them together."""
