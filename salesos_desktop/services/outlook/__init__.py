"""What managers ask of the forecast: how sure it is, what changed it, and how right it was."""
