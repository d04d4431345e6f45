"""Everything that can be said of an activity, as a form in two columns; what it needs to know is read beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ...domain.activities import REMINDERS, SUBJECT_LIMIT, Activity, ActivityKind
from ...domain.day_choices import DayChoices
from ...i18n import tr
from ...services import activities, board, next_steps, zones
from ...services.activity_subjects import Found, named
from ...services.board import Named
from ...services.workspace import Workspace
from ..dialogs.deal import choose, combo
from ..parts import Field, button
from ..session import Session
from . import words
from .about_edit import AboutEdit, ParticipantsEdit
from .recurrence_edit import RecurrenceEdit
from .when_edit import DayEdit, TimeEdit, length_box, show_length, zone_box

USUAL_REMINDER = 15
"""Minutes before an activity at a time, unless the person says otherwise."""

TABLES = frozenset({"activity_kind", "person"})
"""Where what the form offers is from."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the form is made of: ``subjects`` are what a new activity is about, ``activity`` the one that is edited."""

    kinds: list[ActivityKind]
    people: list[Named]
    days: DayChoices
    zone: str
    zones: list[str]
    subjects: tuple[Found, ...]
    activity: Activity | None = None


def read_new(ws: Workspace, subjects: Sequence[tuple[str, int, str]]) -> Known:
    """For a new activity about rows given by table, id and name, empty where it is not known. Raises NotFound."""
    return _known(ws, tuple(Found(*each) if each[2] else named(ws, *each[:2]) for each in subjects), None)


def read(ws: Workspace, activity_id: int) -> Known:
    """For one that is there. Raises NotFound."""
    activity = activities.get(ws, activity_id)
    about = activity.subject_id is not None
    subjects = (Found(activity.subject_table, activity.subject_id, activity.about),) if about else ()
    return _known(ws, subjects, activity)


def _known(ws: Workspace, subjects: tuple[Found, ...], activity: Activity | None) -> Known:
    kinds = [k for k in activities.kinds(ws, every=True) if k.active or (activity and activity.kind == k.code)]
    people = [person for person in board.names(ws, "person") if person.active]
    return Known(kinds, people, next_steps.days(ws), zones.name(ws), zones.known(), subjects, activity)


