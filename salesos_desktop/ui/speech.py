"""Qt's own texts and dates in the language in use."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from ..i18n import set_language

_loaded: list[QTranslator] = []
_LACKING = {
    "&Look in:": "&Ver en:", "Files of &type:": "&Ficheros de tipo:", "&Directory:": "&Carpeta:", "Computer": "Equipo",
    "Drive": "Unidad", "File": "Archivo", "File Folder": "Carpeta", "Folder": "Carpeta", "%1 File": "Archivo %1",
    "Shortcut": "Acceso directo", "Alias": "Alias",
}  # fmt: skip
"""Texts of Qt's file dialog that its own Spanish does not have (6.11)."""


class _Lacking(QTranslator):
    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, *_: object) -> str:  # type: ignore[override]
        return (
            _LACKING.get(text, "")
            if context in ("QFileDialog", "QFileSystemModel", "QAbstractFileIconProvider")
            else ""
        )


def speak(app: QApplication, code: str) -> None:
    """Switches the program's texts, Qt's dialogs and the date fields that are made from now on to ``es`` or ``en``."""
    set_language(code)
    QLocale.setDefault(QLocale(QLocale.Language.Spanish if code == "es" else QLocale.Language.English))
    while _loaded:
        app.removeTranslator(_loaded.pop())
    translator = QTranslator()
    if code == "es" and translator.load("qtbase_es", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        # The one that is installed last is asked first.
        for each in (_Lacking(), translator):
            app.installTranslator(each)
            _loaded.append(each)
