"""Emails and phones as a person types them: checked, and written the way everybody reads them."""

from __future__ import annotations

import locale
import os
import re

from ..errors import InvalidInput
from ..i18n import language, tr
from .workspace import Workspace


def clean_email(text: str) -> str:
    """The address in its usual spelling, empty for none. Raises InvalidInput on ``email``."""
    text = text.strip()
    if not text:
        return ""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidInput(
            "email",
            tr("“{text}” is not an email address.").format(text=text[:60]),
            tr("Write it like name@example.com."),
        ) from error


def clean_phone(text: str, region: str) -> str:
    """The number written the international way, ``+34 600 12 34 56``; empty for none.

    ``region`` (ISO 3166) is the country of numbers without a ``+``. Raises InvalidInput on ``phone``.
    """
    text = text.strip()
    if not text:
        return ""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise _no_phone(text) from error
    if phonenumbers.is_possible_number(number):
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    # Numbering plans change sooner than address books: a whole number that the plan no longer knows stays as it is.
    if not text.startswith(("+", "00")) or not 8 <= sum(c.isdecimal() for c in text) <= 15:
        raise _no_phone(text)
    return " ".join(text.split())


def _no_phone(text: str) -> InvalidInput:
    return InvalidInput(
        "phone",
        tr("“{text}” is not a phone number.").format(text=text[:40]),
        tr("Write it with its country, like +34 600 123 456."),
    )


def same_phone(one: str, other: str) -> bool:
    """Whether two spellings can be the same number: country and area code count only where both have them."""
    import phonenumbers

    return bool(phonenumbers.is_number_match(one, other) >= phonenumbers.MatchType.SHORT_NSN_MATCH)


def region(ws: Workspace) -> str:
    """The workspace's country, ISO 3166: as it is set, else that of the system's locale, else by the language."""
    chosen = str(ws.settings.get("country", ""))
    if chosen:
        return chosen
    system = os.environ.get("LC_ALL") or os.environ.get("LANG") or (locale.getlocale()[0] or "")
    found = re.match(r"[a-z]{2}_([A-Z]{2})", system)
    return found[1] if found else {"es": "ES", "en": "US"}[language()]
