"""The row that tells where the library is, and offers what can be done with its folder."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QToolButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.model.library.place import default_folder
from convexplorer.words import plain


class FolderRow(QWidget):
    """The path of the folder, and a button with a menu.

    Signals
    -------
    file_chosen : the `Path` of a file that is to be copied into it.
    folder_chosen : the `Path` of another folder; None for the usual one.
    reading_asked : it is to be read again.
    """

    file_chosen = Signal(object)
    folder_chosen = Signal(object)
    reading_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = Path()
        self._path = ElidedLabel("", self)
        theme.set_role(self._path, "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        row.addWidget(self._path, 1)
        row.addWidget(self._button())

    def show_folder(self, folder: Path) -> None:
        """Show where the library is."""
        self._folder = folder
        text = plain(str(folder), 300)
        self._path.setText(text)
        self._path.setToolTip(f"The library's folder: {text}")

    @Slot()
    def ask_for_file(self) -> None:
        """Ask for a file that is to be copied into the folder."""
        text, _ = QFileDialog.getOpenFileName(self, "Copy a file into the library", "", "Kernels (*.toml)")
        if text:
            self.file_chosen.emit(Path(text))

    @Slot()
    def ask_for_folder(self) -> None:
        """Ask for another folder."""
        text = QFileDialog.getExistingDirectory(self, "Folder of the library", str(self._folder))
        if text:
            self.folder_chosen.emit(Path(text))

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setText("Folder")
        set_tip(button, "Choose, open or read again the library's folder, or copy a file into it.")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(button)
        menu.addAction("Copy a file into it…", self.ask_for_file)
        menu.addAction("Open it", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder))))
        menu.addAction("Read it again", self.reading_asked.emit)
        menu.addSeparator()
        menu.addAction("Choose another…", self.ask_for_folder)
        usual = plain(str(default_folder()), 60).replace("&", "&&")
        menu.addAction(f"The usual one: {usual}", lambda: self.folder_chosen.emit(None))
        button.setMenu(menu)
        return button
