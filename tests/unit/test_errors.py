"""A user error says what happened and what to do."""

from salesos_desktop.errors import InvalidInput


def test_error_carries_field_and_reads_as_one_line() -> None:
    error = InvalidInput("value", "The value is not a number.", "Write it like 1.234,56.")
    assert error.field == "value"
    assert str(error) == "The value is not a number. Write it like 1.234,56."
