"""Files beside the workspace: kept by their content, checked when opened, never outside their folder."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesos_desktop import bootstrap
from salesos_desktop.errors import InvalidInput, NotFound, UserError
from salesos_desktop.services import attachments, backups, opportunities, timeline, undo
from salesos_desktop.services.workspace import Workspace
from tests.conftest import StillClock, make_deals

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_file_is_kept_opened_as_a_copy_removed_and_brought_back(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    offer = tmp_path / "Oferta ñ.pdf"
    offer.write_bytes(b"offer")
    number = attachments.add_files(ws, "opportunity", deal, [offer])[0]
    offer.unlink()
    copy = attachments.opened_copy(ws, number)
    assert (copy.name, copy.read_bytes()) == ("Oferta ñ.pdf", b"offer")
    attachments.remove(ws, number)
    assert attachments.of(ws, "opportunity", deal) == []
    with pytest.raises(NotFound):
        attachments.opened_copy(ws, number)
    undo.undo(ws)
    assert [a.name for a in attachments.of(ws, "opportunity", deal)] == ["Oferta ñ.pdf"]
    told = [(e.before, e.after) for e in timeline.entries(ws, deal) if e.field == "attachment"]
    assert told == [(None, "Oferta ñ.pdf"), ("Oferta ñ.pdf", None), (None, "Oferta ñ.pdf")]


def test_the_same_content_is_kept_once_and_a_changed_one_is_refused(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for file in files:
        file.write_text("same", encoding="utf-8")
    first, second = attachments.add_files(ws, "opportunity", deal, files)
    assert ws.store.path is not None
    kept = [p for p in attachments.folder_of(ws.store.path).rglob("*") if p.is_file()]
    assert len(kept) == 1
    kept[0].write_text("other", encoding="utf-8")
    for number in (first, second):
        with pytest.raises(UserError, match="damaged"):
            attachments.opened_copy(ws, number)


def test_what_cannot_be_attached_leaves_nothing(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    there = tmp_path / "there.txt"
    there.write_text("x", encoding="utf-8")
    for wrong in (tmp_path, tmp_path / "missing.txt"):
        with pytest.raises(UserError):
            attachments.add_files(ws, "opportunity", deal, [there, wrong])
    with pytest.raises(NotFound):
        attachments.add_files(ws, "lead", 99, [there])
    assert attachments.of(ws, "opportunity", deal) == []


def test_a_forged_row_cannot_lead_out_of_the_folder(ws: Workspace) -> None:
    deal = make_deals(ws, 1)[0]
    with ws.unit("x", ["x", {}]) as uow:
        number = uow.insert(
            "attachment",
            {"subject_table": "opportunity", "subject_id": deal, "name": "../../x", "sha256": "../../../etc/passwd"},
        )
    with pytest.raises(NotFound):
        attachments.opened_copy(ws, number)


@pytest.mark.parametrize("url", ["", "ftp://x", "javascript:alert(1)", "file:///etc/passwd", "https://", "http:// x"])
def test_only_web_addresses_are_links(ws: Workspace, url: str) -> None:
    deal = make_deals(ws, 1)[0]
    with pytest.raises(InvalidInput):
        attachments.add_link(ws, "opportunity", deal, url)
    attachments.add_link(ws, "opportunity", deal, "https://www.example.com/plan/")
    assert attachments.of(ws, "opportunity", deal)[0].name == "example.com/plan"


@given(st.text(max_size=300))
def test_a_name_is_always_one_that_a_folder_takes(name: str) -> None:
    safe = attachments.safe_name(name)
    assert 0 < len(safe) <= 172
    assert not set(safe) & set('<>:"|?*/\\\0')
    assert not safe.startswith(".")
    assert safe == attachments.safe_name(safe)


def test_a_backup_has_the_files(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    file = tmp_path / "a.txt"
    file.write_text("kept", encoding="utf-8")
    number = attachments.add_files(ws, "opportunity", deal, [file])[0]
    backups.back_up(ws, tmp_path / "backup.salesos")
    backups.restore(tmp_path / "backup.salesos", tmp_path / "other" / "new.salesos", NOW)
    other = bootstrap.open_workspace(tmp_path / "other" / "new.salesos", clock=StillClock())
    assert attachments.opened_copy(other, number).read_text(encoding="utf-8") == "kept"
    other.store.close()


def test_files_that_nobody_names_any_more_go_a_day_later(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    file = tmp_path / "a.txt"
    file.write_text("kept", encoding="utf-8")
    number = attachments.add_files(ws, "opportunity", deal, [file])[0]
    assert ws.store.path is not None
    folder = attachments.folder_of(ws.store.path)
    stray = folder / "ab" / ("ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("stray", encoding="utf-8")
    assert attachments.sweep(ws) == 0
    for kept in folder.rglob("*"):
        os.utime(kept, (0, 0))
    attachments.remove(ws, number)
    assert attachments.sweep(ws) == 1
    undo.undo(ws)
    assert attachments.opened_copy(ws, number).read_text(encoding="utf-8") == "kept"


def aged(ws: Workspace) -> None:
    """Makes every kept file old enough to be swept away."""
    assert ws.store.path is not None
    for kept in attachments.folder_of(ws.store.path).rglob("*"):
        os.utime(kept, (0, 0))


def test_a_file_that_redo_would_bring_back_stays(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    file = tmp_path / "a.txt"
    file.write_text("kept", encoding="utf-8")
    number = attachments.add_files(ws, "opportunity", deal, [file])[0]
    aged(ws)
    undo.undo(ws)
    assert attachments.sweep(ws) == 0
    undo.redo(ws)
    assert attachments.opened_copy(ws, number).read_text(encoding="utf-8") == "kept"
    undo.undo(ws)
    make_deals(ws, 1)
    assert attachments.sweep(ws) == 1, "there is nothing to redo any more"


def test_the_file_that_a_restore_replaces_keeps_its_attachments(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    assert ws.store.path is not None
    backups.back_up(ws, tmp_path / "backup.salesos")
    file = tmp_path / "a.txt"
    file.write_text("kept", encoding="utf-8")
    number = attachments.add_files(ws, "opportunity", deal, [file])[0]
    path = ws.store.path
    ws.store.close()
    earlier = backups.restore(tmp_path / "backup.salesos", path, NOW)
    assert earlier is not None
    with closing(bootstrap.open_workspace(path, clock=StillClock()).store) as restored:
        aged(Workspace(restored, StillClock()))
        assert attachments.sweep(Workspace(restored, StillClock())) == 1
    with closing(bootstrap.open_workspace(earlier, clock=StillClock()).store) as before:
        copy = attachments.opened_copy(Workspace(before, StillClock()), number)
        assert copy.read_text(encoding="utf-8") == "kept"


def test_names_that_lie_and_files_that_are_none(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    assert attachments.safe_name("invoice\u202efdp.exe") == "invoice_fdp.exe"
    assert attachments.safe_name("caf\udce9.txt") == "caf_.txt"
    assert len(attachments.safe_name("🙂" * 150 + ".txt").encode()) <= 204
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UserError, match="pipe"):
        attachments.add_files(ws, "opportunity", deal, [pipe])
    opportunities.delete(ws, [deal])
    with pytest.raises(NotFound):
        attachments.add_link(ws, "opportunity", deal, "https://example.com")


def test_a_program_is_saved_but_not_started(ws: Workspace, tmp_path: Path) -> None:
    deal = make_deals(ws, 1)[0]
    file = tmp_path / "Offer.PDF.exe"
    file.write_bytes(b"MZ")
    number = attachments.add_files(ws, "opportunity", deal, [file])[0]
    with pytest.raises(UserError, match="program"):
        attachments.opened_copy(ws, number)
    attachments.save_as(ws, number, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"MZ"
