"""Line icons in the colours of the theme, sharp at every scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from ..config import resources_dir
from .theme import tokens

_SCALES = (1, 2)
_DISABLED = 0.35


def icon(name: str, colour: str = "muted", checked: str | None = None, size: int = 18) -> QIcon:
    """Icon ``resources/icons/<name>.svg`` in token ``colour``; ``checked`` is the token of the switched-on state."""
    made = QIcon()
    for scale in _SCALES:
        usual = str(getattr(tokens(), colour))
        made.addPixmap(_drawn(name, usual, size, scale), QIcon.Mode.Normal, QIcon.State.Off)
        made.addPixmap(_drawn(name, usual, size, scale, _DISABLED), QIcon.Mode.Disabled, QIcon.State.Off)
        if checked is not None:
            picture = _drawn(name, str(getattr(tokens(), checked)), size, scale)
            made.addPixmap(picture, QIcon.Mode.Normal, QIcon.State.On)
    return made


def app_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(resources_dir() / "icons" / "salesos.svg"))


def _drawn(name: str, colour: str, size: int, scale: int, opacity: float = 1.0) -> QPixmap:
    key = f"salesos/{name}/{colour}/{size}/{scale}/{opacity}"
    picture = QPixmap()
    if QPixmapCache.find(key, picture):
        return picture
    renderer = QSvgRenderer(QByteArray(_source(name).replace("#000", colour).encode()))
    picture = QPixmap(QSize(size, size) * scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(opacity)
    renderer.render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    picture.setDevicePixelRatio(scale)
    QPixmapCache.insert(key, picture)
    return picture


@cache
def _source(name: str) -> str:
    return (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
