"""Points: what each action earns; the values are settings that count from when they are set."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_POINTS: Mapping[str, int] = {
    "lead_created": 5,
    "lead_qualified": 10,
    "lead_converted": 15,
    "stage_forward": 10,
    "won": 50,
    "won_value_divisor": 100,
    "task_on_time": 5,
    "note_logged": 2,
}


def won_points(value_minor: int | None, exponent: int, rules: Mapping[str, int]) -> int:
    """Points of a won deal: ``won + floor(value / divisor)``, value in major units (documented: 50 + value / 100).

    A deal without a value earns the base alone; a divisor of 0 switches the bonus off.
    """
    divisor = rules["won_value_divisor"]
    if not divisor or not value_minor or value_minor < 0:
        return rules["won"]
    return rules["won"] + value_minor // int(divisor * 10**exponent)
