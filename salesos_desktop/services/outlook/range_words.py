"""What the range of a forecast does not know, in words."""

from __future__ import annotations

from ...i18n import ntr, number, tr
from .ranges import Outlook


def provisos(found: Outlook) -> list[str]:
    """What it does not know, a sentence each."""
    texts = []
    if found.learning:
        texts.append(
            tr("Your history is still being looked through: until then, with what was known before, or is usual.")
        )
    elif found.followed == 0:
        texts.append(tr("Your history is too short to tell what usually comes in new: nothing is counted for it."))
    elif found.followed is not None:
        texts.append(
            ntr("Your history tells what comes in new within {count} month; for the rest of the period it is scaled up.",
                "Your history tells what comes in new within {count} months; for the rest of the period it is scaled up.",
                found.followed)
            .format(count=number(found.followed))
        )  # fmt: skip
    if found.unconverted:
        texts.append(
            ntr("{count} deal without an exchange rate is left out.",
                "{count} deals without an exchange rate are left out.", found.unconverted)
            .format(count=number(found.unconverted))
        )  # fmt: skip
    return texts
