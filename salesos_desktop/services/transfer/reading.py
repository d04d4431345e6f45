"""Reads delimited text: finds out encoding and delimiter, and gives rows with the line they begin on."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import UserError
from ...i18n import tr
from .cells import unguarded

_SAMPLE = 64 * 1024
_FIELD_LIMIT = 1_000_000
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: ``line`` is where it begins in the file, counted from 1; ``values`` as many as there are columns."""

    line: int
    values: list[str]
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read again and again, always as a stream."""

    path: Path
    encoding: str
    delimiter: str
    headers: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """Every record but the header; empty lines are left out.

        Raises UserError for a broken file, and for one that is gone or has other columns than when it was opened.
        """
        width = len(self.headers)
        with _readable(self.path), self.path.open(encoding=self.encoding, newline="") as file:
            reader = _reader(file, self.delimiter, strict=True)
            try:
                if _header(reader) != self.headers:
                    raise UserError(
                        tr("The columns of {file} have changed since it was opened.").format(file=self.path.name),
                        tr("Nothing was imported. Open the file again."),
                    )
                line = reader.line_num + 1
                for values in reader:
                    if any(value.strip() for value in values):
                        extra = max(0, len(values) - width)
                        padded = values[:width] + [""] * (width - len(values))
                        yield Row(line, [unguarded(value.strip()) for value in padded], extra)
                    line = reader.line_num + 1
            except (csv.Error, UnicodeError) as error:
                raise UserError(
                    tr("{file} cannot be read from line {line} on: {reason}.").format(
                        file=self.path.name, line=reader.line_num + 1, reason=error
                    ),
                    tr("Nothing was imported. Save the file again as CSV in UTF-8 and try again."),
                ) from error


def open_table(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Table:
    """Looks at a file and says how to read it, where that is not given (one of ENCODINGS, of DELIMITERS).

    Raises UserError for one that is missing, empty or no text.
    """
    with _readable(path):
        return _opened(path, encoding, delimiter)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            tr("{file} cannot be read.").format(file=path), tr("Check the name and that you may open it.")
        ) from error


def _opened(path: Path, encoding: str | None, delimiter: str | None) -> Table:
    if path.exists() and not path.is_file():
        raise IsADirectoryError(path)
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if not sample.strip():
        raise UserError(tr("{file} is empty.").format(file=path.name), tr("Choose a file with a header line and rows."))
    encoding = encoding or _encoding(path, sample)
    text = sample.decode(encoding, errors="replace").lstrip("\ufeff")
    if "\x00" in text:
        raise UserError(
            tr("{file} is not a text file.").format(file=path.name), tr("Save it as CSV in the other program first.")
        )
    delimiter = delimiter or _delimiter(text)
    with path.open(encoding=encoding, newline="") as file:
        reader = _reader(file, delimiter)
        try:
            headers = _header(reader)
        except (csv.Error, UnicodeError) as error:
            raise UserError(
                tr("The header of {file} cannot be read: {reason}.").format(file=path.name, reason=error),
                tr("Save the file again as CSV in UTF-8 and try again."),
            ) from error
    if not headers:
        raise UserError(
            tr("{file} has no header line.").format(file=path.name),
            tr("Put the names of the columns in the first line."),
        )
    return Table(path, encoding, delimiter, headers)


def _header(reader: Iterator[list[str]]) -> tuple[str, ...]:
    """The names of the columns, each once; empty without any."""
    names = [unguarded(name.replace("\ufeff", "").strip()) for name in next((row for row in reader if row), [])]
    return tuple(_unique(names)) if any(names) else ()


def _reader(file: Any, delimiter: str, *, strict: bool = False) -> Any:
    """``strict`` refuses a quote that is never closed, which would swallow the rows behind it."""
    csv.field_size_limit(_FIELD_LIMIT)
    return csv.reader(file, delimiter=delimiter, strict=strict)


def _encoding(path: Path, sample: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    ):  # fmt: skip
        if sample.startswith(mark):
            return name
    even, odd = sample[0:4000:2].count(0), sample[1:4000:2].count(0)
    half = max(1, len(sample[:4000]) // 2)
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        return "utf-8"
    except UnicodeDecodeError:
        return "latin-1" if any(0x80 <= byte < 0xA0 and byte in _NOT_IN_1252 for byte in sample) else "cp1252"


_NOT_IN_1252 = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})


def _delimiter(text: str) -> str:
    """The sign that parts the header into most columns and does so alike in the lines below."""
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    best, best_score = ",", (-1.0, 0)
    for sign in DELIMITERS:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=sign)]
        except csv.Error:
            continue
        if not counts or counts[0] < 2:
            continue
        alike = sum(1 for count in counts if count == counts[0]) / len(counts)
        if (alike, counts[0]) > best_score:
            best, best_score = sign, (alike, counts[0])
    return best


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for number, name in enumerate(names, start=1):
        name = name or tr("Column {number}").format(number=number)
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
