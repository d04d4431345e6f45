"""The dialog for a new activity, one that is logged as done already, a note, or one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QWidget

from ...domain.activities import Activity
from ...errors import InvalidInput
from ...i18n import ntr, number, tr
from ...services import activities as service
from ...services import notes
from ...services.conflicts import as_shown
from ..dialogs.base import FormDialog
from ..edits import ask_edit, only_changed
from ..session import Session
from ..settings.form_area import FormArea
from .form import ActivityForm, Known
from .kind_row import NOTE, KindRow


class ActivityDialog(FormDialog):
    """Asks everything of an activity. ``given`` fills in kind, due_on, starts and minutes of a new one."""

    def __init__(
        self, parent: QWidget | None, session: Session, known: Known, *, given: Mapping[str, Any] | None = None
    ) -> None:
        activity = known.activity
        super().__init__(parent, tr("Plan activity") if activity is None else tr("Edit activity"), width=760)
        self._session, self._known = session, known
        self.kinds = KindRow(known.kinds, with_note=activity is None)
        self.form = ActivityForm(session, known)
        self.fields.update(self.form.fields)
        self.done_box = QCheckBox(tr("It is done already: log it"))
        self.body.addWidget(self.kinds)
        # On a low screen the fields scroll and the buttons stay in sight.
        self.body.addWidget(FormArea(self.form), 1)
        self.body.addWidget(self.done_box)
        self.add_buttons(tr("Plan"), self._save)
        self.kinds.chosen.connect(self._on_kind)
        self.done_box.toggled.connect(self._on_done_box)
        self.form.resized.connect(self._refit)
        self._show_subjects()
        if activity is None:
            self._start(given or {})
        else:
            self._show(activity)
        self._before = {} if activity is None else self._edited(activity)
        self.form.subject.setFocus()

    def _show_subjects(self) -> None:
        found = self._known.subjects
        if len(found) == 1:
            self.form.about.show_found(found[0])
        elif found:
            count = len(found)
            many = ntr("{count} record", "{count} records", count)
            if {each.table for each in found} == {"opportunity"}:
                many = ntr("{count} opportunity", "{count} opportunities", count)
            self.form.about.show_many(many.format(count=number(count)))

    def _start(self, given: Mapping[str, Any]) -> None:
        kind = given.get("kind")
        self.kinds.choose(kind if kind in self.kinds.buttons else next(iter(self.kinds.buttons)))
        self.form.day.choose(given.get("due_on") or self._known.days.today)
        self.form.time.show_time(given.get("starts") or "")
        if given.get("minutes"):
            self.form.show_length(given["minutes"])

    def _show(self, activity: Activity) -> None:
        self.done_box.hide()
        self.kinds.choose(activity.kind)
        self.form.show_activity(activity)
        if self.main_button is not None:
            self.main_button.setText(tr("Save"))

    def _on_kind(self, code: str) -> None:
        note = code == NOTE
        self.form.show_note_only(note)
        self.done_box.setVisible(not note and self._known.activity is None)
        for kind in self._known.kinds:
            if kind.code == code:
                self.form.show_kind(kind)
        self._on_done_box()
        if note and not self.kinds.isAncestorOf(self.focusWidget() or self):
            self.form.note.setFocus()

    def _on_done_box(self) -> None:
        done = self.done_box.isChecked()
        if self._known.activity is None:
            self.form.show_done(done)
            if self.main_button is not None:
                text = tr("Save note") if self.kinds.code == NOTE else tr("Log") if done else tr("Plan")
                self.main_button.setText(text)
        self._refit()

    def _refit(self) -> None:
        """As high as what is shown now, once that is laid out."""
        QTimer.singleShot(0, self, self._fit_anew)

    def _fit_anew(self) -> None:
        self._fitted = self.height()
        self.fit()

    def _save(self) -> None:
        about = self.form.about.about()
        activity, subjects = self._known.activity, [about]
        if len(self._known.subjects) > 1:
            subjects = [(each.table, each.id) for each in self._known.subjects]
        if self.kinds.code == NOTE:
            self._save_note([each for each in subjects if each is not None])
            return
        done = self.done_box.isChecked() if activity is None else activity.done
        values = {"kind": self.kinds.code, **self.form.values(done=done)}
        if activity is None:
            self._session.ask(
                service.plan_each,
                {**values, "done": done},
                subjects,
                done=self.on_done,
                failed=self.show_problem,
                draft=("plan", values["subject"]),
            )
        else:
            ask_edit(
                self._session, self, service.edit, activity.id, self._changed(activity),
                expect=as_shown(activity), done=self.on_done, failed=self.show_problem, draft="activity",
            )  # fmt: skip

    def _edited(self, activity: Activity) -> dict[str, Any]:
        values = self.form.values(done=activity.done)
        return {"kind": self.kinds.code, **values, "about": self.form.about.about()}

    def _changed(self, activity: Activity) -> dict[str, Any]:
        """What was changed; a series that is moved is moved as a whole, which naming its recurrence says."""
        edited = self._edited(activity)
        changed = only_changed(edited, self._before)
        moved = changed.keys() & {"due_on", "starts"} and "recurrence" in edited
        return {**changed, "recurrence": edited["recurrence"]} if moved else changed

    def _save_note(self, subjects: list[tuple[str, int]]) -> None:
        if not subjects:
            raise InvalidInput("about", tr("A note needs a place."), tr("Choose what it is about."))
        self._session.ask(
            notes.add_to_all,
            subjects,
            self.form.note.toPlainText(),
            done=self.on_done,
            failed=self._on_note_refused,
            draft=("notes_add", self.form.note.toPlainText()),
        )

    def _on_note_refused(self, error: Exception) -> None:
        if isinstance(error, InvalidInput) and error.field == "body":
            error = InvalidInput("note", error.title, error.message)
        self.show_problem(error)
