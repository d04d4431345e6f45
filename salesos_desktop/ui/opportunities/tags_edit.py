"""A line of tags, separated by commas, that completes the one that is being typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit


class TagsEdit(QLineEdit):
    """Offers ``known`` tags for the one at the end."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__()
        self.setCompleter(_LastCompleter(list(known), self))

    def tags(self) -> list[str]:
        """The tags, without blanks around them."""
        return [part.strip() for part in re.split("[,;]", self.text()) if part.strip()]


class _LastCompleter(QCompleter):
    """Completes what stands behind the last comma."""

    def __init__(self, known: list[str], line: QLineEdit) -> None:
        super().__init__(known, line)
        self._line = line
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)

    def splitPath(self, path: str) -> list[str]:
        """Only the last tag is looked for; before it has a letter nothing is offered."""
        return [re.split("[,;]", path)[-1].strip() or "\0"]

    def pathFromIndex(self, index: object) -> str:
        """The whole line with the tag that was chosen at its end."""
        before = re.split("[,;]", self._line.text())[:-1]
        return ", ".join([part.strip() for part in before if part.strip()] + [index.data()])  # type: ignore[attr-defined]
