"""What columns and rows of the board are called."""

from __future__ import annotations

from ...domain.opportunities import Priority
from ...domain.slots import LATER, NOTHING, OTHERS, OVERDUE, By, Slot
from ...i18n import N_, month_name, tr

TITLES = {
    By.STAGE: N_("Stage"), By.MONTH: N_("Closing month"), By.OWNER: N_("Owner"), By.PRIORITY: N_("Priority"),
    By.SOURCE: N_("Source"), By.COMPANY: N_("Company"), By.PIPELINE: N_("Pipeline"),
}  # fmt: skip
_NOTHING = {
    By.MONTH: N_("No date"), By.OWNER: N_("No owner"), By.SOURCE: N_("No source"), By.COMPANY: N_("No company"),
}  # fmt: skip


def slot_title(slot: Slot) -> str:
    """What a column or row is called, in the language in use."""
    if slot.key == OVERDUE:
        return tr("Overdue")
    if slot.key == LATER:
        return tr("Later")
    if slot.key == OTHERS:
        return tr("Others")
    if slot.key == NOTHING:
        return tr(_NOTHING[slot.by])
    if slot.by is By.MONTH and slot.before is not None and slot.first is not None:
        name = month_name(slot.first.month, full=True)
        return f"{name[:1].upper()}{name[1:]} {slot.first.year}"
    if slot.by is By.PRIORITY:
        from ..dialogs.deal import PRIORITIES

        return tr(PRIORITIES[Priority(slot.value)])
    return slot.name
