"""The measures: each runs its rivals in processes of their own and yields lines with what was promised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .agenda_tasks import ACTIVITIES, agenda_workspace
from .data import workspace
from .lead_data import lead_workspace
from .outlook_data import outlook_workspace

_AGAINST_LISTS = {10_000: 5.0, 100_000: 20.0, 1_000_000: 100.0}
_WARM = 100
_FRAME_MS, _SCROLL_MS = 16.7, 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what, against whom, the ratio or amount, what was promised, and whether it holds."""

    work: str
    rival: str
    size: int
    ours: float
    theirs: float | None
    figure: float
    promised: str
    kept: bool

    def text(self) -> str:
        """A line for people; seconds and milliseconds only tell how the figure came about."""
        mark = "ok " if self.kept else "NOT"
        theirs = "" if self.theirs is None else f" · {self.theirs:.4g}"
        what = f"{mark} {self.work} {self.size:,} vs {self.rival}: {self.figure:.4g}"
        return f"{what} (promised {self.promised}) [{self.ours:.4g}{theirs}]"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def measured(task: str, *arguments: object) -> dict[str, float]:
    """Runs one task of ``tests.bench.tasks`` in a process of its own and gives its figures."""
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.tasks", task, *map(str, arguments)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def best(task: str, *arguments: object, times: int = 3) -> dict[str, float]:
    """The least of each figure over some runs."""
    runs = [measured(task, *arguments) for _ in range(times)]
    return {name: min(run[name] for run in runs) for name in runs[0]}


