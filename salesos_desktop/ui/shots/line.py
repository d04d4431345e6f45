"""Pictures of a team's window without its server: who else looks at deals, the banner of a lost line, and what waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ...domain.opportunities import Priority
from ...i18n import language
from ...services import board, bulk, notes, opportunities
from ...services.presence import Looker
from ..dialogs.drafts import DraftsDialog
from ..drafts import Drafts
from ..presence import Presence
from ..screens import settle
from ..session import Session

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ..main_window import MainWindow

_SAID = {
    "es": ("Piden la oferta por escrito antes del viernes.", "Ampliación de la planta de Querétaro"),
    "en": ("They ask for the offer in writing before Friday.", "Extension of the Querétaro plant"),
}


class _Line(QObject):
    """Stands for the line to a server, which a file has not."""

    changed, looked = Signal(object), Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.lost_since: datetime | None = None
        self.why = ""
        self.changed.connect(session.line)

    def turn(self, *, lost: bool) -> None:
        """The server is gone, or there again."""
        workspace = self._session.workspace
        workspace.store.lost = lost
        self.lost_since = workspace.clock.now() - timedelta(minutes=4) if lost else None
        self.changed.emit(lost)

    def miss(self) -> None:
        """What could not be read is not read again: the window goes after its picture."""


def take(app: QApplication, window: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    """Opens a window as on a server, which the session has on the way out no longer."""
    from ..main_window import MainWindow

    session: Any = window.session
    session.server = line = _Line(session)
    session.drafts, session.presence = Drafts(session), Presence(session)
    made = MainWindow(session, "board")
    made.resize(window.size())
    made.show()
    settle(app, made)
    try:
        _presence(app, made, shot)
        _lost(app, made, line, shot)
    finally:
        line.turn(lost=False)
        session.drafts._kept.path.unlink(missing_ok=True)
        session.presence.close()
        session.server = session.drafts = session.presence = None
        made.retire()
        made.hide()
        made.deleteLater()
        settle(app, window)


def _presence(app: QApplication, made: MainWindow, shot: Callable[[QWidget, str], None]) -> None:
    session: Any = made.session
    ids = [frame.model.id_at(row) for frame in made.board.frames[:3] for row in (0, 1)]
    since = session.workspace.clock.now() - timedelta(minutes=7)
    people = [each for each in board.names(session.workspace, "person") if each.active]
    lookers = [Looker(each.id, each.name, since) for each in people[1:4]]
    session.presence._on_read({ids[0]: tuple(lookers), ids[2]: tuple(lookers[:1]), ids[5]: tuple(lookers[1:])})
    made.open_deal(ids[0])
    settle(app, made)
    shot(made, "presence")
    made.pane.close_pane()


def _lost(app: QApplication, made: MainWindow, line: _Line, shot: Callable[[QWidget, str], None]) -> None:
    session, ws = made.session, made.session.workspace
    note, name = _SAID[language()]
    first, second = (made.board.frames[0].model.id_at(row) for row in (1, 2))
    other = next(each for each in board.names(ws, "person") if each.active and each.id != ws.actor_id)
    line.turn(lost=True)
    made.actions_.prioritise([first, second], Priority.LOW)
    settle(app, made)
    ws.store.lost = False
    bulk.prioritise(replace(ws, actor_id=other.id, origin="another"), [first], Priority.MEDIUM)
    line.turn(lost=False)
    settle(app, made)
    line.turn(lost=True)
    made.actions_.move([first], made.board.frames[1].slot.stage)
    session.ask(notes.add, "opportunity", second, note, draft=("note_add", note))
    values = {"name": name, "value": 8_450_000, "currency": ws.currency, "expected_close": session.today}
    session.ask(opportunities.create, values, draft=("opportunity_new", name))
    settle(app, made)
    shot(made, "line-lost")
    made.open_deal(made.board.frames[3].model.id_at(0))
    settle(app, made)
    shot(made, "line-lost-message")
    made.messages.hide()
    dialog = DraftsDialog(made, session)
    dialog.open()
    shot(dialog, "drafts")
    dialog.reject()
