"""What waits for a lost line, in words: its title and what it would write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..i18n import money, ntr, tr
from .change_words import field_name, value_text
from .draft_kinds import KINDS, MANY
from .draft_records import about as about_which
from .drafts import UNREADABLE, Draft
from .messages import render

_UNSAID = frozenset({"name", "currency", "status"})
_TOLD = ("finish", "regroup", "retag", "attach", UNREADABLE)
"""What is told by what it is about."""
_TEXT = 80
_NAMES = 3


def title(draft: Draft) -> str:
    """What is to be done, in a line."""
    if draft.edits:
        shown = draft.given.get("expect") or {}
        named = (shown.get(each) for each in ("name", "subject", "body"))
        name = draft.about or str(next(filter(None, [*draft.names, *named]), ""))
        return tr("Edit “{name}”").format(name=name[:_TEXT])
    if draft.kind == UNREADABLE:
        return tr("A change that cannot be read")
    kind, about = KINDS[draft.kind], " ".join(draft.about.split())[:_TEXT]
    values = dict.fromkeys(("about", "name", "who", "stage", "text", "plan"), about)
    if draft.kind == "hold":
        values["day"] = draft.args[1].isoformat()
    return render(
        [*kind.title, len(draft.args[kind.counts]), values] if len(kind.title) == 2 else [*kind.title, values]
    )


def lines(draft: Draft) -> list[str]:
    """What would be written: the records that the title does not name, then a field a line; of what is new only what is
    filled in.
    """
    found = _names(draft)
    if draft.kind in (*MANY, *_TOLD):
        outcome = str(draft.given.get("outcome") or "")
        return [*found, *filter(None, [draft.about[: 3 * _TEXT] or _columns(draft), outcome[: 3 * _TEXT]])]
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
    if draft.kind not in MANY:
        return ""
    of_each = draft.args[0].values() if isinstance(draft.args[0], Mapping) else draft.args[1:2]
    return ", ".join(dict.fromkeys(field_name(name) for values in of_each for name in values if isinstance(name, str)))
