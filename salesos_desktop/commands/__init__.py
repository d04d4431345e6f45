"""Sub-commands of the command line: the same services as the window, for scripts and scheduled jobs."""
