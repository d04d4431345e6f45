"""What a person can do to deals, whichever widget asks: the one door from the window to the services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from ..domain.opportunities import Priority
from ..domain.stages import Stage, StageKind
from ..errors import NeedsMore, UserError
from ..i18n import tr
from ..services import board as lists
from ..services import bulk, holds, moves, undo
from ..services import opportunities as service
from ..services.roles import refusal
from ..services.workspace import Workspace
from . import closings
from .one_dialog import OneDialog, needs
from .session import Session

_TABLES = frozenset({"person", "source", "loss_reason", "stage", "pipeline", "custom_field", "field_section"})


class DealActions(OneDialog):
    """Move, win, lose, reopen, make, edit, delete, undo, redo; opens the dialogs that some of them need.

    The dialogs are loaded when the first of them is opened, not when the window is.

    Signals:
        open_requested(id): show this deal beside the board.
        created(id): a deal was made here.
    """

    open_requested = Signal(object)
    created = Signal(object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session, window)
        self.pipeline_id: int | None = None
        """The pipeline that the board shows, into which a new deal goes."""
        self.refused: Callable[[], bool] = lambda: False
        """Whether nothing is to be made or taken back now, because the page can only be looked at; says so."""

    @property
    def window(self) -> Any:
        """The window that dialogs stand over."""
        return self._window

    @needs("write")
    def new(self, stage_id: int | None = None) -> None:
        """Asks for a new opportunity, in ``stage_id`` or the first stage."""
        if self.refused():
            return
        self._session.known.ask(_lists, self.pipeline_id, done=lambda found: self._show_new(found, stage_id))

    def show_pipeline(self, pipeline_id: int | None) -> None:
        """New deals go into this one; on a server what their form needs is kept for when the line is lost."""
        self.pipeline_id = pipeline_id
        self._session.known.keep(_TABLES, _lists, pipeline_id)

    @needs("write")
    def edit(self, deal_id: int) -> None:
        """Asks every field of a deal, and writes them together."""
        from .dialogs.deal import DealDialog

        def show(found: tuple[service.Opportunity, dict[str, Any]]) -> None:
            card = found[0].card
            if self._session.rights.edits("opportunity", card.id, card.owner_id):
                self.show_dialog(DealDialog(self._window, self._session, found[1], deal=found[0]))
            else:
                self._session.problem.emit(refusal(self._session.rights))

        self._session.ask(_deal_and_lists, deal_id, done=show, failed=self._session.failed)

    @needs("write")
    def move(self, ids: Sequence[int], stage: Stage, after_id: int | None = None) -> None:
        """Takes deals to a stage, whatever that needs: a closing asks first."""
        if stage.kind is StageKind.WON:
            self.win(ids, stage.id, after_id)
        elif stage.kind is StageKind.LOST:
            self.lose(ids, stage.id, after_id)
        else:
            ask_move(
                self._window, self._session, moves.move, list(ids), stage.id, after_id=after_id, show=self.show_dialog,
                draft=("move", stage.name),
            )  # fmt: skip

    @needs("write")
    def win(self, ids: Sequence[int], stage_id: int | None = None, after_id: int | None = None) -> None:
        """Asks value and date, then closes as won."""
        from .dialogs.closing import WinDialog

        closings.ask(
            self._session, ids,
            lambda found: self.show_dialog(WinDialog(self._window, self._session, found.deals, stage_id, after_id)),
        )  # fmt: skip

    @needs("write")
    def lose(self, ids: Sequence[int], stage_id: int | None = None, after_id: int | None = None) -> None:
        """Asks the reason, then closes as lost."""
        from .dialogs.closing import LoseDialog

        closings.ask(
            self._session, ids,
            lambda found: self.show_dialog(
                LoseDialog(self._window, self._session, found.deals, found.reasons, stage_id, after_id)
            ),
        )  # fmt: skip

    @needs("write")
    def reopen(self, ids: Sequence[int]) -> None:
        """Asks the stage, then reopens."""
        from .dialogs.closing import ReopenDialog

        closings.ask(
            self._session, ids,
            lambda found: self.show_dialog(ReopenDialog(self._window, self._session, found.deals, found.stages)),
        )  # fmt: skip

    @needs("delete_deals")
    def merge(self, first_id: int, second_id: int) -> None:
        """Asks whose values stay, then makes one of two."""
        from .dialogs.merge import MergeDialog

        dialog = MergeDialog(self._window, self._session, "opportunity", first_id, second_id)
        dialog.merged.connect(self.open_requested)
        self.show_dialog(dialog)

    @needs("assign")
    def assign(self, ids: Sequence[int], person_id: int | None, name: str = "") -> None:
        """Gives deals to a person, or to nobody; ``name`` is what they are called."""
        self._session.ask(bulk.assign, list(ids), person_id, draft=("assign", name or tr("Nobody")))

    @needs("write")
    def prioritise(self, ids: Sequence[int], priority: Priority) -> None:
        """Gives deals a priority."""
        self._session.ask(bulk.prioritise, list(ids), priority, draft=("prioritise", ""))

    @needs("write")
    def retag(self, ids: Sequence[int]) -> None:
        """Asks which tags come and which go."""
        from .opportunities.bulk_dialogs import TagsDialog

        self._session.ask(
            _tags, done=lambda known: self.show_dialog(TagsDialog(self._window, self._session, list(ids), known))
        )

    @needs("write")
    def reschedule(self, ids: Sequence[int]) -> None:
        """Asks the day on which they are expected to close."""
        from .opportunities.bulk_dialogs import DateDialog

        self.show_dialog(DateDialog(self._window, self._session, list(ids)))

    @needs("write")
    def plan_activity(self, ids: Sequence[int]) -> None:
        """Asks for an activity, about one deal or each of several."""
        activities = self.window.activities
        if len(ids) == 1:
            activities.plan(("opportunity", ids[0]))
        else:
            activities.plan_each([("opportunity", each) for each in ids])

    @needs("write")
    def start_plan(self, ids: Sequence[int], plan_id: int, name: str) -> None:
        """Plans the steps of a plan on each of them."""
        from ..services import activity_plans

        self._session.ask(activity_plans.start, list(ids), plan_id, draft=name)

    @needs("write")
    def hold(self, ids: Sequence[int]) -> None:
        """Asks until when deals are to be off the board."""
        from .dialogs.hold import HoldDialog

        closings.ask(
            self._session, ids, lambda found: self.show_dialog(HoldDialog(self._window, self._session, found.deals))
        )

    @needs("write")
    def release(self, ids: Sequence[int]) -> None:
        """Brings deals back before their day."""
        self._session.ask(holds.release, list(ids), draft=("release", ""))

    def show_held(self) -> None:
        """Lists the deals on hold."""
        from .dialogs.hold import HeldDialog

        dialog = HeldDialog(self._window, self._session, self.pipeline_id)
        dialog.open_requested.connect(self.open_requested)
        self.show_dialog(dialog)

    @needs("write")
    def follow(self, deal_id: int, on: bool, name: str) -> None:
        """Follows the deal of this name, or no longer."""
        from ..services import followers

        service, kind = (followers.follow, "follow") if on else (followers.unfollow, "unfollow")
        self._session.ask(service, deal_id, draft=(kind, name))

    @needs("write")
    def clone(self, deal_id: int, name: str) -> None:
        """Makes a deal like this one, which has this name, and opens it."""
        from ..services import cloning

        def done(made: int | None) -> None:
            if made is not None:
                self.open_requested.emit(made)

        self._session.ask(cloning.clone, deal_id, done=done, draft=("clone", name))

    def find_duplicates(self) -> None:
        """Lists deals that look alike, whatever their stages."""
        from .dialogs.merge import DuplicatesDialog

        self.show_dialog(DuplicatesDialog(self._window, self._session, "opportunity"))

    @needs("export")
    def export(self, ids: Sequence[int]) -> None:
        """Asks for the file that these deals go to."""
        from ..services.transfer.exporting import Selection

        self.window.exporting.ask(Selection("opportunities", ids=tuple(ids)))

    @needs("delete_deals")
    def delete(self, ids: Sequence[int]) -> None:
        """Puts deals in the bin; undo brings them back."""
        self._session.ask(service.delete, list(ids), draft="")

    def undo(self, only_seq: int | None = None) -> None:
        """Takes back the newest change, or just that one, or refuses with the reason."""
        if only_seq is not None or not self.refused():
            self._session.ask(undo.undo, only_seq=only_seq)

    def redo(self) -> None:
        """Brings back what was undone last."""
        if not self.refused():
            self._session.ask(undo.redo)

    def _show_new(self, found: dict[str, Any], stage_id: int | None) -> None:
        from .dialogs.deal import DealDialog

        dialog = DealDialog(self._window, self._session, found, stage_id=stage_id)
        dialog.created.connect(self.created)
        self.show_dialog(dialog)


def ask_move(
    parent: QWidget, session: Session, service: Callable[..., Any], *args: Any,
    show: Callable[[QDialog], object] = QDialog.open, done: Callable[[Any], None] | None = None,
    failed: Callable[[Exception], None] | None = None, draft: tuple[str, str] | None = None, **values: Any,
) -> None:  # fmt: skip
    """Asks a service that changes stages. What a stage wants to know is asked in a dialog first, and the change repeated.

    Nothing is written before the answers are there; ``failed`` also follows when the person cancels, if it is given.
    """

    def on_failed(error: Exception) -> None:
        if isinstance(error, NeedsMore) and not error.skipped:
            from .dialogs.stage_rules import look_up

            session.ask(look_up, error, done=lambda asked: on_asked(error, asked, {}))
        elif failed is not None:
            failed(error)
        elif isinstance(error, UserError):
            session.problem.emit(error)
        else:
            raise error

    def on_asked(needs: NeedsMore, asked: Any, earlier: dict[str, Any]) -> None:
        from .dialogs.stage_rules import StageRulesDialog, look_up, together

        def again(given: dict[str, Any], on_done: Callable[[Any], None], on_problem: Callable[..., None]) -> None:
            given = together(earlier, given)

            def finished(result: Any) -> None:
                on_done(result)
                if done is not None:
                    done(result)

            def refused(error: Exception) -> None:
                if isinstance(error, NeedsMore) and not error.skipped:
                    # An answer has brought up another question.
                    dialog.accept()
                    session.ask(look_up, error, done=lambda asked: on_asked(error, asked, given))
                else:
                    on_problem(error)

            session.ask(service, *args, **values, **given, done=finished, failed=refused, draft=draft)

        dialog = StageRulesDialog(parent, session, needs, asked, again)
        if failed is not None:
            dialog.rejected.connect(lambda: failed(needs))
        show(dialog)

    if draft is not None and session.server is not None and session.server.lost_since is not None:
        from . import foreseen

        needs = foreseen.needs(session, draft[0], args, values)
        if needs is not None:
            if needs.skipped:
                on_failed(needs)
            else:
                on_asked(needs, foreseen.asked(session, needs), {})
            return
    session.ask(service, *args, **values, done=done, failed=on_failed, draft=draft)


def _lists(ws: Workspace, pipeline_id: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {table: lists.names(ws, table) for table in ("person", "source", "loss_reason")}
    found["stages"] = lists.stages(ws, pipeline_id)
    from ..services import custom_fields

    found["fields"], found["sections"] = custom_fields.fields(ws, "opportunity"), custom_fields.sections(ws)
    return found


def _tags(ws: Workspace) -> list[str]:
    from ..services import deal_lists

    return list(deal_lists.read(ws).tags)


def _deal_and_lists(ws: Workspace, deal_id: int) -> tuple[service.Opportunity, dict[str, Any]]:
    return service.get(ws, deal_id), _lists(ws)
