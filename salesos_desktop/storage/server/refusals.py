"""What keeps a program out of a server, in one sentence with its cure.

libpq gives no codes for what fails before the session stands, only the server's sentence, in the server's language: what is
known of it in English and Spanish is recognised, anything else is shown as it came.
"""

from __future__ import annotations

from typing import Any

from ...domain.teams import Address
from ...errors import NeedsPassword, NotLetIn, WorkspaceError
from ...i18n import N_, tr
from . import certificates

_UNTRUSTED = "certificate verify failed"
# Parts of what libpq or the server says → what happened, what to do. The first that is found holds.
_TOLD: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("failed to resolve host", "could not translate host name"),
     N_("There is no server called “{host}”."), N_("Check the name and the network.")),
    ((_UNTRUSTED,),
     N_("The server “{host}” cannot prove that it is itself: its certificate is not trusted."),
     N_("Nothing was sent. Ask the administrator for the file of its authority and choose it, or write ?sslrootcert=FILE.")),
    (("does not match host name",),
     N_("The certificate of the server is for another name than “{host}”."),
     N_("Nothing was sent. Write the name that the administrator gave you.")),
    (("server does not support ssl",),
     N_("The server “{host}” does not offer an encrypted connection."),
     N_("Nothing was sent. Ask for TLS to be switched on; only in a network that you trust go without (?sslmode=disable).")),
    (("root certificate file", "could not read root certificate", "could not load ca"),
     N_("The file of the certificate cannot be read."), N_("Choose another one.")),
    (("ssl error", "ssl connection has been closed", "ssl syscall"),
     N_("The encrypted connection with “{host}” did not come about."),
     N_("Check host and port; something between may interfere.")),
    (("connection refused", "no such file or directory", "connection reset", "closed the connection unexpectedly"),
     N_("Nobody answers at {place}."), N_("Check host and port, and whether the server is running.")),
    (("timeout expired", "timed out", "network is unreachable", "no route to host", "host is down"),
     N_("The server “{host}” cannot be reached from here."), N_("Check the network, the VPN and the firewall.")),
    (("cleartext password",),
     N_("The server wants the password unencrypted."),
     N_("It was not sent. Connect with encryption, or ask the administrator.")),
    (("received invalid response", "expected authentication request"),
     N_("What answers at {place} is no PostgreSQL."), N_("Check host and port.")),
    (("too many clients", "too many connections", "connection slots are reserved", "demasiados clientes",
      "demasiadas conexiones", "conexiones restantes"),
     N_("The server has as many connections as it takes."), N_("Wait a moment and try again, or tell the administrator.")),
    (("not permitted to log in", "no se le permite conectarse"),
     N_("The login “{login}” has been disabled."), N_("Ask the administrator.")),
    (("pg_hba.conf",),
     N_("The server does not let “{login}” in from this machine."),
     N_("Ask the administrator: the server's pg_hba.conf has no line for it.")),
    (("permission denied for database", "privilege", "permiso denegado"),
     N_("The login “{login}” may not use the database “{database}”."), N_("Ask the administrator.")),
    (("starting up", "shutting down", "recovery", "iniciándose", "apagándose"),
     N_("The server is just starting or stopping."), N_("Wait a moment and try again.")),
)  # fmt: skip
_SHUT = frozenset(
    title for parts, title, _ in _TOLD if {"not permitted to log in", "pg_hba.conf", "privilege"} & {*parts}
)
_WRONG = ("password authentication failed", "autentificación password", "autentificación fall", "authentication failed")
_NO_DATABASE = ("database", "base de datos")
_NO_ROLE = ("role", "rol")
_MISSING = ("does not exist", "no existe")


def refused(error: Any, address: Address) -> WorkspaceError | None:
    """What an error of connecting or of the first look means; None when it is a bug of ours."""
    said = str(error)
    text = said.lower()
    code, line = getattr(error, "sqlstate", None), getattr(error, "pgconn", None)
    words = {"host": address.host, "place": address.place, "login": address.login, "database": address.database}
    if code == "42501":
        return nobody(address)
    if code is not None and not code.startswith(("08", "28", "3D", "53", "57")):
        return None
    if getattr(line, "needs_password", False) or "no password supplied" in text:
        return NeedsPassword(tr("The server asks for the password of “{login}”.").format(**words), tr("Type it."))
    if any(each in text for each in _WRONG):
        return _unknown(words)
    if any(each in text for each in _MISSING) and "fatal" in text:
        # Both the database and the role are quoted behind their kind; the kind that comes first is the one that is missing.
        kinds = {kind: _first(text, kind) for kind in (_NO_DATABASE, _NO_ROLE)}
        if kinds[_NO_DATABASE] >= 0 and (kinds[_NO_ROLE] < 0 or kinds[_NO_DATABASE] < kinds[_NO_ROLE]):
            return WorkspaceError(
                tr("There is no database “{database}” on this server.").format(**words), tr("Check its name.")
            )
        return _unknown(words)
    if _UNTRUSTED in text:
        found = certificates.why(address)
        if found is not None:
            return WorkspaceError(tr(found[0]).format(**words), tr(found[1]))
    for parts, title, cure in _TOLD:
        if any(part in text for part in parts):
            kind = NotLetIn if title in _SHUT else WorkspaceError
            return kind(tr(title).format(**words), tr(cure).format(**words))
    return WorkspaceError(
        tr("The connection with {place} failed: {reason}").format(place=address.place, reason=_short(said)),
        tr("Check the data of the connection, or ask the administrator."),
    )


def _unknown(words: dict[str, str]) -> NeedsPassword:
    told = tr("The server at {place} does not know the login “{login}” with this password.").format(**words)
    return NeedsPassword(told, tr("Type both again."), wrong=True)


def nobody(address: Address) -> WorkspaceError:
    """What to say of a login that no active person has."""
    return NotLetIn(
        tr("Nobody in the team has the login “{login}”, or it is no longer active.").format(login=address.login),
        tr("Check the name, or ask the administrator to add you."),
    )


def _first(text: str, words: tuple[str, ...]) -> int:
    """Where one of these words stands first behind the mark of the server's own sentence, -1 for nowhere."""
    told = text.partition("fatal:")[2]
    return min((at for at in (told.find(f"{word} ") for word in words) if at >= 0), default=-1)


def _short(said: str) -> str:
    """The server's sentence, on one line."""
    last = said.rpartition("FATAL:")[2].rpartition("failed:")[2]
    return " ".join(last.split())[:200]
