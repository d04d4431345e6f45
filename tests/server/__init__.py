"""A team on one PostgreSQL server."""
