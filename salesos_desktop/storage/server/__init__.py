"""What a workspace on a PostgreSQL server has beyond its tables: the database writes what changes leave behind, and keeps each
role within its rights, whatever program connects."""
