"""What whoever is at work may do, after PRODUCT.md's table of roles. The database of a team holds everybody to the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The four roles of a team."""

    REP = "rep"
    MANAGER = "manager"
    ADMIN = "admin"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Rights:
    """Those of one person. ``reach``: people whose records they work with, None for everybody's; ``shown`` and
    ``shared``: deals of others that they may see, and edit; ``replica``: what is open is a replica, which everybody only looks
    at. Without anything given: every right, which the person of a file has.
    """

    role: Role = Role.ADMIN
    reach: frozenset[int] | None = None
    shown: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()
    replica: bool = False

    @property
    def write(self) -> bool:
        """Change anything at all."""
        return self.role is not Role.VIEWER

    @property
    def configure(self) -> bool:
        """Change what belongs to the whole workspace: stages, lists, points, targets, people and teams."""
        return self.role is Role.ADMIN

    @property
    def delete_deals(self) -> bool:
        """Put deals in the bin, merge them, and bring back what is there."""
        return self.role is Role.ADMIN

    @property
    def assign(self) -> bool:
        """Give deals to others, and what one has to people in reach."""
        return self.role in (Role.ADMIN, Role.MANAGER)

    @property
    def adjust(self) -> bool:
        """Adjust the forecast of others."""
        return self.assign

    @property
    def export(self) -> bool:
        """Take records out as files."""
        return self.assign

    @property
    def challenge(self) -> bool:
        """Make challenges for others; one for oneself is everybody's who writes."""
        return self.assign

    def reaches(self, person_id: int | None) -> bool:
        """Whether somebody's records are among those worked with."""
        return self.reach is None or person_id in self.reach

    def gives(self, owner_id: int | None, to: int | None) -> bool:
        """Whether a deal of one person may become another's (None: nobody's); that it stays whose it is changes nothing."""
        return owner_id == to or (self.assign and self.reaches(owner_id) and self.reaches(to))

    def edits(self, table: str, row_id: int, owner_id: int | None) -> bool:
        """Whether a deal, lead, contact or company that is seen may be changed; ``owner_id`` None for nobody's."""
        if not self.write or self.reach is None:
            return self.write
        if table == "opportunity":
            return owner_id in self.reach or row_id in self.shared
        return owner_id is None or owner_id in self.reach
