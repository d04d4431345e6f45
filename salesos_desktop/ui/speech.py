"""Qt's own texts and dates in the language in use."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from ..i18n import set_language

_loaded: list[QTranslator] = []


def speak(app: QApplication, code: str) -> None:
    """Switches the program's texts, Qt's dialogs and the date fields that are made from now on to ``es`` or ``en``."""
    set_language(code)
    QLocale.setDefault(QLocale(QLocale.Language.Spanish if code == "es" else QLocale.Language.English))
    while _loaded:
        app.removeTranslator(_loaded.pop())
    translator = QTranslator()
    if code == "es" and translator.load("qtbase_es", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
        _loaded.append(translator)
