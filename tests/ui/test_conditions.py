"""The editor of conditions, and the sections of the settings that use it."""

from __future__ import annotations

from datetime import date
from functools import reduce
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from salesos_desktop.domain import conditions as c
from salesos_desktop.domain.condition_fields import FieldKind
from salesos_desktop.domain.relative_days import Range, RangeName, Relative, Unit
from salesos_desktop.errors import InvalidInput
from salesos_desktop.services import assignment, custom_fields
from salesos_desktop.ui.conditions.editor import ConditionEditor
from salesos_desktop.ui.conditions.fields import FieldChoice, choices
from salesos_desktop.ui.main_window import MainWindow
from tests.ui.conftest import settle

pytestmark = pytest.mark.opens_on("settings")

OP = c.Operator
FIELDS = [
    FieldChoice("name", "Name", FieldKind.TEXT), FieldChoice("value", "Value", FieldKind.MONEY),
    FieldChoice("expected_close", "Close", FieldKind.DATE), FieldChoice("tags", "Tags", FieldKind.TAGS),
    FieldChoice("priority", "Priority", FieldKind.CHOICE, (("high", "High"), ("low", "Low"))),
    FieldChoice("probability_set", "By hand", FieldKind.FLAG),
]  # fmt: skip


@pytest.mark.parametrize(
    "condition",
    [
        c.All(),
        c.All((c.Test("name", OP.CONTAINS, "café"), c.Test("value", OP.AT_LEAST, 1_234_50))),
        c.AnyOf((c.Test("value", OP.BETWEEN, (100, 200)), c.Not(c.AnyOf((c.Test("name", OP.EMPTY),))))),
        c.Not(c.All((c.Test("priority", OP.EQUALS, "low"), c.Test("priority", OP.ONE_OF, ("high", "low"))))),
        c.All((c.Test("tags", OP.HAS_ANY, ("vip", "big")), c.Test("probability_set", OP.EQUALS, True))),
        c.All((c.Test("expected_close", OP.WITHIN, Range(RangeName.NEXT_DAYS, 30)),)),
        c.All((c.Test("expected_close", OP.BETWEEN, (date(2026, 1, 2), date(2026, 3, 4))),)),
        c.All((c.Test("expected_close", OP.BEFORE, Relative(Unit.MONTHS, 2)),)),
        c.All((c.AnyOf((c.All((c.Test("name", OP.STARTS_WITH, "a"),)),)),)),
        reduce(lambda part, n: (c.All, c.AnyOf)[n % 2]((part, c.Test("value", OP.LESS, n))), range(9), c.All()),
    ],
)
def test_what_is_shown_is_what_comes_back(qtbot: QtBot, qapp: object, condition: c.Condition) -> None:  # noqa: ARG001
    editor = ConditionEditor("USD")
    qtbot.addWidget(editor)
    editor.set_fields(FIELDS)
    editor.show_condition(condition)
    assert editor.condition() == condition


def test_a_line_that_is_not_complete_is_refused(qtbot: QtBot, qapp: object) -> None:  # noqa: ARG001
    editor = ConditionEditor("USD")
    qtbot.addWidget(editor)
    editor.set_fields(FIELDS)
    editor.show_condition(c.All((c.Test("value", OP.AT_LEAST, 1),)))
    line: Any = editor.group.parts[0]
    for text in ("", "many"):
        line.value.editors[0].setText(text)
        with pytest.raises(InvalidInput) as caught:
            editor.condition()
        assert caught.value.field == "conditions"


def test_every_field_of_a_lead_has_a_title_of_its_own(window: MainWindow) -> None:
    found = choices("lead", custom_fields.fields(window.session.workspace), {})
    assert all(each.title and each.title != each.path for each in found)


def test_a_field_with_a_condition_is_made_in_the_settings(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    before = custom_fields.fields(window.session.workspace)
    section: Any = window.settings.show_section("fields")
    settle(qtbot, window.session)
    section.begin_new()
    section.label.setText("Budget")
    section.kind.setCurrentIndex(section.kind.findData("currency"))
    section.section.setEditText("Money")
    section.shown_if.show_condition(c.All((c.Test("value", OP.AT_LEAST, 500_000),)))
    section.save()
    settle(qtbot, window.session)
    each = custom_fields.fields(window.session.workspace, "opportunity")[-1]
    assert (each.label, each.key, each.form.value) == ("Budget", "budget", "currency")
    assert each.shown_if == c.All((c.Test("value", OP.AT_LEAST, 500_000),))
    assert custom_fields.sections(window.session.workspace)[0].name == "Money"
    section.label.setText("")
    section.save()
    settle(qtbot, window.session)
    assert "missing" in section.fields["label"].error
    section._delete()
    settle(qtbot, window.session)
    assert custom_fields.fields(window.session.workspace) == before


def test_a_rule_of_assignment_is_made_switched_off_and_deleted(window: MainWindow, qtbot: QtBot) -> None:
    ws = window.session.workspace
    window.show_page("settings")
    section: Any = window.settings.show_section("assignment")
    settle(qtbot, window.session)
    section.begin_new()
    section.name.setText("Big ones")
    section.when.show_condition(c.All((c.Test("value", OP.AT_LEAST, 100_000),)))
    section.save()
    settle(qtbot, window.session)
    rule = assignment.rules(ws)[0]
    assert (rule.name, rule.conditions, rule.active) == (
        "Big ones",
        c.All((c.Test("value", OP.AT_LEAST, 100_000),)),
        True,
    )
    section._switch()
    settle(qtbot, window.session)
    assert not assignment.rules(ws)[0].active
    person = window.session.workspace.actor_id
    section.do(assignment.add_absence, person, date(2026, 12, 1), date(2026, 12, 5))
    settle(qtbot, window.session)
    assert assignment.absences(ws)[0].person_id == person
    section._delete()
    settle(qtbot, window.session)
    assert assignment.rules(ws) == []
