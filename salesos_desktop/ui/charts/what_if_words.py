"""What a scenario does, in words and figures."""

from __future__ import annotations

from typing import Any

from ...domain.scenario import Scenario
from ...i18n import N_, money, ntr, number, percent, tr
from ...services.outlook.range_words import provisos
from ...services.outlook.ranges import Outlook
from ...services.outlook.scenarios import Sandbox, Standing
from ..board.figure_texts import round_units
from ..key_figures import KeyFigure
from . import figures

Both = tuple[Outlook, Outlook]
"""How sure the period is, as it is and as played."""

_STANDINGS = {
    Standing.OPEN: N_("open"), Standing.WON: N_("won"), Standing.LOST: N_("lost"), Standing.HELD: N_("on hold"),
    Standing.BINNED: N_("in the bin"), Standing.GONE: N_("deleted"), Standing.ELSEWHERE: N_("not among those chosen"),
}  # fmt: skip
_SINCE = {
    Standing.WON: N_("won since: counts as it is"), Standing.LOST: N_("lost since: counts no more"),
    Standing.HELD: N_("on hold: does not count"), Standing.BINNED: N_("in the bin: does not count"),
    Standing.GONE: N_("deleted: counts no more"), Standing.ELSEWHERE: N_("not among those chosen above"),
}  # fmt: skip


def standing(what: Standing) -> str:
    """What became of a deal."""
    return tr(_STANDINGS[what])


def moved(box: Sandbox, deal_id: int) -> bool:
    """Whether a deal is no longer what it was when the scenario changed it."""
    return box.standing(deal_id) is not Standing.OPEN or bool(box.scenario.moved_on(box.deals[deal_id]))


def note(box: Sandbox, deal_id: int) -> str:
    """What there is to say of a deal beside its fields."""
    what = box.standing(deal_id)
    if what is not Standing.OPEN:
        return tr(_SINCE[what])
    real, made = box.deals[deal_id], box.made(deal_id)
    assert made is not None
    said = [tr("has really changed since")] if box.scenario.moved_on(real) else []
    if not box.counts(made):
        said.append(tr("left out of the forecast") if not box.counts(real) else tr("ticked out"))
    elif not box.counts(real):
        said.append(tr("ticked in"))
    if made.day is not None and made.day < box.today:
        said.append(tr("past its date"))
    return " · ".join(said)


def moved_on(box: Sandbox) -> list[str]:
    """What has become of deals of the scenario, a text for each kind."""
    counts: dict[Standing, int] = {}
    changed = 0
    for deal_id in box.scenario.changes:
        what = box.standing(deal_id)
        if what is Standing.OPEN:
            changed += bool(box.scenario.moved_on(box.deals[deal_id]))
        elif what is not Standing.ELSEWHERE:
            counts[what] = counts.get(what, 0) + 1
    said = [f"{standing(what)}: {number(count)}" for what, count in counts.items()]
    return [*said, f"{tr('really changed since')}: {number(changed)}"] if changed else said


def difference(amount: int, text: str) -> str:
    """A difference with its sign, none for none."""
    return f"+{text}" if amount > 0 else text if amount else "±0"


def amount(minor: int, currency: str) -> str:
    """Whole units."""
    return money(round_units(minor, currency), currency)


def strip(box: Sandbox, sure: Both | None) -> list[KeyFigure]:
    """What the scenario makes of the period, each figure with its difference."""
    shown = []
    for caption, now, then in [*_amounts(box)[:1], *_sure(sure)[1:2], *_amounts(box)[1:4]]:
        shown.append(_figure(caption, now, then, box.currency))
        if len(shown) == 2:
            shown.append(_chance(sure))
    return shown


def _figure(caption: str, now: int | None, then: int | None, currency: str) -> KeyFigure:
    if now is None or then is None:
        return KeyFigure(caption, "…")
    change = difference(then - now, amount(then - now, currency)) if then != now else ""
    return KeyFigure(caption, amount(then, currency), change, then > now if change else None)


