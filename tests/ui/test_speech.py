"""Qt's own dialogs speak the language in use."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from salesos_desktop.ui.speech import speak


def test_the_file_dialog_has_no_english_left_in_spanish(qtbot: QtBot, qapp: QApplication) -> None:
    speak(qapp, "es")
    try:
        dialog = QFileDialog()
        qtbot.addWidget(dialog)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        texts = [label.text() for label in dialog.findChildren(QLabel)]
        assert texts == ["&Ver en:", "&Nombre de fichero:", "&Ficheros de tipo:"]
    finally:
        speak(qapp, "en")
