"""Pipelines and stages by their names on the command line."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.stages import Stage, StageKind
from ..domain.text import fold
from ..errors import InvalidInput, NotFound
from ..i18n import tr
from ..services import board
from ..services.board import Named
from ..services.transfer.links import match_stage
from ..services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Places:
    """The pipelines of a workspace in their order, those out of use last, each with its stages in board order."""

    pipelines: tuple[Named, ...]
    stages: dict[int, list[Stage]]

    @classmethod
    def of(cls, ws: Workspace) -> Places:
        """Reads them."""
        pipelines = board.pipelines(ws)
        return cls(tuple(pipelines), {each.id: board.stages(ws, each.id) for each in pipelines})

    @property
    def names(self) -> dict[int, tuple[str, str]]:
        """Stage → its name and that of its pipeline."""
        return {stage.id: (stage.name, each.name) for each in self.pipelines for stage in self.stages[each.id]}

    def chosen(self, pipeline: str | None) -> list[Named]:
        """The pipeline of that name; all of them when none is named. Raises NotFound."""
        if pipeline is None:
            return list(self.pipelines)
        found = [each for each in self.pipelines if fold(each.name) == fold(pipeline)]
        if not found:
            raise NotFound(
                tr("There is no pipeline “{name}”.").format(name=pipeline[:60]),
                tr("Use one of: {names}.").format(names=", ".join(each.name for each in self.pipelines)),
            )
        return found

    @property
    def column(self) -> tuple[str, ...]:
        """The column that tells pipelines apart in a table for people, where there are several."""
        return ("pipeline",) if len(self.pipelines) > 1 else ()

    def among(self, pipeline: str | None) -> list[tuple[Stage, str]]:
        """Stages with the name of their pipeline: of the one that is named, or of all. Raises NotFound."""
        return [(stage, each.name) for each in self.chosen(pipeline) for stage in self.stages[each.id]]

    def stage(self, name: str, pipeline: str | None) -> Stage:
        """The stage of that name, in a pipeline or in the only one that has it. Raises NotFound, InvalidInput."""
        among = self.chosen(pipeline)
        found = {each.name: stage for each in among if (stage := match_stage(name, self.stages[each.id])) is not None}
        if len(found) > 1:
            used = {each.name for each in among if each.active}
            exact = {place: stage for place, stage in found.items() if fold(stage.name) == fold(name)}
            # Words that stand for won and lost fit every pipeline, and one out of use is meant only when it is named.
            found = {p: s for p, s in (exact or found).items() if p in used} or found
        if not found:
            names = dict.fromkeys(stage.name for each in among for stage in self.stages[each.id])
            raise NotFound(
                tr("There is no stage “{name}”.").format(name=name),
                tr("Use one of: {names}.").format(names=", ".join(names)),
            )
        if len(found) > 1:
            raise InvalidInput(
                "pipeline",
                tr("Several pipelines have a stage “{name}”: {names}.").format(name=name, names=", ".join(found)),
                tr("Say which with --pipeline."),
            )
        return next(iter(found.values()))

    def first_stage(self, pipeline: str | None) -> Stage:
        """Where a new deal begins: the first open stage of a pipeline, of the first one when none is named."""
        return next(stage for stage in self.stages[self.chosen(pipeline)[0].id] if stage.kind is StageKind.OPEN)