def board(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """Open file to painted board, against six QListWidget columns of the same cards."""
    ours, warm = {}, workspace(folder, _WARM)
    for size in sizes:
        path = workspace(folder, size)
        ours[size] = best("board", path, warm)["paint"]
        theirs = best("lists", path, warm, times=1 if size >= 100_000 else 3)["paint"]
        wanted = _AGAINST_LISTS.get(size, 5.0)
        ratio = theirs / ours[size]
        yield Line("board painted", "QListWidget", size, ours[size], theirs, ratio, f"≥ {wanted:g} ×", ratio >= wanted)
    if len(sizes) > 1:
        ratio = ours[sizes[-1]] / ours[sizes[0]]
        yield Line(
            "board painted", f"{sizes[0]:,}", sizes[-1], ours[sizes[-1]], ours[sizes[0]], ratio, "≤ 2 ×", ratio <= 2
        )


def drop(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """Drop to painted, commit included, and a scrolled frame."""
    found = {}
    for size in sizes:
        path = workspace(folder, size)
        found[size] = best("drop", path)
        paint, theirs = found[size]["drop"], best("lists", path, workspace(folder, _WARM), times=1)["drop"]
        yield Line("drop painted (ms)", "QListWidget", size, paint, theirs, paint, f"≤ {_FRAME_MS}", paint <= _FRAME_MS)
        scroll = found[size]["scroll"]
        yield Line("scrolled frame (ms)", "–", size, scroll, None, scroll, f"≤ {_SCROLL_MS}", scroll <= _SCROLL_MS)
    if len(sizes) > 1:
        ratio = found[sizes[-1]]["drop"] / found[sizes[0]]["drop"]
        yield Line(
            "drop painted",
            f"{sizes[0]:,}",
            sizes[-1],
            found[sizes[-1]]["drop"],
            found[sizes[0]]["drop"],
            ratio,
            "≤ 1.5 ×",
            ratio <= 1.5,
        )


def commit(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """A change of stage with history, points, totals, log, against the same rows by plain sqlite3."""
    found = best("commit", workspace(folder, sizes[0]))
    ratio = found["ours"] / found["plain"]
    yield Line(
        "commit of a move (ms)", "plain sqlite3", sizes[0], found["ours"], found["plain"], ratio, "≤ 4 ×", ratio <= 4
    )


def forecast(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """The forecast after a change, against the full aggregate query."""
    for size in sizes:
        found = best("forecast", workspace(folder, size), times=1)
        ratio = found["query"] / found["follow"]
        wanted = 1000 if size >= 1_000_000 else 10
        yield Line(
            "forecast after a change (ms)",
            "full query",
            size,
            found["follow"],
            found["query"],
            ratio,
            f"≥ {wanted} ×",
            ratio >= wanted,
        )


def duplicates(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """A look for duplicates while somebody types a lead: within a frame, against a scan of every name by rapidfuzz."""
    size = min(sizes[-1], 100_000)
    found = best("duplicates", lead_workspace(folder, size), times=1)
    ours, theirs = found["ours"], found["scan"]
    yield Line("duplicates (ms)", "rapidfuzz scan", size, ours, theirs, ours, f"≤ {_FRAME_MS}", ours <= _FRAME_MS)
    ratio = theirs / ours
    yield Line("duplicates", "rapidfuzz scan", size, ours, theirs, ratio, "≥ 10 ×", ratio >= 10)


def table(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """The page of leads opened, sorted by another column and filtered by a text, against a QTableWidget of the same rows."""
    size, warm = min(sizes[-1], 100_000), lead_workspace(folder, _WARM)
    path = lead_workspace(folder, size)
    ours, theirs = best("table", path, warm), best("widgets", path, warm, times=1)
    changed, rival = ours["sort"] + ours["filter"], theirs["sort"] + theirs["filter"]
    for work, mine, other in (
        ("table opened", ours["open"], theirs["open"]), ("table sorted and filtered", changed, rival),
    ):  # fmt: skip
        yield Line(work, "QTableWidget", size, mine, other, other / mine, "≥ 20 ×", other / mine >= 20)
    frame, page = ours["frame"], ours["page"]
    yield Line("table: scrolled frame (ms)", "–", size, frame, None, frame, f"≤ {_FRAME_MS}", frame <= _FRAME_MS)
    yield Line("table: page of unread rows (ms)", "–", size, page, None, page, "≤ 50", page <= 50)


def agenda(folder: Path, sizes: list[int]) -> Iterator[Line]:  # noqa: ARG001
    """A month of the agenda with 5,000 activities laid out and painted, against a QTableWidget with the same texts."""
    found = best("agenda", agenda_workspace(folder))
    ours, theirs = found["paint"], found["table"]
    most = 3 * _FRAME_MS
    yield Line(
        "agenda month painted (ms)", "QTableWidget", ACTIVITIES, ours, theirs, ours, f"≤ {most:.0f}", ours <= most
    )
    ratio = theirs / ours
    yield Line("agenda month painted", "QTableWidget", ACTIVITIES, ours, theirs, ratio, "≥ 2 ×", ratio >= 2)


def deals(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """The table of opportunities filtered and grouped by the service, against a plain Python loop over the same rows."""
    size = min(sizes[-1], 100_000)
    found = best("deals", workspace(folder, size), times=1)
    for work, wanted in (("filter", 2.0), ("group", 2.0)):
        ours, theirs = found[work], found[f"{work}_loop"]
        ratio = theirs / ours
        yield Line(f"deals: {work}", "Python loop", size, ours, theirs, ratio, f"≥ {wanted:g} ×", ratio >= wanted)


def start(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """Start of the process to a usable window, against a bare PySide6 window."""
    path = workspace(folder, sizes[0])
    # By turns, so that what else the machine does meets both alike.
    pairs = [(measured("start", path)["seconds"], measured("bare")["seconds"]) for _ in range(5)]
    ours, bare = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    yield Line("start (s)", "bare window", sizes[0], ours, bare, ours - bare, "≤ 0.5 s more", ours - bare <= 0.5)


def memory(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """Resident memory with the whole board loaded."""
    for size in sizes:
        used = measured("memory", workspace(folder, size))["mib"]
        yield Line("memory (MiB)", "–", size, used, None, used, "≤ 300", used <= 300)


def search(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """The box over everything, at each letter within a frame, against a LIKE scan; mistyped, against a rapidfuzz scan."""
    size = min(sizes[-1], 100_000)
    found = best("search", lead_workspace(folder, size), times=1)
    typed, worst, mistyped = found["typed"], found["worst"], found["mistyped"]
    like, fuzzy = found["like"], found["fuzzy"]
    yield Line("search typed", "LIKE scan", size, typed, like, like / typed, "≥ 5 ×", like / typed >= 5)
    yield Line("search typed, worst (ms)", "–", size, worst, None, worst, f"≤ {_FRAME_MS}", worst <= _FRAME_MS)
    few = 3 * _FRAME_MS
    yield Line("search mistyped (ms)", "–", size, mistyped, None, mistyped, f"≤ {few:g}", mistyped <= few)
    ratio = fuzzy / mistyped
    yield Line("search mistyped", "rapidfuzz scan", size, mistyped, fuzzy, ratio, "≥ 10 ×", ratio >= 10)


def outlook(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """The range after a change, what changed in a week and the look back of two years, with nine entries of history for each
    open deal, against the same work deal by deal and entry by entry in Python; the forecast page opened and following."""
    size = min(sizes[-1], 100_000)
    path = outlook_workspace(folder, size)
    found, page = best("outlook", path, times=1), best("outlook_page", path, workspace(folder, _WARM), times=1)
    for work, name, wanted in (
        ("range after a change (s)", "range", 2.0), ("what changed in a week (s)", "week", 3.0),
        ("look back of 24 months (s)", "look_back", 3.0),
    ):  # fmt: skip
        ours, theirs = found[name], found[f"{name}_loop"]
        yield Line(work, "Python loop", size, ours, theirs, theirs / ours, f"≥ {wanted:g} ×", theirs / ours >= wanted)
    for work, took, most in (
        ("range after a change (s)", found["range"], 1.0), ("what changed in a week (s)", found["week"], 1.0),
        ("look back of 24 months (s)", found["look_back"], 5.0), ("backtest of 12 months (s)", found["backtest"], 5.0),
        ("forecast page opened (s)", page["open"], 1.0), ("with its first range (s)", page["range"], 1.0),
        ("forecast follows (ms)", page["follow"], _FRAME_MS),
    ):  # fmt: skip
        yield Line(work, "–", size, took, None, took, f"≤ {most:g}", took <= most)


def dashboard(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """The dashboard's figures of a quarter, a figure of one's own, the deals in danger and the forecast of the next past day,
    over the deals of ``outlook``, against plain Python loops over the same rows and entries; the page opened and following."""
    size = min(sizes[-1], 100_000)
    path = outlook_workspace(folder, size)
    found, page = best("dashboard", path, times=1), best("dashboard_page", path, workspace(folder, _WARM), times=1)
    for work, name, wanted in (
        ("dashboard of a quarter (s)", "quarter", 2.0), ("a figure of one's own (s)", "own", 1.5),
        ("deals in danger (s)", "danger", 1.2), ("time slider: next day (s)", "day", 10.0),
    ):  # fmt: skip
        ours, theirs = found[name], found[f"{name}_loop"]
        yield Line(work, "Python loop", size, ours, theirs, theirs / ours, f"≥ {wanted:g} ×", theirs / ours >= wanted)
    for work, took, most in (
        ("dashboard of a quarter (s)", found["quarter"], 1.0), ("dashboard of a year (s)", found["year"], 2.0),
        ("dashboard after a change (ms)", found["follow"], _FRAME_MS),
        ("a figure of one's own after a change (ms)", found["own_follow"], _FRAME_MS),
        ("time slider: every past day read (s)", found["slider"], 5.0),
        ("dashboard opened (s)", page["open"], 1.0), ("dashboard follows (ms)", page["follow"], _FRAME_MS),
        ("dashboard: longest turn of a change (ms)", page["turn"], _FRAME_MS),
    ):  # fmt: skip
        yield Line(work, "–", size, took, None, took, f"≤ {most:g}", took <= most)


def server(folder: Path, sizes: list[int]) -> Iterator[Line]:
    """A team's server: a change of stage by a rep against a bare UPDATE and INSERT, rows under policies against the owner's, and
    how soon another program has what was committed."""
    places = [folder / f"server-{n}" for n in range(3)]
    for place in places:
        place.mkdir()
    moved = measured("server_move", places[0])
    rival, bare = "bare UPDATE + INSERT", moved["bare"]
    ratio = moved["statement"] / bare
    yield Line("change of stage (ms)", rival, 1, moved["statement"], bare, ratio, "≤ 3 ×", ratio <= 3)
    # Nothing is promised of what the program reads and finds out before and after it.
    yield Line("by the program (ms)", rival, 1, moved["program"], bare, moved["program"] / bare, "–", True)
    size = sizes[-1]
    rows = measured("server_rows", places[1], size)
    for who in ("rep", "manager"):
        for work in ("totals", "board"):
            ours, theirs = rows[f"{who}_{work}"], rows[f"{who}_{work}_bare"]
            ratio = ours / theirs
            yield Line(f"{who}'s {work} (ms)", "owner without policies", size, ours, theirs, ratio, "≤ 2 ×", ratio <= 2)
    live = measured("server_live", places[2])
    yield Line(
        "commit to another's change set, p99 (ms)", "–", 1, live["p99"], None, live["p99"], "≤ 10", live["p99"] <= 10
    )
    yield Line("changes that did not come", "–", 300, live["missed"], None, live["missed"], "0", live["missed"] == 0)


def crowd(folder: Path, sizes: list[int]) -> Iterator[Line]:  # noqa: ARG001
    """A team's server with many at once: how soon a hundred programs have what ten of them commit, against asking once a second;
    and twenty that move the same deals."""
    places = [folder / f"crowd-{n}" for n in range(2)]
    for place in places:
        place.mkdir()
    told = measured("server_crowd", places[0])
    p99, missed, wanted = told["p99"], told["missed"], int(told["wanted"])
    work, rival = "commit to change set, 100 clients, p99 (ms)", "asking each second"
    yield Line(work, rival, wanted, p99, told["polled"], p99, "< 300", p99 < 300)
    yield Line("change sets that did not come", "–", wanted, missed, None, missed, "0", missed == 0)
    same = measured("server_same_deals", places[1])
    for work, name in (
        ("same deals: lost updates", "lost"), ("wrong totals, history, points", "wrong"), ("refusals that were told", "said"),
    ):  # fmt: skip
        yield Line(work, "–", int(same["moves"]), same[name], None, same[name], "0", same[name] == 0)


MEASURES: dict[str, Callable[[Path, list[int]], Iterator[Line]]] = {
    "board": board, "drop": drop, "commit": commit, "forecast": forecast, "start": start, "memory": memory,
    "duplicates": duplicates, "table": table, "agenda": agenda, "deals": deals,
    "search": search, "outlook": outlook, "dashboard": dashboard, "server": server, "crowd": crowd,
}  # fmt: skip
