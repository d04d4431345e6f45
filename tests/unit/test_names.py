"""What a name is: what one sees of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop.domain.text import one_line, unmarked


@pytest.mark.parametrize(
    "text", ["", None, " ", "\u200b", "\u202e\u2066", "\x01\x02", "\0", "\u3164\u2800", "\ufe0f", "\u0301"]
)
def test_what_nobody_sees_is_nothing(text: str | None) -> None:
    assert one_line(text) == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Ana\t\n Ruiz ", "Ana Ruiz"), ("\u200e\ufeffAna\u200b ", "Ana"), ("A\0na", "A na"), ("\x07Ana", "Ana"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"), ("❤\ufe0f", "❤\ufe0f"), ("می\u200cخواهم", "می\u200cخواهم"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"), ("e\u0301", "e\u0301"),
    ],
)  # fmt: skip
def test_what_is_seen_stays(text: str, kept: str) -> None:
    assert one_line(text) == kept


@given(st.text())
def test_a_clean_name_is_left_as_it_is(text: str) -> None:
    once = one_line(text)
    assert one_line(once) == once
    assert "\0" not in once
    assert once == once.strip()


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        (
            "# To do\n\n- **ring** _Ana_\n- [ ] ~~send~~ `it`\n---\n> [offer](https://a.es/b)",
            "To do ring Ana send it offer",
        ),
        ("***@Bea Sol***, see **the *new* price**", "@Bea Sol, see the new price"),
        ("2 * 3 * 4, a_b_c, 5 - 1 # 7, *", "2 * 3 * 4, a_b_c, 5 - 1 # 7, *"),
    ],
)
def test_a_note_is_read_without_the_signs_of_its_looks(markdown: str, read: str) -> None:
    assert unmarked(markdown) == read
