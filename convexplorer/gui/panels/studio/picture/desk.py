"""The desk on which kernels are made of pictures."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.desk import Desk
from convexplorer.gui.panels.studio.picture.learn_page import LearnPage
from convexplorer.gui.panels.studio.picture.part_page import PartPage
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.results.picture import Picture

TIP = "Take a part of the picture as the kernel, or learn a bank from it."
PAGES = (
    ("part", "A part", "A part of the picture becomes the kernel; its like are found"),
    ("learn", "Learn", "A bank of filters is learned from this picture, a folder or the camera"),
)


class PictureDesk(Desk):
    """Two pages: a part of the picture as the kernel, and a bank that is learned.

    Attributes
    ----------
    part, learn : the pages.
    """

    key, title, tip = "picture", "From picture", TIP

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.part, self.learn = PartPage(work, self), LearnPage(work, self)
        self.choice = Segmented(PAGES, self, name="What is made of pictures")
        self.choice.chosen.connect(self.open_page)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.part)
        self._stack.addWidget(self.learn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._stack, 1)

    def begin(self) -> None:
        """Look for the kernel in the picture, if that is the page."""
        self.part.set_shown(self.choice.value == "part")

    def end(self) -> None:
        """Mark nothing any more; what is learned goes on, and is there when the desk is opened again."""
        self.part.set_shown(False)

    def show_kernel(self) -> None:
        """Look for another kernel."""
        self.part.show_kernel()
        self.learn.show_kernel()

    def show_picture(self, picture: Picture) -> None:
        """Look in a new picture; learn from it, if the camera is learned from."""
        self.part.show_picture(picture)
        self.learn.show_picture(picture)

    @Slot(str)
    def open_page(self, key: str) -> None:
        """Show a page: "part" or "learn"."""
        self.choice.set_value(key)
        self._stack.setCurrentWidget(self.part if key == "part" else self.learn)
        self.part.set_shown(key == "part")
