"""Files and links on deals, leads, contacts and companies: files are kept by their content, beside a workspace in a file and in
the database of a team's."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from .. import storage
from ..domain.opportunities import NAME_LIMIT
from ..domain.text import one_line
from ..errors import InvalidInput, NotFound, UserError
from ..i18n import N_, tr
from .workspace import Workspace

if TYPE_CHECKING:
    from ..storage.unit_of_work import UnitOfWork

SUBJECTS = frozenset({"opportunity", "lead", "contact", "company"})
_CHUNK = 1 << 20  # As much as a part on a server (storage/server/contents.py).
_DAY_SECONDS = 86_400
_NAME_BYTES = 200
_SPARE_BYTES = 50_000_000
_PROGRAM = re.compile(
    r"(?i).*\.(app|apk|appimage|bat|cmd|com|cpl|deb|desktop|dll|dmg|exe|hta|jar|jse?|lnk|ms[ip]|pif|ps1|pyw?|reg|rpm|run|scr|sh"
    r"|url|vb[es]?|wsf)"
)
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file (``size`` in bytes) or, with a ``url``, a link."""

    id: int
    name: str
    size: int
    sha256: str
    url: str
    added_by: str
    added_at: datetime | None


def folder_of(workspace: Path) -> Path:
    """Where the files of a workspace are: ``deals.salesos`` → ``deals.salesos-files``."""
    return workspace.with_name(workspace.name + "-files")


def of(ws: Workspace, table: str, row_id: int) -> list[Attachment]:
    """Files and links of a row, newest first."""
    with ws.store.read() as connection:
        return [Attachment(*row) for row in storage.attachments.of(connection, table, row_id)]


def add_files(ws: Workspace, table: str, row_id: int, sources: Iterable[Path]) -> list[int]:
    """Keeps copies of files and hangs them on a row, all or none; returns their ids. Raises UserError, InvalidInput."""
    _check_subject(table)
    kept = [(source, *_keep(ws, source)) for source in sources]
    if not kept:
        return []
    names = [safe_name(source.name) for source, _, _ in kept]
    label = (
        [N_("Attach “{name}”"), {"name": names[0]}]
        if len(kept) == 1
        else [N_("Attach {count} file"), N_("Attach {count} files"), len(kept), {}]
    )
    with ws.unit("attach", label) as uow:
        _need_live(uow, table, row_id)
        return [
            uow.insert(
                "attachment",
                {
                    "subject_table": table, "subject_id": row_id, "name": name, "size": size, "sha256": sha256,
                    "kind": "file", "added_by": ws.actor_id or None, "added_at": uow.at,
                },
            )
            for name, (_, sha256, size) in zip(names, kept, strict=True)
        ]  # fmt: skip


def add_link(ws: Workspace, table: str, row_id: int, url: str, name: str = "") -> int:
    """Hangs a web address on a row. Raises InvalidInput when it is none."""
    _check_subject(table)
    url = url.strip()
    if not re.fullmatch(r"(?i)https?://[^\s/]+\.?[^\s]*", url) or len(url) > 2000:
        raise InvalidInput(
            "url",
            tr("“{text}” is not a web address.").format(text=url[:60]),
            tr("Write it like https://example.com/page."),
        )
    name = one_line(name)[:NAME_LIMIT] or re.sub(r"(?i)^https?://(www\.)?", "", url)[:NAME_LIMIT].rstrip("/")
    with ws.unit("attach", [N_("Attach “{name}”"), {"name": name}]) as uow:
        _need_live(uow, table, row_id)
        return uow.insert(
            "attachment",
            {
                "subject_table": table, "subject_id": row_id, "name": name, "kind": "link", "url": url,
                "added_by": ws.actor_id or None, "added_at": uow.at,
            },
        )  # fmt: skip


def rename(ws: Workspace, attachment_id: int, name: str) -> None:
    """Another name for a file or link."""
    with ws.unit("edit", [N_("Rename “{name}”"), {"name": name}]) as uow:
        row = uow.get("attachment", attachment_id)
        clean = safe_name(name) if row["kind"] == "file" else one_line(name)[:NAME_LIMIT]
        if not name.strip():
            raise InvalidInput("name", tr("The name is missing."), tr("Fill it in."))
        uow.update("attachment", attachment_id, {"name": clean})


