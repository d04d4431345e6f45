"""How activities are said: lengths, reminders, days, states, pictures of their kinds."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from ...domain.activities import Activity, ActivityState
from ...domain.day_choices import DayChoices
from ...i18n import N_, language, ntr, short_date, tr

STATES = {
    ActivityState.DONE: ("✓", "won", N_("done")), ActivityState.OVERDUE: ("!", "lost", N_("past due")),
    ActivityState.TODAY: ("◐", "warn", N_("today")), ActivityState.PLANNED: ("○", "muted", N_("planned")),
    ActivityState.UNDATED: ("◌", "muted", N_("no date")),
}  # fmt: skip
"""Sign, colour token and name of each state: the colour never stands alone."""
RECURS = "↻"
_WEEKDAYS = {
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}  # fmt: skip


def length(minutes: int) -> str:
    """``45 min``, ``1 h 30 min``, ``2 days``."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    said = [ntr("{count} day", "{count} days", days).format(count=days)] if days else []
    said += [f"{hours} h"] if hours else []
    said += [f"{left} min"] if left or not said else []
    return " ".join(said)


def reminder(minutes: int | None) -> str:
    """``none``, ``at its time``, ``15 min before``."""
    if minutes is None:
        return tr("none")
    return tr("{length} before").format(length=length(minutes)) if minutes else tr("at its time")


def later_days(days: DayChoices) -> list[tuple[str, date]]:
    """The days that something is put off to, as a menu says them; each day once."""
    named = ((tr("Tomorrow"), days.tomorrow), (tr("In 2 days"), days.in_two), (tr("Next week"), days.next_week))
    once: dict[date, str] = {}
    for text, day in named:
        once.setdefault(day, text)
    return [(f"{text}  ({weekday(day)} {day.day})", day) for day, text in sorted(once.items())]


def weekday(day: date) -> str:
    """``mié``, ``Wed``."""
    return _WEEKDAYS[language()][day.weekday()]


def day_name(day: date, today: date) -> str:
    """``today``, ``tomorrow``, ``yesterday``, else ``Wed, Nov 25``."""
    near = {0: tr("today"), 1: tr("tomorrow"), -1: tr("yesterday")}.get((day - today).days)
    return near or f"{weekday(day)}, {short_date(day, today.year)}"


def when(activity: Activity, today: date, zone: tzinfo | None) -> str:
    """Day and time where the person is: ``tomorrow, 16:30–17:30``; ``no date`` without a day."""
    day = activity.day(zone)
    if day is None:
        return tr("no date")
    if activity.due_at is None:
        return day_name(day, today)
    start = activity.due_at.astimezone(zone)
    end = start + timedelta(minutes=activity.minutes or 0)
    return f"{day_name(day, today)}, {clock(start)}" + (f"–{clock(end)}" if activity.minutes else "")


def clock(moment: datetime) -> str:
    """``16:30``."""
    return f"{moment:%H:%M}"
