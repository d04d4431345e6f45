"""What waits for a lost line, in words: its title and what it would write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..i18n import N_, money, ntr, tr
from .change_words import field_name, value_text
from .draft_records import about as about_which
from .drafts import MANY, Draft
from .messages import render

_DEALS = [N_("Edit {count} deal"), N_("Edit {count} deals"), 0, {}]
_TITLES: Mapping[str, list[Any]] = {
    "note_add": [N_("Note: {about}"), {}],
    "notes_add": [N_("Note: {about}"), {}],
    "plan": [N_("Plan: {about}"), {}],
    "win": [N_("Won"), {}],
    "lose": [N_("Lost"), {}],
    "reopen": [N_("Reopen"), {}],
    "finish": [N_("{count} activity done"), N_("{count} activities done"), 0, {}],
    "opportunity_new": [N_("Create “{name}”"), {}],
    "lead_new": [N_("Create lead “{name}”"), {}],
    "contact_new": [N_("Create contact “{name}”"), {}],
    "deal_contact_new": [N_("Create contact “{name}”"), {}],
    "company_new": [N_("Create company “{name}”"), {}],
    "clone": [N_("Clone “{name}”"), {}],
    "convert": [N_("Convert “{name}”"), {}],
    "follow": [N_("Follow “{name}”"), {}],
    "unfollow": [N_("Stop following “{name}”"), {}],
    "check_add": [N_("Check list: {about}"), {}],
    "check_rename": [N_("Check list: {about}"), {}],
    "check_tick": [N_("Tick “{text}”"), {}],
    "check_untick": [N_("Untick “{text}”"), {}],
    "check_remove": [N_("Remove “{name}”"), {}],
    "move": [N_("Move {count} deal to {stage}"), N_("Move {count} deals to {stage}"), 0, {}],
    "regroup_move": [N_("Move {count} deal to {stage}"), N_("Move {count} deals to {stage}"), 0, {}],
    "assign": [N_("Assign {count} deal to {who}"), N_("Assign {count} deals to {who}"), 0, {}],
    "retag": [N_("Change the tags of {count} deal"), N_("Change the tags of {count} deals"), 0, {}],
    "reschedule": [N_("Change the date of {count} deal"), N_("Change the date of {count} deals"), 0, {}],
    "prioritise": [N_("Change the priority of {count} deal"), N_("Change the priority of {count} deals"), 0, {}],
    "hold": [N_("{count} deal on hold until {day}"), N_("{count} deals on hold until {day}"), 0, {}],
    "release": [N_("Bring back {count} deal"), N_("Bring back {count} deals"), 0, {}],
    "regroup": _DEALS,
    "opportunity_many": _DEALS,
    "lead_many": [N_("Edit {count} lead"), N_("Edit {count} leads"), 0, {}],
    "contact_many": [N_("Edit {count} contact"), N_("Edit {count} contacts"), 0, {}],
    "company_many": [N_("Edit {count} company"), N_("Edit {count} companies"), 0, {}],
    "claim": [N_("Take {count} lead"), N_("Take {count} leads"), 0, {}],
    "discard": [N_("Discard {count} lead"), N_("Discard {count} leads"), 0, {}],
}
"""Messages as the history keeps them; whichever name they have, its value is ``about``."""
_UNSAID = frozenset({"name", "currency", "status"})
_TEXT = 80
_NAMES = 3


def title(draft: Draft) -> str:
    """What is to be done, in a line."""
    if draft.edits:
        shown = draft.given.get("expect") or {}
        named = (shown.get(each) for each in ("name", "subject", "body"))
        name = draft.about or str(next(filter(None, [*draft.names, *named]), ""))
        return tr("Edit “{name}”").format(name=name[:_TEXT])
    message, about = _TITLES[draft.kind], " ".join(draft.about.split())[:_TEXT]
    values = dict.fromkeys(("about", "name", "who", "stage", "text"), about)
    if draft.kind == "hold":
        values["day"] = draft.args[1].isoformat()
    return render([*message[:2], len(draft.args[0]), values] if len(message) == 4 else [message[0], values])


def lines(draft: Draft) -> list[str]:
    """What would be written: the records that the title does not name, then a field a line; of what is new only what is
    filled in.
    """
    found = _names(draft)
    if draft.kind in MANY or draft.kind in ("regroup", "retag"):
        return [*found, *filter(None, [draft.about or _columns(draft)])]
    for name, value in draft.values.items():
        if not draft.edits and (value in (None, "", []) or name.endswith("_id") or name in _UNSAID):
            continue
        if name == "custom":
            found += [f"{key}: {each if each is not None else '—'}" for key, each in value.items()]
        elif name == "value" and isinstance(value, int):
            found.append(f"{field_name(name)}: {money(value, draft.currency)}")
        elif name.endswith("_id") and value is not None:
            found.append(tr("{field} changed").format(field=field_name(name.removesuffix("_id"))))
        elif isinstance(value, list):
            found.append(f"{field_name(name)}: {', '.join(map(str, value)) or '—'}")
        elif name == "body":
            found.append(str(value)[: 3 * _TEXT])
        else:
            text = value.isoformat() if isinstance(value, date) else None if value is None else str(value)
            found.append(f"{field_name(name)}: {value_text(name, text, '')[: 3 * _TEXT]}")
    return found


def _names(draft: Draft) -> list[str]:
    """Of the records, in a line; none where the title has it or nobody knew."""
    if draft.edits or not draft.names or draft.names == [draft.about]:
        return []
    said, more = ", ".join(draft.names[:_NAMES]), len(about_which(draft.kind, draft.args)[1]) - _NAMES
    return [said + ntr(" and {count} more", " and {count} more", more).format(count=more) if more > 0 else said]


def _columns(draft: Draft) -> str:
    """Which fields of several records are written."""
    of_each = draft.args[0].values() if isinstance(draft.args[0], Mapping) else draft.args[1:2]
    return ", ".join(dict.fromkeys(field_name(name) for values in of_each for name in values if isinstance(name, str)))
