"""No number stands alone: beside it is a word, or a tip that says what it counts."""

import re

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget

from tests.gui.conftest import newest_picture

WORD = re.compile(r"[^\W\d_]{3,}")


def text_of(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""


def says_what_it_is(widget: QWidget) -> bool:
    """Tell whether a text has a word, or the widget or what it stands in a tip."""
    tips = [widget.toolTip()]
    parent = widget.parentWidget()
    while parent is not None and parent.parentWidget() is not None and not tips[-1]:
        tips.append(parent.toolTip())
        parent = parent.parentWidget()
    return bool(WORD.search(text_of(widget))) or any(WORD.search(tip) for tip in tips)


def test_every_number_on_screen_has_a_word_or_a_tip(window, qtbot):
    newest_picture(window, qtbot)
    window.show_explanation(True)
    window.selection.hold((5.5, 8.5))

    alone = []
    for page in ("arithmetic", "study", "profile", "shapes"):
        window.explanation_panel.show_page(page)
        for widget in window.findChildren(QWidget):
            text = text_of(widget)
            if widget.isVisible() and re.search(r"\d", text) and not says_what_it_is(widget):
                alone.append(f"{type(widget.parent()).__name__} › {type(widget).__name__}: {text!r}")

    assert sorted(set(alone)) == []