def remove(ws: Workspace, attachment_id: int) -> None:
    """Puts a file or link in the bin; undo brings it back."""
    with ws.unit("delete", [N_("Remove an attachment"), {}]) as uow:
        row = uow.get("attachment", attachment_id)
        uow.call_it([N_("Remove “{name}”"), {"name": row["name"]}])
        uow.update("attachment", attachment_id, {"deleted_at": ws.clock.now()})


def opened_copy(ws: Workspace, attachment_id: int, *, to_open: bool = True) -> Path:
    """A copy of a file under its own name that the system's program may open; changes to it are not kept.

    Raises NotFound, or UserError when it is a program, when the kept file is missing or no longer what was attached.
    """
    with ws.store.read() as connection:
        row = storage.attachments.row(connection, attachment_id)
    if row is None or row["kind"] != "file":
        raise NotFound(tr("This file does not exist."), tr("It may have been removed."))
    if to_open and _PROGRAM.fullmatch(row["name"]):
        raise UserError(
            tr("“{name}” is a program and is not started from here.").format(name=row["name"]),
            tr("Save it elsewhere, and start it from there if you trust who sent it."),
        )
    target = Path(tempfile.mkdtemp(prefix="salesos-")) / safe_name(row["name"])
    try:
        with target.open("wb") as copy:
            digest, _ = _copied(_kept(ws, row), copy)
    except BaseException as error:
        _take_away(target)
        if isinstance(error, OSError):
            raise UserError(tr("“{name}” cannot be read.").format(name=row["name"]), _cure(ws, row)) from error
        raise
    if digest != row["sha256"]:
        _take_away(target)
        raise UserError(
            tr("“{name}” is damaged: it is not the file that was attached.").format(name=row["name"]),
            tr("Take it from a backup."),
        )
    target.chmod(0o400)
    return target


def save_as(ws: Workspace, attachment_id: int, target: Path) -> None:
    """Writes a checked copy of a file to where the person wants it. Raises like ``opened_copy``."""
    copy = opened_copy(ws, attachment_id, to_open=False)
    try:
        shutil.copyfile(copy, target)
    except OSError as error:
        raise UserError(tr("{path} cannot be written.").format(path=target), tr("Choose another folder.")) from error
    finally:
        _take_away(copy)


def copy_all(source: Path, target: Path, *, share: bool = False) -> int:
    """Copies the files of one workspace beside another, those that it lacks; returns how many (backup, restore).

    ``share``: both name the same bytes on the disk where it can do that; no kept file is ever written again.
    """
    if not source.is_dir():
        return 0
    count = 0
    for file in source.rglob("*"):
        place = target / file.relative_to(source)
        if file.is_file() and not file.name.endswith(".part") and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            count += 1
            if share:
                with suppress(OSError):
                    os.link(file, place)
                    continue
            fresh = place.with_name(place.name + ".part")
            shutil.copyfile(file, fresh)
            fresh.replace(place)
    return count


def sweep(ws: Workspace) -> int:
    """Takes away kept files that no row names any more, not even in the bin or one that redo would bring back; returns how many.

    One that is younger than a day may belong to a row that is just being written, and stays.
    """
    if ws.store.path is None:
        with ws.store.write() as connection:
            return storage.contents.sweep(connection)
    folder = folder_of(ws.store.path)
    if not folder.is_dir():
        return 0
    with ws.store.read() as connection:
        named = storage.attachments.hashes(connection)
    old, count = time.time() - _DAY_SECONDS, 0
    for file in folder.rglob("*"):
        if file.is_file() and file.name not in named and file.stat().st_mtime < old:
            file.unlink(missing_ok=True)
            count += 1
    return count


