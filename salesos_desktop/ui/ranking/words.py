"""How the ranking, badges and challenges are worded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ...domain.badges import MONEY, Badge, Measure, Rarity
from ...domain.challenges import Challenge, Metric, Phase
from ...domain.ranking import Change, Period, Standing
from ...domain.sheets import Column, Kind, Sheet
from ...i18n import N_, long_date, money, month_name, ntr, number, tr

PERIODS = {
    Period.TODAY: N_("Today"), Period.WEEK: N_("Week"), Period.MONTH: N_("Month"), Period.QUARTER: N_("Quarter"),
    Period.ALL: N_("All time"),
}  # fmt: skip
MEASURES = {
    Measure.WON: N_("Won deals"), Measure.REVENUE: N_("Value sold in all"), Measure.LARGEST: N_("Value of one sale"),
    Measure.LEADS: N_("Leads made"), Measure.QUALIFIED: N_("Leads qualified"), Measure.ACTIVITIES: N_("Activities done"),
}  # fmt: skip
METRICS = {
    Metric.REVENUE: N_("Value sold"), Metric.WON: N_("Won deals"), Metric.LEADS: N_("Leads made"),
    Metric.QUALIFIED: N_("Leads made and qualified"), Metric.ACTIVITIES: N_("Activities done"),
    Metric.CONVERSION: N_("Leads that became won deals, in %"),
}  # fmt: skip
RARITIES = {
    Rarity.COMMON: N_("Common"), Rarity.RARE: N_("Rare"), Rarity.EPIC: N_("Epic"), Rarity.LEGENDARY: N_("Legendary"),
}  # fmt: skip
PICTURES = {
    "trophy": N_("Cup"), "medal": N_("Medal"), "star": N_("Star"), "target": N_("Bullseye"), "flame": N_("Flame"),
    "diamond": N_("Diamond"), "whale": N_("Whale"), "bolt": N_("Lightning"),
}  # fmt: skip
PHASES = {
    Phase.ACTIVE: N_("Under way"), Phase.UPCOMING: N_("To come"), Phase.COMPLETED: N_("Ended"),
}  # fmt: skip


def change_sign(each: Standing) -> str:
    """An arrow and how many places: ``▲ 2``, ``▼ 1``, ``=``, or a dash where there is nothing to compare with."""
    if each.change is Change.NONE or each.before is None:
        return "–"
    if each.change is Change.SAME:
        return "="
    return f"{'▲' if each.change is Change.UP else '▼'} {number(abs(each.before - each.position))}"


def change_text(each: Standing) -> str:
    """The same in words."""
    if each.change is Change.NONE or each.before is None:
        return tr("nothing to compare with")
    if each.change is Change.SAME:
        return tr("the same place as before")
    count = abs(each.before - each.position)
    if each.change is Change.UP:
        return ntr("{count} place up", "{count} places up", count).format(count=number(count))
    return ntr("{count} place down", "{count} places down", count).format(count=number(count))


def before_text(period: Period) -> str:
    """What a place is compared with."""
    return {
        Period.TODAY: tr("since yesterday"), Period.WEEK: tr("since last week"), Period.MONTH: tr("since last month"),
        Period.QUARTER: tr("since last quarter"),
    }.get(period, "")  # fmt: skip


def points(count: int) -> str:
    """``1,450 points``."""
    return ntr("{count} point", "{count} points", count).format(count=number(count))


def period_of(period: Period, first: date) -> str:
    """A period by its first day: ``May 2026``."""
    if period is Period.MONTH:
        return f"{month_name(first.month, full=True)} {first.year}"
    if period is Period.QUARTER:
        return tr("quarter {number} of {year}").format(number=(first.month - 1) // 3 + 1, year=first.year)
    if period is Period.WEEK:
        return tr("the week of {day}").format(day=long_date(first))
    return long_date(first)


def of_badge(badge: Badge, amount: int, currency: str) -> str:
    """An amount of a badge's measure."""
    if badge.criteria is not None and badge.criteria.measure in MONEY:
        return money(amount, currency)
    return number(amount)


def of_challenge(found: Challenge, amount: int, currency: str) -> str:
    """An amount of a challenge's metric."""
    if found.metric is Metric.REVENUE:
        return money(amount, currency)
    return f"{number(amount)} %" if found.metric is Metric.CONVERSION else number(amount)


def countdown(found: Challenge, today: date) -> str:
    """How long it still lasts, or until it begins, or when it has ended."""
    days, phase = found.days_left(today), found.phase(today)
    if phase is Phase.COMPLETED:
        return tr("Ended on {day}").format(day=long_date(found.ends_on))
    if phase is Phase.UPCOMING:
        return ntr("Begins in {count} day", "Begins in {count} days", days).format(count=number(days))
    if days == 1:
        return tr("The last day")
    return ntr("{count} day left", "{count} days left", days).format(count=number(days))


def prize(found: Challenge, badges: dict[int, str]) -> str:
    """What there is to win, empty for nothing."""
    parts = [points(found.prize.points)] if found.prize.points else []
    if found.prize.badge_id in badges:
        parts.append(tr("the badge {name}").format(name=badges[found.prize.badge_id]))
    if found.prize.words:
        parts.append(found.prize.words)
    return tr("Prize: {what}").format(what=" · ".join(parts)) if parts else ""


def sheet(rows: Sequence[Standing], currency: str) -> Sheet:
    """Standings as a table for files and paper."""
    columns = [
        Column(tr("Standing"), Kind.NUMBER), Column(tr("Standing before"), Kind.NUMBER), Column(tr("Name")),
        Column(tr("Points"), Kind.NUMBER), Column(tr("Deals won"), Kind.NUMBER), Column(tr("Revenue"), Kind.MONEY, currency),
        Column(tr("Conversion"), Kind.SHARE),
    ]  # fmt: skip
    listed = [
        (each.position, each.before, each.name, each.score.points, each.score.won, each.score.revenue,
         each.score.conversion)
        for each in rows
    ]  # fmt: skip
    return Sheet(tr("Ranking"), columns, listed)
