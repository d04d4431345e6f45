"""Why a server's certificate is not taken: libpq says only that it is not, so Python's own TLS looks a second time."""

from __future__ import annotations

import socket
import ssl
import struct

from ...domain.teams import Address
from ...i18n import N_
from .authorities import authorities

_SECONDS = 5
_ASK_FOR_TLS = struct.pack("!II", 8, 80877103)
"""PostgreSQL's SSLRequest (its documentation, "Message Formats"): the length and the code."""
_EXPIRED, _NOT_YET = 10, 9
_UNKNOWN = (2, 18, 19, 20, 21)
"""X509_V_ERR_…: nobody known has signed it, or it signs for itself."""


def why(address: Address) -> tuple[str, str] | None:
    """What is wrong with it and its cure, to be translated; None when that cannot be found out. Sends nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    try:
        context.load_verify_locations(address.certificate or authorities())
        with socket.create_connection((address.host, address.port), _SECONDS) as line:
            line.sendall(_ASK_FOR_TLS)
            if line.recv(1) == b"S":
                context.wrap_socket(line).close()
    except ssl.SSLCertVerificationError as error:
        return _meant(error.verify_code, bool(address.certificate))
    except OSError:
        return None
    return None


def _meant(code: int, chosen: bool) -> tuple[str, str] | None:
    if code == _EXPIRED:
        return (
            N_("The certificate of the server “{host}” has expired."),
            N_("Nothing was sent. Ask the administrator to renew it; check the date of this computer."),
        )
    if code == _NOT_YET:
        return (
            N_("The certificate of the server “{host}” is not valid yet."),
            N_("Nothing was sent. Check the date of this computer, or ask the administrator."),
        )
    if code in _UNKNOWN and chosen:
        return (
            N_("The certificate of the server “{host}” is of another authority than the file that was chosen."),
            N_("Nothing was sent. Ask the administrator for the file of its authority."),
        )
    return None