def safe_name(name: str) -> str:
    """The last part of a name, without what no file system takes; never empty, never a device or a hidden file.

    Signs that turn the direction of writing go too: they make a program's name look like a document's.
    """
    last = re.split(r"[/\\]", name.encode("utf-8", "replace").decode())[-1]
    clean = "".join("_" if c in '<>:"|?*' or unicodedata.category(c) in ("Cc", "Cf") else c for c in last)
    clean = clean.strip().strip(".").strip()
    stem, dot, ending = clean.rpartition(".")
    if dot and len(ending.encode()) < 20:
        clean = _shortened(stem, _NAME_BYTES - len(ending.encode())) + dot + ending
    else:
        clean = _shortened(clean, _NAME_BYTES)
    return "_" + clean if not clean or _RESERVED.fullmatch(clean) else clean


def _shortened(text: str, size: int) -> str:
    """The beginning of a text that takes up to ``size`` bytes: what file systems count."""
    return text.encode()[:size].decode(errors="ignore").rstrip()


def _take_away(copy: Path) -> None:
    """Removes a copy with the folder that was made for it."""
    if copy.exists():
        copy.chmod(0o600)
    shutil.rmtree(copy.parent, ignore_errors=True)


def _keep(ws: Workspace, source: Path) -> tuple[str, int]:
    """Copies a file into the workspace under its hash; (hash, size). The same content is kept once, on a server once for each
    person that brings it."""
    refused = tr("“{name}” could not be attached.").format(name=source.name)
    if source.is_dir():
        raise UserError(refused, tr("It is a folder; choose files."))
    if source.exists() and not source.is_file():
        raise UserError(refused, tr("It is a device or a pipe; choose files."))
    folder = Path(tempfile.gettempdir()) if ws.store.path is None else folder_of(ws.store.path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < source.stat().st_size + _SPARE_BYTES:
            raise UserError(refused, tr("The disk is nearly full. Free some space and try again."))
        handle, part = tempfile.mkstemp(prefix="salesos-", suffix=".part", dir=folder)
        try:
            with source.open("rb") as original, os.fdopen(handle, "wb") as copy:
                digest, size = _copied(_chunks(original), copy)
                copy.flush()
                os.fsync(copy.fileno())
            if ws.store.path is None:
                with Path(part).open("rb") as whole:
                    storage.contents.keep(ws.store, digest, ws.actor_id, _chunks(whole))
            else:
                place = _place(ws.store.path, digest)
                place.parent.mkdir(exist_ok=True)
                Path(part).replace(place)
        finally:
            Path(part).unlink(missing_ok=True)
    except OSError as error:
        raise UserError(refused, tr("It cannot be read, or the workspace's folder cannot be written.")) from error
    return digest, size


def _kept(ws: Workspace, row: Mapping[str, Any]) -> Iterator[bytes]:
    """The content of a file, in parts."""
    if ws.store.path is None:
        with ws.store.read() as connection:
            yield from storage.contents.parts(connection, row["sha256"], row["added_by"] or 0)
    else:
        with _place(ws.store.path, row["sha256"]).open("rb") as file:
            yield from _chunks(file)


def _cure(ws: Workspace, row: Mapping[str, Any]) -> str:
    """What to do when a kept file cannot be copied."""
    if ws.store.path is None:
        return tr("There may be no space for a copy on this computer.")
    folder = _place(ws.store.path, row["sha256"]).parent
    return tr("Look whether the folder {path} is there; a backup has it too.").format(path=folder)


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def _copied(source: Iterable[bytes], target: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in source:
        digest.update(chunk)
        target.write(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _place(workspace: Path, sha256: str) -> Path:
    """Where a file is; a hash that is none (a forged row) cannot lead out of the folder."""
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise NotFound(tr("This file does not exist."), tr("It may have been removed."))
    return folder_of(workspace) / sha256[:2] / sha256


def _need_live(uow: UnitOfWork, table: str, row_id: int) -> None:
    if uow.get(table, row_id)["deleted_at"] is not None:
        raise NotFound(tr("This no longer exists."), tr("Somebody deleted it meanwhile."))


def _check_subject(table: str) -> None:
    if table not in SUBJECTS:
        raise ValueError(table)
