"""The pages of the explanation, one of which is shown; each is made when it is asked for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from convexplorer.gui.panels.explanation_panel.page import Page
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.session.panel import Context

if TYPE_CHECKING:
    from convexplorer.gui.panels.explanation_panel.study_page import StudyPage


class PageStack(QStackedWidget):
    """Pages of which only the one that is shown asks for room.

    Signals
    -------
    stepped : (rows, columns) by which the explained value is to move.
    touched : a hand on the mouse is over a page.
    """

    stepped = Signal(int, int)
    touched = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._pages: dict[str, Page] = {}

    @property
    def current(self) -> Page:
        """The page that is shown; while nobody sees it, it may show what was explained before."""
        page = self.currentWidget()
        assert isinstance(page, Page)
        return page

    @property
    def name(self) -> str:
        """The name of the page that is shown, a key of `PAGES`."""
        return next(name for name, page in self._pages.items() if page is self.current)

    @property
    def study(self) -> StudyPage | None:
        """The page of the study, if it is the one that is shown: its film goes over outputs of its own."""
        return cast("StudyPage", self.current) if self.name == "study" else None

    @property
    def made(self) -> frozenset[str]:
        """The names of the pages that have been asked for."""
        return frozenset(self._pages)

    def called(self, name: str) -> Page:
        """Return a page of the table."""
        if name not in self._pages:
            page = self._pages[name] = PAGES[name].make(self._context, self)
            page.stepped.connect(self.stepped)
            page.touched.connect(self.touched)
            self.addWidget(page)
        return self._pages[name]

    def show_page(self, name: str) -> None:
        """Show a page of the table; the one before lets go of its picture."""
        page, before = self.called(name), self.current
        if before is not page:
            before.forget()
        self.setCurrentWidget(page)

    def minimumSizeHint(self) -> QSize:
        """Return the least size of the page that is shown."""
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()
