"""The people of the workspace: their teams and, on a server, logins and roles; who leaves, and who goes on with their work."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from ...domain.opportunities import NAME_LIMIT
from ...domain.rights import Role
from ...i18n import N_, tr
from ...services import team, teams
from ...services.team import Member
from ...services.teams import Team
from ...services.workspace import Workspace
from ..dialogs.deal import choose, combo
from ..parts import label
from ..session import Session
from .leaving import LeavingDialog, PasswordDialog, ResetDialog
from .records import RecordsSection

ROLES = {
    Role.REP: N_("Rep"), Role.MANAGER: N_("Manager"), Role.ADMIN: N_("Administrator"), Role.VIEWER: N_("Viewer"),
}  # fmt: skip
_MEANS = {
    Role.REP: N_("Works with their own opportunities, leads and activities."),
    Role.MANAGER: N_("Works with what their team and the teams below have, exports, and makes challenges."),
    Role.ADMIN: N_("May do everything, and sets up the workspace. At least two are advised."),
    Role.VIEWER: N_("Sees their team and the teams below, without a team everything, and changes nothing."),
}  # fmt: skip


class PeopleSection(RecordsSection):
    """Who works here.

    Signals:
        import_requested(): bring people in from a file.
    """

    import_requested = Signal()
    form_width = 360
    tables = frozenset({"person", "team"})

    def __init__(self, session: Session) -> None:
        self.on_server = session.workspace.store.path is None
        hint = (
            tr("Each person connects with a login of their own. What a role may do is held by the database itself.")
            if self.on_server
            else tr("Who opportunities and activities can be given to. A file is for one person at a computer.")
        )
        headers = [tr("Name"), tr("Role"), tr("Team"), tr("State")]
        super().__init__(
            session, tr("People"), hint, headers if self.on_server else [headers[0], *headers[2:]], tr("Nobody yet.")
        )
        self.name, self.email, self.login = QLineEdit(), QLineEdit(), QLineEdit()
        for line in (self.name, self.email):
            line.setMaxLength(NAME_LIMIT)
        self.login.setMaxLength(63)
        self.login.setPlaceholderText(tr("out of the name"))
        self.team = combo([], None)
        self.role = combo([(tr(text), role.value) for role, text in ROLES.items()], Role.REP.value)
        self._means = label("", "small", wrap=True)
        self.add_field("name", tr("Name"), self.name)
        self.add_field("email", tr("Email"), self.email)
        self.add_field("team_id", tr("Team"), self.team)
        if self.on_server:
            self.add_field("login", tr("Login"), self.login)
            self.add_field("role", tr("Role"), self.role)
            self.form.addWidget(self._means)
            self.role.currentIndexChanged.connect(lambda _: self._say_role())
        self.add_tool("add", tr("Add"), self.begin_new, "Ins")
        self.add_tool("switch", tr("Deactivate…"), self._switch)
        if self.on_server:
            self.add_tool("password", tr("Password…"), self._ask_password)
        self.add_tool("hand_over", tr("Hand over…"), lambda: self._ask_leaving(leaving=False))
        self.add_tool("import", tr("Import…"), self.import_requested.emit)
        self.tools.addStretch(1)
        self.dialog: LeavingDialog | PasswordDialog | ResetDialog | None = None

    def reload(self, chosen: int | None) -> None:
        """Reads people and teams."""
        self._session.ask(_read, done=lambda found: self._on_read(found, chosen))

    def _on_read(self, found: tuple[list[Member], list[Team]], chosen: int | None) -> None:
        now = self.team.currentData()
        self.team.clear()
        self.team.addItem(tr("None"), None)
        for each in found[1]:
            self.team.addItem(indented(each), each.id)
        choose(self.team, now, "")
        self.show_things(found[0], chosen)

    def cells(self, thing: Member) -> list[str]:
        """Name, role, team, state."""
        role = [tr(ROLES[Role(thing.role)])] if self.on_server else []
        return [thing.name, *role, thing.team, self._state(thing)]

    def _state(self, thing: Member) -> str:
        if thing.id == self._session.workspace.actor_id:
            return tr("you")
        if not thing.active:
            return tr("deactivated")
        return tr("no login") if self.on_server and not thing.login else ""

    def new_title(self) -> str:
        """A new one."""
        return tr("New person")

    def fill(self, thing: Member | None) -> None:
        """A login is given once."""
        self.name.setText(thing.name if thing else "")
        self.email.setText(thing.email if thing else "")
        self.login.setText(thing.login if thing else "")
        self.login.setReadOnly(thing is not None)
        choose(self.team, thing.team_id if thing else None, "")
        choose(self.role, thing.role if thing else Role.REP.value, "")
        self._say_role()

    def _say_role(self) -> None:
        self._means.setText(tr(_MEANS[Role(self.role.currentData())]))

    def values(self) -> dict[str, Any]:
        """As the services take them."""
        values = {"name": self.name.text(), "email": self.email.text(), "team_id": self.team.currentData()}
        if self.on_server:
            values |= {"role": self.role.currentData(), "login": self.login.text().strip()}
        return values

    def writing(self, thing: Member | None, values: dict[str, Any]) -> tuple[Any, ...]:
        """Adds, on a server with a login, or edits."""
        if thing is not None:
            return _edit, thing, values
        return (_add_with_login if self.on_server else _add), values

    def _on_saved(self, result: Any) -> None:
        """A password that was made up is said."""
        if isinstance(result, tuple):
            self._say_password(*result)
            result = result[0].id
        super()._on_saved(result)

    def update_tools(self, thing: Member | None) -> None:
        """Nobody takes their own access."""
        other = thing is not None and thing.id != self._session.workspace.actor_id
        self.buttons["switch"].setEnabled(other)
        if self.on_server:
            self.buttons["password"].setEnabled(other and bool(thing.login))
        self.buttons["hand_over"].setEnabled(thing is not None and len(self.things) > 1)
        gone = thing is not None and not thing.active
        lacking = gone or (thing is not None and self.on_server and not thing.login)
        back = tr("Give access") if self.on_server else tr("Reactivate")
        self.buttons["switch"].setText(back if lacking else tr("Deactivate…"))

    # Who leaves, and who comes back ---------------------------------------------------------------------------------

    def _switch(self) -> None:
        thing: Member | None = self.current
        if thing is None:
            return
        if thing.active and (thing.login or not self.on_server):
            self._ask_leaving(leaving=True)
        elif self.on_server:
            self._session.ask(_give_access, thing, done=lambda found: self._on_given(*found), failed=self.show_problem)
        else:
            self.do(team.set_active, thing.id, True)

    def _on_given(self, member: Member, password: str) -> None:
        self._say_password(member, password)
        self.reload(member.id)

    def _say_password(self, member: Member, password: str) -> None:
        self.dialog = PasswordDialog(self.window(), member, password, self._session.workspace.store.address)
        self.dialog.open()

    def _ask_password(self) -> None:
        thing = self.current
        if thing is not None:
            self.dialog = ResetDialog(self.window(), self._session, thing)
            self.dialog.said.connect(lambda password: self._say_password(thing, password))
            self.dialog.open()

    def _ask_leaving(self, *, leaving: bool) -> None:
        thing = self.current
        if thing is not None:
            self._session.ask(team.work_of, thing.id, done=lambda work: self._show_leaving(thing, work, leaving))

    def _show_leaving(self, thing: Member, work: tuple[int, int, int], leaving: bool) -> None:
        others = [each for each in self.things if each.active and each.id != thing.id]
        self.dialog = LeavingDialog(self.window(), self._session, thing, work, others, leaving=leaving)
        self.dialog.accepted.connect(lambda: self.reload(thing.id))
        self.dialog.open()


def indented(each: Team) -> str:
    """The name of a team, with a sign for each team above it."""
    return "› " * each.depth + each.name


def _read(ws: Workspace) -> tuple[list[Member], list[Team]]:
    return team.members(ws), teams.listing(ws)


def _add(ws: Workspace, values: dict[str, Any]) -> int:
    return team.take_in(ws, values["name"], email=values["email"], team_id=values["team_id"])


def _add_with_login(ws: Workspace, values: dict[str, Any]) -> tuple[Member, str]:
    member, password = team.add(
        ws, values["name"], role=values["role"], login=values["login"], email=values["email"], team_id=values["team_id"]
    )
    return member, password


def _give_access(ws: Workspace, thing: Member) -> tuple[Member, str]:
    return team.add(ws, thing.name, role=thing.role)


def _edit(ws: Workspace, thing: Member, values: dict[str, Any]) -> None:
    team.edit(ws, thing.id, {name: values[name] for name in ("name", "email", "team_id")})
    role = values.get("role", thing.role)
    if role != thing.role:
        team.set_role(ws, thing.id, role)
