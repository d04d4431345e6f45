"""Time zones: the person's own by its IANA name, and others by theirs."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import InvalidInput
from ..i18n import tr

if TYPE_CHECKING:
    from .workspace import Workspace


def name(ws: Workspace) -> str:
    """IANA name of the zone where the person is."""
    zone = ws.clock.zone()
    if zone is None:
        return _system()
    return getattr(zone, "key", None) or str(zone)


def own(ws: Workspace) -> ZoneInfo:
    """The zone where the person is."""
    return named(name(ws))


def named(zone: str) -> ZoneInfo:
    """A zone by its IANA name, UTC for none. Raises InvalidInput for one that this computer does not know."""
    try:
        return ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            "time_zone",
            tr("“{zone}” is not a time zone.").format(zone=zone[:60]),
            tr("Write it like {example}.").format(example="Europe/Madrid"),
        ) from error


def known() -> list[str]:
    """Every zone that can be chosen, by name."""
    from zoneinfo import available_timezones

    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))


def local(moment: datetime, ws: Workspace) -> datetime:
    """An instant as the person's clock shows it."""
    return moment.astimezone(own(ws))


@lru_cache(maxsize=1)
def _system() -> str:
    from tzlocal import get_localzone_name

    return get_localzone_name() or "UTC"
