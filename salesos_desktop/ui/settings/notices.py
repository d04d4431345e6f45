"""What a person is told of and how: a grid of kinds and channels, quiet hours, and what this computer does."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ...domain.notices import IN_SUMMARY, Channel, Kind, NoticeSettings
from ...i18n import N_, tr
from ...services import notice_settings
from ..dialogs.deal import choose, combo
from ..parts import button, label, scrolled
from ..session import Session
from .section import Section

_KINDS = {
    Kind.STAGE_CHANGED: N_("A deal of mine changes its stage"),
    Kind.WON: N_("A deal is won"),
    Kind.LOST: N_("A deal is lost"),
    Kind.DEAL_ASSIGNED: N_("I am given a deal"),
    Kind.DEAL_CHANGED: N_("Somebody changes value or owner of my deal, or writes a note"),
    Kind.FOLLOWED: N_("Something happens to a deal that I follow"),
    Kind.SHARED: N_("A deal is shared with me, or no longer"),
    Kind.MENTION: N_("Somebody mentions me in a note"),
    Kind.BACK_ON_BOARD: N_("A deal on hold is back"),
    Kind.LEAD_ASSIGNED: N_("I am given a lead"),
    Kind.ACTIVITY_ASSIGNED: N_("I am given an activity"),
    Kind.ACTIVITY_DUE: N_("Reminders of my activities"),
    Kind.ACTIVITY_DONE: N_("An activity that I planned for somebody is done"),
    Kind.SUMMARY: N_("The day in the morning"),
    Kind.ACTIVITY_OVERDUE: N_("in it: overdue activities"),
    Kind.CLOSE_NEAR: N_("in it: close dates that come near or have passed"),
    Kind.DEAL_STALE: N_("in it: deals that nobody deals with"),
    Kind.BADGE: N_("I earn a badge"),
    Kind.RANKING_CHANGED: N_("My place in the ranking of the month changes"),
    Kind.CHALLENGE_NEW: N_("There is a new challenge for me"),
    Kind.CHALLENGE_PROGRESS: N_("A challenge is half done, nearly done or done"),
    Kind.CHALLENGE_RESULTS: N_("A challenge has ended"),
    Kind.SYSTEM: N_("News of the program"),
}
_CHANNELS = {Channel.IN_APP: N_("In the program"), Channel.DESKTOP: N_("On the desktop"), Channel.SOUND: N_("Sound")}


class NoticesSection(Section):
    """Every box takes effect at once.

    Signals:
        try_requested(): show a notification to try out.
    """

    try_requested = Signal()
    tables = frozenset({"person"})

    def __init__(self, session: Session) -> None:
        super().__init__(
            session, tr("Notices"),
            tr("What the program tells you, and how. Without “In the program” you are not told at all."),
        )  # fmt: skip
        self._settings = NoticeSettings()
        self.boxes: dict[tuple[Kind, Channel], QCheckBox] = {}
        self.quiet = QCheckBox(tr("Quiet hours: what is not urgent waits until their end"))
        times = [(f"{hour:02d}:{minute:02d}",) * 2 for hour in range(24) for minute in (0, 30)]
        self.start, self.end = combo(times, None), combo(times, None)
        for box, name in ((self.start, tr("Quiet from")), (self.end, tr("Quiet until"))):
            box.setAccessibleName(name)
            box.setFixedWidth(96)
            box.activated.connect(lambda _: self._on_quiet())
        self.quiet.clicked.connect(lambda _: self._on_quiet())
        preferences = session.preferences
        self.desktop = QCheckBox(tr("Show notifications on the desktop of this computer"))
        self.desktop.setChecked(preferences.desktop_notifications)
        self.desktop.clicked.connect(lambda on: self._keep("desktop_notifications", on))
        self.background = QCheckBox(tr("Go on in the background when the window is closed, for reminders"))
        self.background.setChecked(preferences.background)
        self.background.clicked.connect(lambda on: self._keep("background", on))
        self.try_button = button(tr("Try it out"), self.try_requested.emit)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addWidget(self._computer_card())
        column.addWidget(self._grid_card())
        column.addStretch(1)
        self.column.addWidget(self.problem)
        self.column.addWidget(scrolled(inside), 1)

    def load(self) -> None:
        """Reads what is chosen."""
        self._session.ask(notice_settings.get, done=self._show)

    def _computer_card(self) -> QFrame:
        card = _card()
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 16, 20, 18)
        column.setSpacing(10)
        column.addWidget(self.desktop)
        column.addWidget(self.background)
        hours = QHBoxLayout()
        hours.setSpacing(8)
        hours.setContentsMargins(26, 0, 0, 0)
        for widget in (self.start, label("–", "muted"), self.end):
            hours.addWidget(widget)
        hours.addWidget(label(tr("Reminders of activities at a time of the day are urgent."), "small", wrap=True), 1)
        column.addWidget(self.quiet)
        column.addLayout(hours)
        column.addWidget(self.try_button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _grid_card(self) -> QFrame:
        card = _card()
        grid = QGridLayout(card)
        grid.setContentsMargins(20, 14, 20, 16)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for place, text in enumerate(_CHANNELS.values(), start=1):
            grid.addWidget(label(tr(text), "small"), 0, place, Qt.AlignmentFlag.AlignHCenter)
        for row, (kind, text) in enumerate(_KINDS.items(), start=1):
            name = label(tr(text), "muted" if kind in IN_SUMMARY else "", wrap=True)
            name.setContentsMargins(18 if kind in IN_SUMMARY else 0, 0, 0, 0)
            grid.addWidget(name, row, 0)
            for place, (channel, caption) in enumerate(_CHANNELS.items(), start=1):
                if kind in IN_SUMMARY and channel is not Channel.IN_APP:
                    continue
                box = self.boxes[kind, channel] = QCheckBox()
                box.setAccessibleName(f"{tr(text)}: {tr(caption)}")
                box.clicked.connect(lambda on, kind=kind, channel=channel: self._on_box(kind, channel, on))
                grid.addWidget(box, row, place, Qt.AlignmentFlag.AlignHCenter)
        return card

    def _show(self, settings: NoticeSettings) -> None:
        self._settings = settings
        for (kind, channel), box in self.boxes.items():
            box.setChecked(channel in settings.channels(kind))
            told = Channel.IN_APP in settings.channels(kind)
            if kind in IN_SUMMARY:
                told = Channel.IN_APP in settings.channels(Kind.SUMMARY)
            box.setEnabled(told or (channel is Channel.IN_APP and kind not in IN_SUMMARY))
        quiet = settings.quiet
        self.quiet.setChecked(quiet.on)
        for edit, at in ((self.start, quiet.start), (self.end, quiet.end)):
            choose(edit, f"{at:%H:%M}", f"{at:%H:%M}")
            edit.setEnabled(quiet.on)

    def _on_box(self, kind: Kind, channel: Channel, on: bool) -> None:
        self._write(self._settings.with_channel(kind, channel, on))

    def _on_quiet(self) -> None:
        start, end = (time.fromisoformat(box.currentData()) for box in (self.start, self.end))
        self._write(
            replace(
                self._settings, quiet=replace(self._settings.quiet, on=self.quiet.isChecked(), start=start, end=end)
            )
        )

    def _write(self, settings: NoticeSettings) -> None:
        if settings != self._settings:
            self._show(settings)
            self._session.ask(notice_settings.change, settings, failed=self.show_problem)

    def _keep(self, name: str, on: bool) -> None:
        setattr(self._session.preferences, name, on)
        self._session.preferences.save()


def _card() -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    card.setMaximumWidth(900)
    return card
