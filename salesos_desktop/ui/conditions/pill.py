"""A filter by any field: a pill that says how many conditions are on; the dialog in which they are set is made when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from ...i18n import tr
from ..parts import Pill
from ..session import Session

if TYPE_CHECKING:
    from ...domain.conditions import Condition, Test
    from .dialog import ConditionDialog
    from .fields import FieldChoice


class ConditionPill(Pill):
    """Conditions on the fields of ``table``; ``lasts`` says whether a test can still be asked.

    ``related``: whether columns of other records can be asked, too.

    Signals:
        changed(): the person set others.
    """

    changed = Signal()

    def __init__(self, session: Session, table: str, lasts: Callable[[Test], bool], *, related: bool = True) -> None:
        super().__init__()
        self._session, self._table, self._lasts = session, table, lasts
        self._value: Condition | None = None
        self.dialog: ConditionDialog | None = None
        self._asked = False
        self.clicked.connect(lambda: self._ask(related))
        self.refresh()

    @property
    def condition(self) -> Condition | None:
        """What must hold today, None for anything: days that move with today are those they come to."""
        if self._value is None:
            return None
        from ...domain.conditions import resolve

        return resolve(self._value, self._session.today)

    @property
    def value(self) -> Condition | None:
        """What was chosen, days that move with today as they were said."""
        return self._value

    @property
    def narrows(self) -> bool:
        """Whether there is a condition."""
        return self._value is not None

    def choose(self, condition: Condition | None) -> None:
        """Takes conditions as the person would."""
        from ...domain.condition_fields import kept

        chosen = None if condition is None else kept(condition, lambda _: True)
        if chosen != self._value:
            self._value = chosen
            self.refresh()
            self.changed.emit()

    def clear(self) -> None:
        """No condition, without a signal."""
        self._value = None
        self.refresh()

    def refresh(self) -> None:
        """Shows how many there are."""
        count = 0
        if self._value is not None:
            from ...domain.conditions import each_test

            count = sum(1 for _ in each_test(self._value))
        self.show_choice(tr("More filters: {count}").format(count=count) if count else tr("More filters"), bool(count))

    def keep(self) -> Any:
        """As plain values for the preferences, None for no condition."""
        if self._value is None:
            return None
        from ...domain.condition_json import to_json

        return to_json(self._value)

    def take(self, plain: Any) -> None:
        """Takes up what was kept, as far as it can still be asked."""
        from ...domain.condition_fields import kept
        from ...domain.condition_json import from_json

        with suppress(ValueError, TypeError):
            self._value = kept(from_json(plain), self._lasts)
        self.refresh()

    def let_go(self) -> bool:
        """Takes off what can no longer be asked; whether there was any."""
        if self._value is None:
            return False
        from ...domain.condition_fields import kept

        left = kept(self._value, self._lasts)
        gone = left != self._value
        if gone:
            self._value = left
            self.refresh()
        return gone

    def _ask(self, related: bool) -> None:
        """Opens the dialog, once."""
        if not self._asked:
            self._asked = True
            self._session.ask(_offered, self._table, related, done=self._on_offered)

    def _on_offered(self, fields: Sequence[FieldChoice]) -> None:
        from .dialog import ConditionDialog

        self.dialog = ConditionDialog(
            self.window(), self._session.workspace.currency, fields, self._value, self.choose
        )  # fmt: skip
        self.dialog.finished.connect(self._on_finished)
        self.dialog.open()

    def _on_finished(self) -> None:
        self._asked = False


def _offered(ws: Any, table: str, related: bool) -> list[FieldChoice]:
    from .options import offered

    return offered(ws, table, related=related)
