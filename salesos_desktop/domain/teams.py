"""Where a team's workspace is: the address of a PostgreSQL database and the login that asks for it, never its password."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

PORT = 5432
SCHEMES = ("postgresql", "postgres")


_ASKED = ("host", "port", "dbname", "user", "password", "sslmode", "sslrootcert")
MODES = ("verify-full", "require", "disable")
"""How a line may be protected; ``require`` is verified too."""


class NotTaken(ValueError):
    """Something behind the ? of an address that is unknown here, or has a value that is not taken; its text names it."""


@dataclass(frozen=True, slots=True)
class Address:
    """One login on one database. ``host`` is a name, an IP address, or the folder of a socket (it begins with ``/``).

    ``plain``: the person has said that the connection may go without TLS; ``certificate``: file of the authorities to trust
    instead of the system's.
    """

    host: str
    database: str
    login: str
    port: int = PORT
    plain: bool = False
    certificate: str = ""

    @property
    def local(self) -> bool:
        """Whether the server is on this machine, so that nothing goes over a network."""
        if self.host.startswith("/") or self.host.lower().rstrip(".") == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def verified(self) -> bool:
        """Whether the server has to prove who it is, over TLS: off this machine, and wherever an authority is named (the end of a
        tunnel is on this machine, and the server is not).
        """
        return not (self.plain or self.host.startswith("/")) and (bool(self.certificate) or not self.local)

    @property
    def text(self) -> str:
        """As an address that ``parse`` reads back, without a password."""
        asked = {}
        if self.host.startswith("/"):
            asked["host"] = self.host
            if self.port != PORT:
                asked["port"] = str(self.port)
            place = ""
        else:
            place = f"[{self.host}]" if ":" in self.host else self.host
            place += f":{self.port}" if self.port != PORT else ""
        if self.plain:
            asked["sslmode"] = "disable"
        if self.certificate:
            asked["sslrootcert"] = self.certificate
        query = f"?{urlencode(asked)}" if asked else ""
        return f"postgresql://{quote(self.login, safe='')}@{place}/{quote(self.database, safe='')}{query}"

    @property
    def place(self) -> str:
        """Server and port, as a person reads them."""
        return self.host if self.port == PORT else f"{self.host}:{self.port}"


def looks_like_one(text: str) -> bool:
    """Whether a text is meant as the address of a server, and not as a file."""
    return text.strip().lower().startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def parse(text: str) -> tuple[Address, str]:
    """The address in ``postgresql://login:password@host:port/database`` and the password in it, empty when there is none.

    What is left out is empty (the host too, then a socket or this machine is meant). ValueError for what is no such address,
    of which NotTaken for what is asked behind its ``?``.
    """
    if not looks_like_one(text) or any(sign.isspace() for sign in text.strip()):
        raise ValueError("no address of a server")
    url = urlsplit(text.strip())
    asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
    for name, value in asked.items():
        if name not in _ASKED or (name == "sslmode" and value not in MODES):
            raise NotTaken(f"{name}={value}")
    # The letters of a host that is a socket's folder, or written in a query, stay as they are; urlsplit lowers the others.
    host = asked.get("host") or unquote(url.hostname or "")
    port = url.port or int(asked.get("port") or PORT)
    if "," in host or not 0 < port < 65536:
        raise ValueError("no address of one server")
    address = Address(
        host=host,
        database=unquote(url.path.lstrip("/")) or asked.get("dbname", ""),
        login=unquote(url.username or "") or asked.get("user", ""),
        port=port,
        plain=asked.get("sslmode") == "disable",
        certificate="" if asked.get("sslrootcert") == "system" else asked.get("sslrootcert", ""),
    )
    return address, unquote(url.password or "") or asked.get("password", "")
