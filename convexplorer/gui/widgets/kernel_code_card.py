"""The forms in which kernels leave, over the window: a list with search beside the text of the form."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.widgets.fuzzy import best_matches
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.gui.widgets.search_list import Row, SearchList
from convexplorer.gui.widgets.segmented import Segmented

WIDTH, HEIGHT, LIST_WIDTH = 900, 560, 250  # design pixels
MOST_SHOWN = 20_000  # characters in sight; all are copied
ONE, ALL = "one", "all"


@dataclass(frozen=True)
class FormEntry:
    """One form: the key it is asked for by, its name, a sentence, and further words by which it is found."""

    key: str
    label: str
    tip: str
    keywords: str


class KernelCodeCard(Overlay):
    """A list of forms. Typing searches, ↑ ↓ and the mouse show a form's text, Enter or a click copies it.

    Parameters
    ----------
    entries : in their order.
    text_of : (key, True for all filters) → the text; ValueError says why the form cannot hold the kernel.
    count : of the layer's filters.

    Signals
    -------
    Given as functions, as each has one listener:

    on_copied : (entry, text).
    on_saved : (entry, text).
    """

    def __init__(
        self,
        entries: Sequence[FormEntry],
        text_of: Callable[[str, bool], str],
        count: int,
        window: QWidget,
        *,
        on_saved: Callable[[FormEntry, str], None],
        on_copied: Callable[[FormEntry, str], None],
    ) -> None:
        super().__init__(window)
        self._entries = tuple(entries)
        self._text_of, self._on_saved, self._on_copied = text_of, on_saved, on_copied
        self._shown: FormEntry | None = None
        self._text = ""
        self.scope = Segmented(
            [
                (ONE, "Kernel", "The selected filter"),
                (ALL, f"All {count} filters", "All filters of the layer, with their names and biases"),
            ],
            self,
            name="What leaves",
        )
        self.scope.set_value(ONE)
        self.scope.setVisible(count > 1)
        self.list = SearchList(self._search, self, name="Forms", kind="form")
        self.list.set_placeholder("OpenCV, ffmpeg, shader, table …")
        self.view = QPlainTextEdit(self)
        self.note = QLabel(self)
        self.copy_button = QPushButton("Copy", self)
        self.save_button = QPushButton("Save as…", self)
        self._build()
        self.list.walked.connect(self._show)
        self.list.tried.connect(self._show)
        self.list.picked.connect(self._copy_entry)
        self.list.left.connect(self.close)
        self.scope.chosen.connect(self._on_scope_chosen)
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._save)

    def open(self) -> None:
        """Show the card, with the focus in the search field."""
        super().open()
        self.list.start()

    def place_card(self) -> None:
        """Place the card in the middle, as large as the window allows."""
        width = min(theme.px(WIDTH), self.width() - theme.px(24))
        self.card.setFixedSize(width, min(theme.px(HEIGHT), self.height() - theme.px(24)))
        self.card.move(self.rect().center() - self.card.rect().center())

    def _search(self, query: str) -> list[Row]:
        found = best_matches(query, self._entries, lambda one: f"{one.label} {one.keywords} {one.tip}")
        return [Row(one.label, one, tip=one.tip) for one in found]

    @Slot(object)
    def _show(self, entry: object) -> None:
        """Show the text of a form, or why there is none."""
        if not isinstance(entry, FormEntry):
            return
        self._shown = entry
        try:
            self._text = self._text_of(entry.key, self.scope.value == ALL)
        except ValueError as error:
            self._text = ""
            self.view.setPlainText(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            self.view.setPlainText(self._text[:MOST_SHOWN])
        is_cut = len(self._text) > MOST_SHOWN
        self.note.setText(f"{entry.tip}{' The end is not shown here.' if is_cut else ''}")
        for button in (self.copy_button, self.save_button):
            button.setEnabled(bool(self._text))

    @Slot(object)
    def _copy_entry(self, entry: object) -> None:
        self._show(entry)
        self._copy()

    @Slot()
    def _copy(self) -> None:
        if self._shown is not None and self._text:
            entry, text = self._shown, self._text
            QGuiApplication.clipboard().setText(text)
            self.close()
            self._on_copied(entry, text)

    @Slot()
    def _save(self) -> None:
        if self._shown is not None and self._text:
            entry, text = self._shown, self._text
            self.close()
            self._on_saved(entry, text)

    @Slot()
    def _on_scope_chosen(self) -> None:
        self._show(self._shown)

    def _build(self) -> None:
        title = QLabel("Kernel as code, command or table", self)
        title.setFont(theme.text_font(is_bold=True))
        close = IconButton("close", "Close (Esc)", self)
        close.clicked.connect(self.close)
        self.list.setFixedWidth(theme.px(LIST_WIDTH))
        self.view.setReadOnly(True)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(theme.px(12))
        self.view.setFont(font)
        self.view.setStyleSheet(f"font-family: '{font.family()}', monospace;")
        self.view.setAccessibleName("Text of the form")
        theme.set_role(self.note, "small")
        self.note.setWordWrap(True)
        set_tip(self.copy_button, "Copy the text; a click in the list or Enter does, too")
        set_tip(self.save_button, "Write the text to a file")
        top, middle, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self.scope)
        top.addWidget(close)
        middle.addWidget(self.list)
        middle.addWidget(self.view, 1)
        bottom.addWidget(self.note, 1)
        bottom.addWidget(self.copy_button)
        bottom.addWidget(self.save_button)
        self.card_layout.addLayout(top)
        self.card_layout.addLayout(middle, 1)
        self.card_layout.addLayout(bottom)
