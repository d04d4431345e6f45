"""Templates to fill in: they can be imported as they are, in both languages and with own fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesos_desktop.errors import UserError
from salesos_desktop.i18n import set_language
from salesos_desktop.services import custom_fields
from salesos_desktop.services.transfer import importing, templates
from salesos_desktop.services.transfer.mapping import KINDS
from salesos_desktop.services.workspace import Workspace

FORMS = ("text", "long_text", "number", "currency", "date", "choice", "choices", "checkbox", "email", "phone", "url")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_template_goes_in_as_it_is(ws: Workspace, tmp_path: Path, kind: str, language: str) -> None:
    subject = {"leads": "lead", "opportunities": "opportunity"}.get(kind)
    for form in FORMS if subject else ():
        options = ["Norte, alto", "Sur"] if form.startswith("choice") else []
        custom_fields.save(
            ws, {"label": f"Own {form}", "subject": subject, "form": form, "required": True, "options": options}
        )
    custom_fields.save(ws, {"label": "Valor", "subject": subject or "lead", "form": "text"})
    set_language(language)
    path = tmp_path / "plantilla.csv"
    templates.write(ws, kind, path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    plan = importing.plan(path, own=custom_fields.fields(ws))
    assert plan.kind == kind, "its headers say what it is"
    assert plan.table.delimiter == (";" if language == "es" else ",")
    assert len(plan.columns) == len(plan.table.headers), "every column is recognised"
    assert sum(name.startswith("custom.") for name in plan.columns.values()) == (
        12 if kind in ("leads", "opportunities") else 0
    )
    importing.analyse(plan)
    assert plan.questions == []
    result = importing.run(ws, [plan])
    assert (result.errors, result.created, result.duplicates) == ([], 2, {})
    assert "stage" not in result.made


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_template_of_one_language_is_understood_in_the_other(ws: Workspace, tmp_path: Path, kind: str) -> None:
    set_language("es")
    path = tmp_path / f"{kind}.csv"
    templates.write(ws, kind, path)
    columns = importing.plan(path).columns
    set_language("en")
    assert importing.plan(path).columns == columns


def test_a_template_never_replaces_a_file(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "there.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="already exists"):
        templates.write(ws, "leads", path)
    assert path.read_text(encoding="utf-8") == "mine"
