"""A team's workspace on the real PostgreSQL of the tests, and servers that stand in for one on a network."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from salesos_desktop.domain.teams import Address

PASSWORD = "s3cret 'quoted'@:%2F"
NAME = "team.example"


@dataclass
class Team:
    """A database with a ready workspace whose first person has a login."""

    owner: str
    address: Address

    def run(self, *statements: str) -> None:
        """Statements of the owner of the tables."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def made(owner: str, login: str) -> Team:
    """Gives the first person of a workspace a login with PASSWORD; ``owner`` is the address of the owner's."""
    plain = owner.replace("postgresql+psycopg://", "postgresql://", 1)
    url = urlsplit(plain)
    address = Address(parse_qs(url.query)["host"][0], url.path.lstrip("/"), login)
    team = Team(plain, address)
    quoted = PASSWORD.replace("'", "''")
    team.run(
        f"DROP ROLE IF EXISTS {login}",
        f"CREATE ROLE {login} LOGIN PASSWORD '{quoted}'",
        f"GRANT CONNECT ON DATABASE {address.database} TO {login}",
        f"UPDATE person SET login = '{login}' WHERE id = 1",
        f"SELECT salesos.group_login('{login}', 'admin')",
    )
    return team


def gone(team: Team) -> None:
    """Takes the login away, which belongs to the whole server."""
    team.run(f"DROP OWNED BY {team.address.login}", f"DROP ROLE {team.address.login}")


def ask_for_passwords(server: str, login: str, way: str = "scram-sha-256") -> None:
    """The server, which trusts everybody on this machine, wants the password of this login from now on."""
    with psycopg.connect(server, autocommit=True) as connection:
        row = connection.execute("SHOW hba_file").fetchone()
        assert row is not None
        file = Path(row[0])
        line = f"local all {login} {way}\n"
        if line not in file.read_text():
            file.write_text(line + file.read_text())
            connection.execute("SELECT pg_reload_conf()")


def certificate(folder: Path, name: str = NAME, days: tuple[int, int] = (-1, 1)) -> tuple[Path, Path]:
    """(certificate, key) of a server of this name that signs for itself, valid between two days from now."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), 7, *(now + timedelta(each) for each in days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return files


@contextmanager
def on_the_network(team: Team, answer: bytes, files: tuple[Path, Path] | None = None) -> Iterator[Address]:
    """The team's server behind a port; ``answer`` is what it says to the wish for TLS (S, N, or what no PostgreSQL says).

    Whoever asks for NAME has to be led to this machine.
    """
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        threading.Thread(target=_serve, args=(listening, team, answer, files), name="port", daemon=True).start()
        yield replace(team.address, host=NAME, port=listening.getsockname()[1])


def _serve(listening: socket.socket, team: Team, answer: bytes, files: tuple[Path, Path] | None) -> None:
    while True:
        try:
            line, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(line, team, answer, files), name="line", daemon=True).start()


def _answer(line: socket.socket, team: Team, answer: bytes, files: tuple[Path, Path] | None) -> None:
    try:
        with closing(line):
            begun = line.recv(8, socket.MSG_WAITALL)
            with closing(socket.socket(socket.AF_UNIX)) as server:
                server.connect(f"{team.address.host}/.s.PGSQL.{team.address.port}")
                if begun[4:] == b"\x04\xd2\x16\x2f":
                    line.sendall(answer)
                    if files is not None:
                        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                        context.load_cert_chain(*files)
                        line = context.wrap_socket(line, server_side=True)
                else:
                    server.sendall(begun)
                back = threading.Thread(target=_pass_on, args=(server, line), name="back", daemon=True)
                back.start()
                _pass_on(line, server)
                server.shutdown(socket.SHUT_RDWR)
                back.join(2)
            line.close()
    except OSError:
        return


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        return
