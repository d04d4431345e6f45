"""What is wrong with a team's server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.teams import Address

if TYPE_CHECKING:
    from ..storage.server.health import Finding


def examine(address: Address, password: str = "") -> list[Finding]:
    """What is wrong, each with its cure, empty where all is well. As the owner of the tables everything is looked at, as anybody
    else what they may see. Raises ``NeedsPassword``."""
    from ..storage.server import health

    return health.examine(address, password)