class ActivityForm(QWidget):
    """The fields by the names that the services take; ``fields`` has each with its caption, for errors to go to.

    Signals:
        resized(): more or less is shown.
    """

    resized = Signal()

    def __init__(self, session: Session, known: Known) -> None:
        super().__init__()
        self._known = known
        self._touched: set[str] = set()
        self._own_subject = True
        self.fields: dict[str, Field] = {}
        self.subject, self.place = QLineEdit(), QLineEdit()
        for line in (self.subject, self.place):
            line.setMaxLength(SUBJECT_LIMIT)
        self.place.setPlaceholderText(tr("An address, a room, a link"))
        self.about, self.participants = AboutEdit(session), ParticipantsEdit(session)
        self.day, self.time, self.length = DayEdit(known.days), TimeEdit(), length_box(30)
        self.zone = zone_box(known.zone, known.zones)
        self.zone_link = button("", self._unfold_zone, "link")
        nobody = [(tr("Nobody"), None)]
        self.assignee = combo(nobody + [(p.name, p.id) for p in known.people], session.workspace.actor_id or None)
        self.reminder = combo([(words.reminder(m), m) for m in (None, *REMINDERS)], None)
        self.recurrence = RecurrenceEdit()
        self.note, self.outcome = _text(64), _text(56)
        self._place()
        self.length.activated.connect(lambda _: self._touched.add("minutes"))
        self.reminder.activated.connect(lambda _: self._touched.add("reminder"))
        self.time.editTextChanged.connect(lambda _: self._on_time())
        self.time.lineEdit().textEdited.connect(lambda _: self.fields["starts"].show_error(""))
        self.day.changed.connect(self._on_day)
        self.recurrence.changed.connect(self.resized)
        self.participants.changed.connect(self.resized)
        self._on_time()

    def _field(self, name: str, caption: str, editor: QWidget) -> Field:
        made = self.fields[name] = Field(caption, editor)
        return made

    def _place(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(10)
        field = self._field
        self.left_fields = [
            field("about", tr("About"), self.about), field("participants", tr("Participants"), self.participants),
            field("place", tr("Place or link"), self.place), field("note", tr("Note"), self.note),
        ]  # fmt: skip
        left.addWidget(field("subject", tr("Subject"), self.subject))
        for made in self.left_fields:
            left.addWidget(made)
        left.addStretch(1)
        right.addWidget(field("due_on", tr("Day"), self.day))
        right.addLayout(_row(field("starts", tr("Time"), self.time), field("minutes", tr("Length"), self.length)))
        right.addWidget(self.zone_link, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(field("time_zone", tr("Time zone"), self.zone))
        self.fields["time_zone"].hide()
        right.addLayout(
            _row(field("reminder_minutes", tr("Reminder"), self.reminder),
                 field("assignee_id", tr("Assignee"), self.assignee))
        )  # fmt: skip
        right.addWidget(field("recurrence", tr("Repeats"), self.recurrence))
        right.addWidget(field("outcome", tr("Outcome"), self.outcome))
        self.fields["outcome"].hide()
        right.addStretch(1)
        self._right = QWidget()
        right.setContentsMargins(0, 0, 0, 0)
        self._right.setLayout(right)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addLayout(left, 1)
        row.addWidget(self._right, 1)

    # Filling --------------------------------------------------------------------------------------------------------

    def show_activity(self, activity: Activity) -> None:
        """Fills in what there is."""
        self._touched |= {"minutes", "reminder"}
        self.subject.setText(activity.subject)
        self.place.setText(activity.place)
        self.participants.show_participants(activity.participants)
        self.zone.setEditText(activity.time_zone or self._known.zone)
        self.day.choose(activity.due_on)
        local = activity.due_at.astimezone(zones.named(activity.time_zone)) if activity.due_at else None
        self.time.show_time(f"{local:%H:%M}" if local else "")
        show_length(self.length, activity.minutes or 0)
        choose(self.assignee, activity.assignee_id, activity.assignee)
        choose(self.reminder, activity.reminder_minutes, words.reminder(activity.reminder_minutes))
        self.recurrence.show_rule(activity.recurrence)
        self.note.setPlainText(activity.note)
        self.outcome.setPlainText(activity.outcome)
        for line in (self.subject, self.place):
            line.setCursorPosition(0)
        self.show_done(activity.done)

    def show_kind(self, kind: ActivityKind) -> None:
        """The kind's name stands for an empty subject, its usual length for one that nobody has chosen."""
        self.subject.setPlaceholderText(kind.name)
        if "minutes" not in self._touched:
            show_length(self.length, kind.minutes)

    def show_length(self, minutes: int) -> None:
        """A length that was chosen elsewhere."""
        self._touched.add("minutes")
        show_length(self.length, minutes)

    def show_done(self, done: bool) -> None:
        """What is done has an outcome and neither reminder nor recurrence."""
        self.fields["outcome"].setVisible(done)
        for name in ("recurrence", "reminder_minutes"):
            self.fields[name].setVisible(not done)

    def show_note_only(self, note: bool) -> None:
        """A note says what it is about and its text."""
        self._right.setVisible(not note)
        for name in ("subject", "participants", "place"):
            self.fields[name].setVisible(not note)
        self.note.setFixedHeight(150 if note else 64)

    def _on_time(self) -> None:
        starts = self.time.starts()
        self.zone_link.setText(tr("Time of {zone}").format(zone=self.zone.currentText()))
        self.zone_link.setVisible(bool(starts) and self.fields["time_zone"].isHidden())
        if "reminder" not in self._touched:
            self.reminder.setCurrentIndex(self.reminder.findData(USUAL_REMINDER if starts else None))

    def _on_day(self) -> None:
        self.fields["due_on"].show_error("")
        self.recurrence.show_day(self.day.day())

    def _unfold_zone(self) -> None:
        self.fields["time_zone"].show()
        self.zone_link.hide()
        self.zone.setFocus()
        self.resized.emit()

    # Reading --------------------------------------------------------------------------------------------------------

    def values(self, *, done: bool) -> dict[str, Any]:
        """What the fields say, by the names that the services take."""
        starts = self.time.starts()
        values = {
            "subject": self.subject.text().strip() or self.subject.placeholderText(), "due_on": self.day.day(),
            "starts": starts, "minutes": self.length.currentData(), "place": self.place.text(),
            "assignee_id": self.assignee.currentData(), "participants": self.participants.participants(),
            "note": self.note.toPlainText(), "outcome": self.outcome.toPlainText() if done else "",
        }  # fmt: skip
        if starts:
            values["time_zone"] = self.zone.currentText().strip()
        if not done:
            values |= {"reminder_minutes": self.reminder.currentData(), "recurrence": self.recurrence.rule()}
        return values


def _row(*fields: Field) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    for field in fields:
        row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
    return row


def _text(height: int) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setTabChangesFocus(True)
    made.setFixedHeight(height)
    return made
