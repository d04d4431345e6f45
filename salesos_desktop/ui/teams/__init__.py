"""Teams: connecting to a server, and switching between workspaces."""
