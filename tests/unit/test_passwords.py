"""Passwords are in the system's keyring or nowhere; which workspaces were opened is kept without them."""

from __future__ import annotations

import logging
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest

from salesos_desktop import config, passwords, workspaces
from salesos_desktop.domain.teams import Address
from salesos_desktop.errors import InvalidInput, UserError
from tests.keyrings import MemoryKeyring

ANA = Address("db.example", "ventas", "ana")


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    made = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


def test_a_password_is_kept_for_one_login_on_one_server_until_it_is_forgotten(ring: MemoryKeyring) -> None:
    passwords.keep(ANA, "s3cret")
    assert passwords.possible()
    assert passwords.kept(ANA) == "s3cret"
    assert passwords.kept(Address("db.example", "ventas", "leo")) == ""
    assert passwords.kept(Address("db.example", "ventas", "ana", 6543)) == ""
    passwords.forget(ANA)
    passwords.forget(ANA)
    assert (passwords.kept(ANA), ring.secrets) == ("", {})


def test_one_that_does_not_open_keeps_nothing_and_says_so(
    ring: MemoryKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    ring.locked = True
    with caplog.at_level(logging.DEBUG), pytest.raises(UserError, match="kept nowhere"):
        passwords.keep(ANA, "s3cret")
    assert passwords.kept(ANA) == ""
    passwords.forget(ANA)
    assert "s3cret" not in caplog.text


def test_a_keyring_that_writes_plain_text_or_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = type("PlaintextKeyring", (MemoryKeyring,), {"__module__": "keyrings.alt.file"})()
    for none in (plain, keyring.backends.null.Keyring(), keyring.backends.fail.Keyring()):
        monkeypatch.setattr(keyring, "get_keyring", lambda none=none: none)
        assert not passwords.possible()
        with pytest.raises(UserError):
            passwords.keep(ANA, "s3cret")
        assert passwords.kept(ANA) == ""
    assert plain.secrets == {}
    chain = MemoryKeyring()
    chain.backends = [plain, MemoryKeyring()]  # type: ignore[attr-defined]
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain)
    passwords.keep(ANA, "s3cret")
    assert (passwords.kept(ANA), plain.secrets) == ("s3cret", {})


def test_workspaces_are_kept_newest_first_and_without_passwords(tmp_path: Path) -> None:
    kept = config.Preferences.load(tmp_path / "preferences.json")
    assert workspaces.last(kept) == config.default_workspace()
    file = tmp_path / "ventas.salesos"
    for where in (file, ANA, *(tmp_path / f"{n}.salesos" for n in range(12)), file, ANA):
        workspaces.keep(kept, where)
    again = config.Preferences.load(tmp_path / "preferences.json")
    assert workspaces.last(again) == ANA
    assert workspaces.recent(again)[:3] == [ANA, file, tmp_path / "11.salesos"]
    assert len(workspaces.recent(again)) == 12
    workspaces.note(again, Path("mine.salesos"))
    assert workspaces.recent(again)[0] == Path("mine.salesos").absolute()
    workspaces.drop(again, ANA)
    workspaces.drop(again, Path("mine.salesos"))
    assert workspaces.recent(again)[0] == file
    again.workspaces = ["postgresql://a@b:x/c", 7, ""]  # type: ignore[list-item]
    again.workspace = "postgresql://a@b:x/c"
    assert workspaces.recent(again) == []
    assert workspaces.last(again) == config.default_workspace()


def test_an_address_on_a_command_line_has_no_password() -> None:
    assert workspaces.named("ventas.salesos") == Path("ventas.salesos")
    assert workspaces.named("postgresql://ana@db.example/ventas") == ANA
    for wrong, told in (
        ("postgresql://ana:s3cret@db.example/ventas", "read by everybody"),
        ("postgresql://ana@db.example/ventas?password=s3cret", "read by everybody"),
        ("postgresql://ana@db.example", "names no database"),
        ("postgresql://ana:s3cret@db.example:x/ventas", "no address of a team"),
    ):
        with pytest.raises(InvalidInput, match=told) as caught:
            workspaces.named(wrong)
        assert "s3cret" not in str(caught.value)