def _chance(sure: Both | None) -> KeyFigure:
    caption = tr("Chance of the target")
    if sure is None:
        return KeyFigure(caption, "…")
    now, then = (each.range.chance for each in sure)
    if now is None or then is None:
        return KeyFigure(caption, "—")
    points = round(100 * then) - round(100 * now)
    change = tr("{points} points").format(points=difference(points, number(points))) if points else ""
    return KeyFigure(caption, percent(round(100 * then)), change, points > 0 if points else None)


def rows(box: Sandbox, sure: Both | None) -> list[tuple[Any, list[str]]]:
    """Every figure: what it is, now, then, difference."""
    found: list[tuple[Any, list[str]]] = []
    for caption, now, then in [*_amounts(box), *_sure(sure)]:
        if now is None or then is None:
            found.append((caption, [caption, "…", "…", "…"]))
        else:
            texts = [amount(now, box.currency), amount(then, box.currency)]
            found.append((caption, [caption, *texts, difference(then - now, amount(then - now, box.currency))]))
    caption = tr("Chance of the target")
    texts = ["…"] * 3
    if sure is not None:
        now, then = (each.range.chance for each in sure)
        texts = ["—"] * 3
        if now is not None and then is not None:
            points = round(100 * then) - round(100 * now)
            texts = [percent(round(100 * now)), percent(round(100 * then)), difference(points, number(points))]
    return [*found, (caption, [caption, *texts])]


def months(box: Sandbox) -> list[tuple[Any, list[str]]]:
    """What is expected of each month: now, then, difference."""
    found: list[tuple[Any, list[str]]] = []
    for month, (now, then) in box.by_month().items():
        texts = [amount(each, box.currency) for each in (now, then, then - now)]
        name = figures.bucket_name(month, box.today, full=True)
        found.append((month, [name, *texts[:2], difference(then - now, texts[2])]))
    return found


def _amounts(box: Sandbox) -> list[tuple[str, int | None, int | None]]:
    now, then = box.figures()
    return [
        (tr("Expected"), now.expected, then.expected), (tr("Weighted"), now.weighted, then.weighted),
        (tr("Best case"), now.best_case, then.best_case), (tr("Committed"), now.committed, then.committed),
        (tr("Closed"), now.won, then.won),
    ]  # fmt: skip


def _sure(sure: Both | None) -> list[tuple[str, int | None, int | None]]:
    names = (tr("P10: 1 in 10 below"), tr("P50: the middle"), tr("P90: 1 in 10 above"))
    if sure is None:
        return [(name, None, None) for name in names]
    now, then = (each.range for each in sure)
    pairs = ((now.p10, then.p10), (now.p50, then.p50), (now.p90, then.p90))
    return [(name, *pair) for name, pair in zip(names, pairs, strict=True)]


def sentence(box: Sandbox, scenario: Scenario, sure: Both | None) -> str:
    """All of it in one sentence."""
    period = figures.period_name(box.period.code)
    if not scenario.changes:
        return tr(
            "Tick deals in or out, or type another value, close date or probability: here you see what would become of "
            "{period}. Nothing real changes."
        ).format(period=period)
    now, then = box.figures()
    count = len(scenario.changes)
    texts = {
        "period": period, "now": amount(now.expected, box.currency), "then": amount(then.expected, box.currency),
        "count": number(count),
    }  # fmt: skip
    if texts["now"] == texts["then"]:
        said = ntr(
            "With {count} deal changed, {period} would bring {then}, as it is",
            "With {count} deals changed, {period} would bring {then}, as it is", count,
        ).format(**texts)  # fmt: skip
    else:
        said = ntr(
            "With {count} deal changed, {period} would bring {then} instead of {now}",
            "With {count} deals changed, {period} would bring {then} instead of {now}", count,
        ).format(**texts)  # fmt: skip
    if sure is None:
        return said + "."
    low, high = (amount(each, box.currency) for each in (sure[1].range.p10, sure[1].range.p90))
    said += "; " + tr("eight times in ten it would end between {low} and {high}").format(low=low, high=high)
    chances = [each.range.chance for each in sure]
    if None not in chances:
        before, after = (percent(round(100 * (each or 0))) for each in chances)
        said += ", " + (
            tr("and the chance of the target would stay at {after}") if before == after
            else tr("and the chance of the target would be {after} instead of {before}")
        ).format(after=after, before=before)  # fmt: skip
    return " ".join([f"{said}.", *provisos(sure[1])])
