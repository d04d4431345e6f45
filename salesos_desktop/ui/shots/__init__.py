"""Pictures of the pages that have a module here: ``take(app, window, shot)``, where ``shot(widget, name)`` lets everything
arrive and writes ``name.png``.
"""

SHOTS: tuple[str, ...] = (
    "board", "together", "deals", "home", "activities", "agenda", "notices", "history", "finding", "forecast", "changes",
    "what_if", "past", "danger", "dashboard", "own_figures", "ranking", "team", "roles", "line",
)  # fmt: skip
"""Modules in the order in which their pictures are taken."""
