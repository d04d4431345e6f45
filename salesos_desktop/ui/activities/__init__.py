"""Activities in the window: planned, changed, finished, put off."""
