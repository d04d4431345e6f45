"""Who else has which deal open: told by the server, asked for when something is another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ..i18n import date_time, ntr, tr
from .parts import Avatar

if TYPE_CHECKING:
    from ..services.presence import Looker
    from .session import Session

_BEAT_MS = 60_000
_SHOWN = 3


class Presence(QObject):
    """Tells the server what this window has open, and knows what others have.

    Signals:
        changed(): somebody has opened or left a deal.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._lookers: dict[int, tuple[Looker, ...]] = {}
        self._deal: int | None = None
        session.opened.connect(lambda table, row_id: table == "opportunity" and self.look_at(row_id))
        session.line.connect(lambda lost: lost or self._tell())
        assert session.server is not None
        session.server.looked.connect(self.ask)
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._tell)
        self._timer.start()
        QTimer.singleShot(0, self, self.ask)

    def of(self, deal_id: int) -> tuple[Looker, ...]:
        """Who else has it open."""
        return self._lookers.get(deal_id, ())

    def look_at(self, deal_id: int | None) -> None:
        """This window has another deal open, or none."""
        if deal_id != self._deal:
            self._deal = deal_id
            self._tell()

    def close(self) -> None:
        """Tells no longer; others see it when the session ends."""
        self._timer.stop()

    def ask(self) -> None:
        """Reads who has what open."""
        from ..services import presence

        self._session.ask(presence.lookers, done=self._on_read, failed=lambda _: None, background=True)

    def _tell(self) -> None:
        from ..services import presence

        # That nobody else is told is no reason to disturb.
        self._session.ask(presence.look_at, self._deal, failed=lambda _: None, background=True)
        self.ask()

    def _on_read(self, found: dict[int, tuple[Looker, ...]]) -> None:
        if found != self._lookers:
            self._lookers = found
            self.changed.emit()


def looking_text(lookers: tuple[Looker, ...], session: Session | None = None) -> str:
    """Who has it open, in a line for a tooltip or a reader; with ``session`` also since when."""
    names = ", ".join(each.name for each in lookers[:_SHOWN])
    if len(lookers) > _SHOWN:
        more = len(lookers) - _SHOWN
        names += ntr(" and {count} more", " and {count} more", more).format(count=more)
    if session is None or len(lookers) != 1:
        return tr("Open at: {names}").format(names=names) if lookers else ""
    clock = session.workspace.clock
    since = date_time(lookers[0].since, clock.zone(), clock.today().year)
    return tr("{name} has this open since {time}").format(name=names, time=since)


class LookersStrip(QWidget):
    """Small discs of who else has a deal open; hidden while nobody has."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._deal_id = session, 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(-6)
        self._discs = [Avatar(size=24) for _ in range(_SHOWN)]
        for disc in self._discs:
            row.addWidget(disc)
        self.hide()
        if session.presence is not None:
            session.presence.changed.connect(self._show)

    def show_deal(self, deal_id: int) -> None:
        """Of another deal, 0 for none."""
        self._deal_id = deal_id
        self._show()

    def _show(self) -> None:
        presence = self._session.presence
        lookers = presence.of(self._deal_id) if presence is not None and self._deal_id else ()
        for disc, each in zip(self._discs, lookers, strict=False):
            disc.show_person(each.name, each.person_id)
        for place, disc in enumerate(self._discs):
            disc.setVisible(place < len(lookers))
        text = looking_text(lookers, self._session)
        self.setToolTip(text.replace("&", "&amp;").replace("<", "&lt;"))
        self.setAccessibleName(text)
        self.setVisible(bool(lookers))
