"""Questions to the database, by subject; each takes an open connection and gives frozen values."""
