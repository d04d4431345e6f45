"""A team is set up with the commands that the README shows, each as a process."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from salesos_desktop.storage.server import health

from ..conftest import _fresh_database, ready_bytes
from .program import here, process

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def address(server: str) -> str:
    """The owner's address of an empty database."""
    return re.sub(r"//[^@]*@", "//postgres@", _fresh_database(server, "sales").replace("+psycopg", ""))


def test_the_readme_s_set_up(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "own.salesos"
    own.write_bytes(ready_bytes())
    section = README.read_text(encoding="utf-8").partition("<!-- team -->")[2].partition("<!-- /team -->")[0]
    commands = [shlex.split(line) for line in re.findall(r"^salesos-desktop (.*)$", section, re.MULTILINE)]
    assert len(commands) >= 12
    monkeypatch.setenv("PGPASSWORD", "correct horse")
    marta = address.replace("//postgres@", "//marta.rios@")
    known = {
        "postgresql://sales@db.example.com/sales": address, "postgresql://marta.rios@db.example.com/sales": marta,
    }  # fmt: skip
    said = ""
    for words in commands:
        ran = process if words[:2] == ["server", "init"] else here
        if words[0] == "--workspace":
            words = ["--workspace", known[words[1]], *words[2:]]
        wrong = 2 if "doctor" in words else 0
        said += ran(own, *(known.get(word, word) for word in words), code=wrong, given=b"correct horse\n")[0]
    assert re.search(r"^marta.rios is “Marta Ríos” of the file$", said, re.MULTILINE)
    assert "Nothing stands in the way." in said
    assert (tmp_path / "friday.salesos").exists()
    assert here(Path(), "--workspace", address, "backup", "own.salesos.copy")[0] == "Backed up to own.salesos.copy.\n"
    assert f"Restored {address}." in unquote(said)
    [found] = json.loads(here(Path(), "--workspace", address, "server", "doctor", "--json", code=2)[0])
    assert (found["code"], found["title"]) == ("admins", "There is 1 administrator.")
    assert f"“Ana Ruiz” connects as “ana.ruiz”: {marta.replace('marta.rios', 'ana.ruiz')}\n" in unquote(said)
    assert said.count("The team “North” was not there and was made.") == 1
    everybody = json.loads(here(Path(), "--workspace", marta, "server", "users", "--json")[0])
    assert {(each["login"], each["role"], each["team"], each["active"]) for each in everybody} == {
        ("marta.rios", "admin", "", True), ("ana.ruiz", "manager", "North", True), ("", "rep", "North", False),
    }  # fmt: skip
    again = here(Path(), "--workspace", marta, "server", "set-role", "ANA.Ruiz", "--role", "Viewer", "--json")[0]
    assert {"login": "ana.ruiz", "role": "viewer"}.items() <= json.loads(again).items()
    for refused, why in (
        (["server", "init", address, "--name", "Eve"], "There is a workspace in this database already."),
        (["--workspace", marta, "server", "disable-user", "MARTA.Rios"], "The last administrator stays one."),
        (
            ["--workspace", marta, "server", "add-user", "Eve", "--role", "rep", "--login", "postgres"],
            "This login is taken",
        ),
        (
            ["--workspace", marta, "server", "set-role", "Nobody", "--role", "rep"],
            "There is nobody called “Nobody”. There are: Ana Ruiz (ana.ruiz), Bea, Marta Ríos (marta.rios)",
        ),
        (["server", "init", address, "--login", "eve", "--currency", "peso"], "“PESO” is not a currency"),
        (["server", "init", "sales"], "“sales” is no address of a team. Write it like postgresql://"),
        (["server", "init", "postgresql://x:y@localhost/z"], "A password in an address can be read"),
        (["--workspace", marta, "server", "upgrade"], "may not look after this database"),
    ):
        error = here(Path(), *refused, code=2, given=b"correct horse\n")[1]
        assert why in error
        assert error.count("\n") == 1


def test_a_workspace_without_an_administrator_gets_one(
    address: str, server: str, ready_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Rights are not what is looked at, which takes a second.
    monkeypatch.setattr(health.drift, "found", lambda *_: ([], []))
    file = tmp_path / "deals.salesos"
    file.write_bytes(ready_bytes())
    init = ["server", "init", address, "--name", "Marta", "--login", "marta.r"]
    refused = here(Path(), *init, "--password-stdin", code=2, given=b"short\n")[1]
    assert refused.startswith("The new administrator's password is too short. It needs 8 characters or more")
    assert here(Path(), *init, "--password-stdin", code=2, given=None)[1] == refused, "a closed input is an empty one"
    nobody = ["server", "init", "postgresql://postgres@127.0.0.1:1/sales", "--password-stdin"]
    assert here(Path(), *nobody, code=2, given=b"")[1].startswith("Nobody answers at 127.0.0.1:1."), (
        "before any password"
    )
    nameless = ["server", "init", address, "--name", " ", "--login", "marta.r"]
    assert here(Path(), *nameless, code=2, given=b"correct horse\n")[1].startswith("A person needs a name.")
    nothing = here(Path(), "server", "upgrade", address, code=2)[1]
    assert nothing.startswith("There is no workspace in this database. Make one with: salesos-desktop server init")
    with psycopg.connect(address) as own:
        assert own.execute("SELECT to_regclass('public.person')").fetchone() == (None,), "nothing was made"
    unled = re.sub(r"//[^@]*@", "//postgres@", _fresh_database(server, "unled", ready_database).replace("+psycopg", ""))
    init[2] = unled
    for more in ([], ["--dry-run"]):
        assert "has no administrator" in here(Path(), "server", "move-in", str(file), unled, *more, code=2)[1]
    for login, cure in (
        ("marta", lambda said: shlex.split(re.findall("salesos-desktop (server .*?) \\(", said)[0])),
        ("marta.r", lambda _: init),
    ):
        with psycopg.connect(unled) as own:
            own.execute("UPDATE person SET login = '', active = false")
        said = here(Path(), "--workspace", unled, "server", "doctor", code=2)[0]
        assert said.startswith("There is no administrator. ")
        words = [{"NAME": "Marta"}.get(word, word) for word in cure(said)]
        here(Path(), "--workspace", unled, *words, given=b"correct horse\n")
        people = json.loads(here(Path(), "--workspace", unled, "server", "users", "--json")[0])
        led = [(each["name"], each["login"], each["role"]) for each in people if each["active"]]
        assert led == [("Marta", login, "admin")]
    assert "Password, said once" in here(Path(), "--workspace", unled, "server", "password", "--of", "MARTA")[0]
