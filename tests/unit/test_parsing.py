"""Whatever a command line lacks is said in the language in use."""

from __future__ import annotations

import pytest

from salesos_desktop import cli
from salesos_desktop.commands import parsing
from salesos_desktop.errors import UserError


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("users --x", "[Unrecognized arguments: --x.]"),
        ("users x", "[Unrecognized arguments: x. What has spaces in it goes between quotes.]"),
        ("add-user Ana", "[The following arguments are required: --role.]"),
        (
            "add-user Ana --role BOSS",
            "[--role: invalid choice: 'boss' (choose from 'rep', 'manager', 'admin', 'viewer').]",
        ),
        ("add-user Ana --role", "[--role needs a value.]"),
        ("init x --login", "[--login needs a value.]"),
        ("users --json=yes", "[--json takes no value, and has 'yes'.]"),
    ],
)
def test_what_is_not_understood(words: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "tr", lambda text: f"[{text}]")
    with pytest.raises(UserError) as refused:
        cli._parser().parse_args(["server", *words.split()])
    assert refused.value.title == said


def test_help_is_in_the_language_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "tr", lambda text: f"[{text}]")
    said = cli._parser().format_help()
    assert said.startswith("[usage: ]salesos-desktop")
    assert all(f"\n{heading}:\n" in said for heading in ("[arguments]", "[options]"))
    assert "[show this help]" in said


def test_a_number_that_is_none_has_one_full_stop() -> None:
    with pytest.raises(UserError) as refused:
        cli._parser().parse_args(["show", "x"])
    assert refused.value.title == "id: “x” is not a whole number."
