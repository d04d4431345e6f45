"""Passwords of teams: in the keyring of the system, and nowhere else.

A keyring may take a while, and may ask the person to unlock it: the window asks for it beside its thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .domain.teams import Address
from .errors import UserError
from .i18n import tr

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_log = logging.getLogger(__name__)
_SERVICE = "SalesOS Desktop"
_OPEN_TO_ALL = ("keyrings.alt", "keyring.backends.null", "keyring.backends.fail")
"""Keyrings that are none: they write plain text, or nothing."""


def possible() -> bool:
    """Whether this computer has a keyring that keeps secrets."""
    return _keyring() is not None


def kept(address: Address) -> str:
    """The password that is kept for a login, empty when there is none or the keyring does not open."""
    found = _asked(lambda keyring: keyring.get_password(_SERVICE, _name(address)))
    return found or ""


def keep(address: Address, password: str) -> None:
    """Keeps a password. Raises UserError when there is no keyring or it does not open; it is then kept nowhere."""

    def put(keyring: KeyringBackend) -> bool:
        keyring.set_password(_SERVICE, _name(address), password)
        return True

    if not _asked(put):
        raise UserError(
            tr("The keyring of the system did not take the password."),
            tr("It is kept nowhere, and will be asked for each time."),
        )


def replace(address: Address, password: str) -> None:
    """Keeps another password where one is kept; where none is, or the keyring does not open, none will be."""

    def put(keyring: KeyringBackend) -> None:
        if keyring.get_password(_SERVICE, _name(address)) is not None:
            keyring.set_password(_SERVICE, _name(address), password)

    _asked(put)


def forget(address: Address) -> None:
    """Takes a password out of the keyring, where there is one."""

    def take(keyring: KeyringBackend) -> None:
        if keyring.get_password(_SERVICE, _name(address)) is not None:
            keyring.delete_password(_SERVICE, _name(address))

    _asked(take)


def _name(address: Address) -> str:
    """One login on one server: what it is asked by does not matter."""
    return f"{address.login}@{address.place}/{address.database}"


def _keyring() -> KeyringBackend | None:
    import keyring

    found = keyring.get_keyring()
    inside = getattr(found, "backends", None) or [found]
    usable = [each for each in inside if not type(each).__module__.startswith(_OPEN_TO_ALL)]
    return usable[0] if usable else None


def _asked(question: Callable[[KeyringBackend], Any]) -> Any:
    """What the keyring answers; None when there is none or it fails. Its errors may carry what it was given."""
    try:
        found = _keyring()
        return None if found is None else question(found)
    except Exception as error:
        _log.warning("the keyring failed: %s", type(error).__name__)
        return None
