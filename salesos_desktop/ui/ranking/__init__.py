"""The page of points: who stands where, badges, challenges."""
