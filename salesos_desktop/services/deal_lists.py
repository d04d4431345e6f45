"""What deals are filtered and described by, read together: people, teams, stages, sources, products, tags, own fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .. import storage
from ..domain.changes import ChangeSet
from ..domain.conditions import AnyOf, Condition
from ..domain.custom_fields import CustomField
from ..domain.stages import Stage, StageKind
from ..storage.values import Named
from . import lists, staleness
from .workspace import SETTINGS, Workspace

TABLES = frozenset({"person", "team", "pipeline", "stage", "source", "product", "tag", "custom_field"})
_MANY = 300


@dataclass(frozen=True, slots=True)
class DealLists:
    """Every list in its order. ``members``: team → ids of its people and of those in the teams below; ``stale``:
    what finds the deals that are stale today."""

    people: tuple[Named, ...] = ()
    teams: tuple[Named, ...] = ()
    members: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    pipelines: tuple[Named, ...] = ()
    stages: tuple[Stage, ...] = ()
    sources: tuple[Named, ...] = ()
    products: tuple[Named, ...] = ()
    tags: tuple[str, ...] = ()
    fields: tuple[CustomField, ...] = ()
    stale: Condition = field(default_factory=AnyOf)

    def stage(self, stage_id: int) -> Stage | None:
        """One stage, None when it is gone."""
        return next((each for each in self.stages if each.id == stage_id), None)

    def stages_of(self, kind: StageKind) -> tuple[int, ...]:
        """Ids of the stages of a kind, of every pipeline."""
        return tuple(each.id for each in self.stages if each.kind is kind)


def read(ws: Workspace) -> DealLists:
    """All of it as it is now; at most 300 products, those in use by name."""
    with ws.store.read() as connection:
        people = tuple(storage.reference.named(connection, "person"))
        teams = storage.children.rows(connection, "team", {}, ("name", "id"))
        inside = storage.children.rows(connection, "person", {}, ("id",))
        pipelines = tuple(storage.reference.pipelines(connection))
        places = {each.id: place for place, each in enumerate(pipelines)}
        stages = tuple(sorted(storage.reference.stages(connection), key=lambda each: places[each.pipeline_id]))
        sources = tuple(storage.reference.named(connection, "source"))
        products = tuple(storage.reference.named(connection, "product", limit=_MANY))
        fields = tuple(f for f in storage.custom_fields.fields(connection) if f.belongs_to("opportunity"))
    below = {team["id"]: {team["id"]} for team in teams}
    for _ in teams:
        for team in teams:
            if team["parent_id"] in below:
                below[team["parent_id"]] |= below[team["id"]]
    members = {t: tuple(p["id"] for p in inside if p["team_id"] in all_of) for t, all_of in below.items()}
    return DealLists(
        people, tuple(Named(team["id"], team["name"], True) for team in teams), members, pipelines, stages, sources,
        products, tuple(entry.name for entry in lists.entries(ws, "tag")), fields,
        staleness.condition(ws),
    )  # fmt: skip


def concerns(changes: ChangeSet) -> bool:
    """Whether a commit may have changed any of it; deals that are tagged may bring a new tag."""
    if changes.tables & TABLES or changes.verb == SETTINGS:
        return True
    tagged = any("tags" in change.fields for change in changes.of("opportunity"))
    return tagged or (changes.bulk and changes.touches("opportunity"))
