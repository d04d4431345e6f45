"""Whom the system trusts, as the file that libpq wants.

The libpq that comes with psycopg has an OpenSSL whose own folder of certificates is empty: its word ``system`` alone finds none.
"""

from __future__ import annotations

import atexit
import os
import ssl
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
)  # fmt: skip
"""Where Debian, Fedora, SUSE and macOS keep them."""


@cache
def authorities() -> str:
    """A file of certificates; libpq's own word where there is none to be had."""
    known = ssl.get_default_verify_paths().cafile
    found = next((each for each in (known, *_BUNDLES) if each and Path(each).is_file()), None)
    return found or _written() or "system"


def _written() -> str | None:
    """What Windows keeps in its store, written to a file of this process; None for nothing."""
    kept = ssl.create_default_context().get_ca_certs(binary_form=True)
    if not kept:
        return None
    handle, name = tempfile.mkstemp(suffix=".pem", prefix="salesos-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(ssl.DER_cert_to_PEM_cert(each) for each in kept)
    atexit.register(_remove, name)
    return name


def _remove(name: str) -> None:
    with suppress(OSError):
        os.unlink(name)
