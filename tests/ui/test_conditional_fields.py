"""Own fields that a condition shows come and go while a record is typed, in dialogs as in panes."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from salesos_desktop.domain.conditions import All, Operator
from salesos_desktop.domain.conditions import Test as Ask
from salesos_desktop.services import board, conversion, custom_fields, leads
from salesos_desktop.ui.dialogs import convert
from salesos_desktop.ui.dialogs.convert import ConvertDialog
from salesos_desktop.ui.dialogs.deal import DealDialog
from salesos_desktop.ui.dialogs.lead import LeadDialog
from salesos_desktop.ui.leads.lists import LeadLists
from salesos_desktop.ui.session import Session
from tests.ui.conftest import settle


@pytest.fixture
def risk(session: Session) -> None:
    """A compulsory field of leads and deals that are worth more than 10,000."""
    above = All((Ask("value", Operator.GREATER, 1_000_000),))
    custom_fields.save(
        session.workspace,
        {"label": "Risk", "subject": "both", "form": "text", "required": True, "shown_if": above},
    )


def follows(dialog: Any, value: Any) -> None:
    field = dialog.fields["custom.risk"]
    assert field.isHidden()
    value.setText("500")
    assert field.isHidden()
    value.setText("10,001")
    assert not field.isHidden()
    value.setText("10,00x")
    assert field.isHidden(), "what cannot be read is nothing"


@pytest.mark.usefixtures("risk")
def test_the_dialog_of_a_deal_follows(session: Session, qtbot: QtBot) -> None:
    ws = session.workspace
    found = {
        "stages": board.stages(ws), "person": board.names(ws, "person"), "source": board.names(ws, "source"),
        "fields": custom_fields.fields(ws, "opportunity"), "sections": custom_fields.sections(ws),
    }  # fmt: skip
    dialog = DealDialog(None, session, found)
    qtbot.addWidget(dialog)
    follows(dialog, dialog._value)


@pytest.mark.usefixtures("risk")
def test_the_dialog_of_a_lead_follows(session: Session, qtbot: QtBot) -> None:
    lists = LeadLists(session)
    settle(qtbot, session)
    dialog = LeadDialog(None, session, lists)
    qtbot.addWidget(dialog)
    follows(dialog, dialog.lines["value"])


@pytest.mark.usefixtures("risk")
def test_the_dialog_that_converts_follows(session: Session, qtbot: QtBot) -> None:
    ws = session.workspace
    lead = leads.create(ws, {"name": "Ana", "email": "ana@example.com"})
    dialog = ConvertDialog(None, session, lead, convert.read(ws, lead))
    qtbot.addWidget(dialog)
    follows(dialog, dialog._value)
    assert conversion.proposal(ws, lead).value is None
