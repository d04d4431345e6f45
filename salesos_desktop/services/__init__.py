"""What a user can do, free of Qt: a module per subject, a verb per function."""
