"""How emails and phones are compared: keys under which different spellings of the same one meet."""

from __future__ import annotations

import re

PHONE_DIGITS = 8
"""Digits at the end that two spellings of a number share, with or without country and area code."""

_EXTENSION = re.compile("ext|x|#|;", re.IGNORECASE)


def email_key(email: str) -> str:
    """Lower case without spaces: ``" Ana@Ejemplo.ES "`` → ``"ana@ejemplo.es"``; empty for none."""
    return "".join(email.split()).casefold()


def phone_key(phone: str) -> str:
    """Last digits of a number, an extension left out: ``"+34 600 123 456 ext. 7"`` → ``"00123456"``.

    Two numbers with different keys are different; with the same key they may be the same, which a look at the whole
    numbers decides. Empty for text without digits.
    """
    number = _EXTENSION.split(phone, maxsplit=1)[0]
    return "".join(filter(str.isdecimal, number))[-PHONE_DIGITS:]
