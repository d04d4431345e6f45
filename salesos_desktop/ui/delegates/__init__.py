"""How rows and cards are painted."""
