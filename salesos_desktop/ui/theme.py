"""Colours, type and the style sheet of the window, light and dark, following the desktop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ..config import resources_dir


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour the program uses, as ``#rrggbb``."""

    dark: bool
    window: str
    surface: str
    sunken: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_soft: str
    on_accent: str
    won: str
    won_soft: str
    lost: str
    lost_soft: str
    warn: str
    warn_soft: str
    stage1: str
    stage2: str
    stage3: str
    stage4: str

    def stage(self, name: str) -> str:
        """Colour of a stage: a token's name, or a colour that an administrator chose."""
        return getattr(self, name, name)


LIGHT = Tokens(
    False, "#F5F6F8", "#FFFFFF", "#ECEEF2", "#E1E4EA", "#191D26", "#5C6576", "#98A0AE", "#3B5BDB", "#E7ECFF", "#FFFFFF",
    "#267A38", "#E3F5E7", "#C92A2A", "#FDE8E8", "#8F4D00", "#FFF1DC", "#748094", "#3B82C4", "#5C5FD6", "#B0569E",
)  # fmt: skip
DARK = Tokens(
    True, "#14161B", "#21252D", "#191C22", "#2E333D", "#E9ECF2", "#9BA4B4", "#6D7687", "#7C94FF", "#273052", "#10131C",
    "#51CF66", "#1C3524", "#FF7B7B", "#3E2022", "#FFB454", "#3B2C14", "#8C97A9", "#5AA6E8", "#8587F2", "#D07ABE",
)  # fmt: skip

AVATARS = ("#2F74B5", "#A34B91", "#2B7F3C", "#B4611A", "#5356C9", "#6A6F7C", "#A8403F", "#16787A")
"""Grounds of avatars; white letters on each have 4.5 : 1 or better."""


class _Theme(QObject):
    """Which tokens are in use. Signals: changed()."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self.choice = "system"


@cache
def theme() -> _Theme:
    """The one theme of the program; ``changed`` tells when to paint afresh."""
    return _Theme()


def tokens() -> Tokens:
    """The colours in use."""
    return theme().tokens


def apply_theme(app: QApplication, choice: str) -> None:
    """``system``, ``light`` or ``dark``: palette, style sheet and every picture follow at once."""
    current = theme()
    if not app.property("themed"):
        app.setProperty("themed", True)
        app.setStyle("Fusion")
        _load_fonts(app)
        app.styleHints().colorSchemeChanged.connect(lambda _: _refresh(app))
    current.choice = choice
    _refresh(app)


def _refresh(app: QApplication) -> None:
    current = theme()
    dark = (
        app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if current.choice == "system"
        else current.choice == "dark"
    )
    current.tokens = DARK if dark else LIGHT
    sheet = _sheet(current.tokens, app.font().family())
    if sheet != app.styleSheet():
        app.setPalette(_palette(current.tokens))
        app.setStyleSheet(sheet)
        current.changed.emit()


@contextmanager
def in_light(widgets: Sequence[QWidget]) -> Iterator[None]:
    """In the block these widgets look as in the light theme, whatever is in use: for paper. Nothing of it is seen on the
    screen as long as the block lets no event be handled."""
    current, family = theme(), QApplication.font().family()
    before = current.tokens
    if not before.dark:
        yield
        return
    current.tokens = LIGHT
    try:
        for widget in widgets:
            widget.setPalette(_palette(LIGHT))
            widget.setStyleSheet(_sheet(LIGHT, family))
        current.changed.emit()
        yield
    finally:
        current.tokens = before
        for widget in widgets:
            widget.setStyleSheet("")
            widget.setPalette(QPalette())
        current.changed.emit()


BODY, SMALL, TITLE, FIGURE = 13, 11, 16, 17


@lru_cache(maxsize=64)
def font(size: int = BODY, *, bold: bool = False, medium: bool = False) -> QFont:
    """A font of ``size`` px at the usual setting, scaled with the person's, with figures of one width; not to be changed."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    made = QFont(app.font())
    made.setPixelSize(max(7, round(size * _scale(app))))
    if bold or medium:
        made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Medium)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


@lru_cache(maxsize=64)
def metrics(size: int = BODY, *, bold: bool = False, medium: bool = False) -> QFontMetrics:
    """How large the texts in that ``font`` are."""
    return QFontMetrics(font(size, bold=bold, medium=medium))


def _scale(app: QApplication) -> float:
    return float(app.property("font_scale") or 1.0)


def _load_fonts(app: QApplication) -> None:
    """Takes the bundled font only where the desktop has no face of its own for its interface."""
    usual = app.font()
    points = usual.pointSizeF()
    scale = points / 9.0 if 0 < points < 40 and app.platformName() in ("xcb", "wayland") else 1.0
    app.setProperty("font_scale", max(0.8, min(2.0, scale)))
    general = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).family()
    if "DejaVu" in general or app.property("bundled_font"):
        for file in sorted((resources_dir() / "fonts").glob("*.ttf")):
            number = QFontDatabase.addApplicationFont(str(file))
            families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
            if families:
                usual.setFamily(families[0])
    usual.setPixelSize(round(BODY * _scale(app)))
    app.setFont(usual)
    font.cache_clear()
    metrics.cache_clear()


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: t.window, QPalette.ColorRole.Base: t.surface, QPalette.ColorRole.AlternateBase: t.sunken,
        QPalette.ColorRole.WindowText: t.text, QPalette.ColorRole.Text: t.text, QPalette.ColorRole.ButtonText: t.text,
        QPalette.ColorRole.Button: t.surface, QPalette.ColorRole.Highlight: t.accent,
        QPalette.ColorRole.HighlightedText: t.on_accent, QPalette.ColorRole.ToolTipBase: t.surface,
        QPalette.ColorRole.ToolTipText: t.text, QPalette.ColorRole.PlaceholderText: t.muted, QPalette.ColorRole.Link: t.accent,
        QPalette.ColorRole.Mid: t.line, QPalette.ColorRole.Accent: t.accent,
    }  # fmt: skip
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.faint))
    return palette


def _sheet(t: Tokens, family: str) -> str:
    scale = _scale(QApplication.instance())  # type: ignore[arg-type]
    values = {name: getattr(t, name) for name in Tokens.__dataclass_fields__ if name != "dark"}
    values |= {f"px{n}": f"{round(n * scale)}px" for n in (11, 12, 13, 16, 17)}
    source = (resources_dir() / "themes" / "window.qss").read_text(encoding="utf-8")
    for name in ("arrow", "arrow-up", "check"):
        picture = resources_dir() / "icons" / f"{name}-{'dark' if t.dark else 'light'}.svg"
        values[name] = str(picture).replace("\\", "/")
    values["family"] = family
    for name, value in sorted(values.items(), key=lambda item: -len(item[0])):
        source = source.replace("@" + name, value)
    return source
