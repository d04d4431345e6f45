"""Pages as they were on a past day."""
