"""The dashboard: figures on cards that each person arranges."""
