"""The header of the explanation: which value it is of, the film's controls, the choice of a page, and the buttons."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from convexplorer.gui.film.bar import FilmBar
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.gui.widgets.steady_label import SteadyLabel

WIDEST = 10_000
PLACE_WIDTH = 225  # design pixels for the words that say which value is explained
_GAP = 10
_BUTTONS = ("unpin", "reads", "lens")


class ExplanationHeader(QWidget):
    """A row that shows what has room in it.

    Attributes
    ----------
    place : the label that says which value is explained.
    film_bar : the controls of the film.

    Signals
    -------
    page_chosen : a key of `PAGES`.
    """

    page_chosen = Signal(str)

    def __init__(self, context: Context, film: FilmPlayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._width = WIDEST  # until it is known
        self._title = ElidedLabel("How this value is computed", self)
        theme.set_role(self._title, "title")
        self.place = SteadyLabel("", self)
        theme.set_role(self.place, "muted")
        self.film_bar = FilmBar(film, context.actions, self)
        self._build_choices()
        self._buttons = [ActionButton(context.actions[name], self) for name in _BUTTONS]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP)
        layout.addWidget(self._title)
        layout.addWidget(self.place, 3)
        layout.addWidget(self.film_bar, 2)
        for widget in (self._choice, self._list, *self._buttons):
            layout.addWidget(widget)
        theme.notifier().changed.connect(self.fit)

    def set_width(self, width: int) -> None:
        """Show what has room in this width, which is known while the header is hidden, so it opens as it stays."""
        self._width = width
        self.fit()

    def show_page(self, name: str) -> None:
        """Show which page is shown, a key of `PAGES`."""
        self._choice.set_value(name)
        self._list.setCurrentIndex(self._list.findData(name))

    @Slot()
    def fit(self) -> None:
        """Leave room for the place: first the loop of the film gives way, then the title, then other controls.

        Where the pages do not fit beside it, a list of them does.
        """
        place, title = theme.px(PLACE_WIDTH), self._title.sizeHint().width() + _GAP
        is_wide = self._room_beside(self._choice) >= place + self.film_bar.minimumSizeHint().width()
        self._choice.setVisible(is_wide)
        self._list.setVisible(not is_wide)
        room = self._room_beside(self._choice if is_wide else self._list)
        has_title = room >= title + place + self.film_bar.ample_width()
        self._title.setVisible(has_title)
        room -= title if has_title else 0
        self.place.setMaximumWidth(max(room - self.film_bar.fit(room - place), 0))

    def _room_beside(self, choice: QWidget) -> int:
        """Return the width that a choice of the page and the buttons leave."""
        taken = sum(other.sizeHint().width() + _GAP for other in (choice, *self._buttons))
        return self._width - _GAP - taken

    def _build_choices(self) -> None:
        """Make the choice of a page, and the list that stands in for it where there is no room to show all pages."""
        options = [(name, info.label, info.tip) for name, info in PAGES.items()]
        self._choice = Segmented(options, self, name="What the explanation shows")
        self._choice.chosen.connect(self.page_chosen)
        self._list = QComboBox(self)
        self._list.setAccessibleName("What the explanation shows")
        for name, label, tip in options:
            self._list.addItem(label, name)
            self._list.setItemData(self._list.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self._list.activated.connect(self._on_listed)
        self._list.hide()

    @Slot(int)
    def _on_listed(self, index: int) -> None:
        self.page_chosen.emit(self._list.itemData(index))
