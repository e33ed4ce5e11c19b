"""Kernels are copied and saved for other programs from a list with search, which shows each text before."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from convexplorer.export.kernel_code.table import KERNEL_FORMS
from convexplorer.gui.widgets.kernel_code_card import ALL, KernelCodeCard
from convexplorer.kernels.pasted.reading import read_pasted
from convexplorer.model import edits
from tests.gui.conftest import message_of


def open_card(window) -> KernelCodeCard:
    window.actions_by_name["kernel-code"].trigger()
    (card,) = (one for one in window.findChildren(KernelCodeCard) if one.isVisible())
    return card


def type_and_enter(card: KernelCodeCard, text: str) -> None:
    QTest.keyClicks(card.list._field, text)
    QTest.keyClick(card.list._field, Qt.Key.Key_Return)


def test_all_forms_are_listed_and_the_first_is_shown(window):
    card = open_card(window)

    assert [row.title for row in card.list.rows()] == [form.label for form in KERNEL_FORMS.values()]
    assert "import numpy as np" in card.view.toPlainText()


@pytest.mark.parametrize(("typed", "form"), [("shader", "GLSL"), ("opencv", "OpenCV"), ("gegl", "GIMP")])
def test_typing_and_enter_copy_the_kernel_for_a_program(window, typed, form):
    planes = window.store.state.layers[0].filters[0].planes

    type_and_enter(open_card(window), typed)

    read = read_pasted(QGuiApplication.clipboard().text())
    array = read.array if read.array.shape[-1] == planes.shape[-1] else read.array[1:-1, 1:-1]
    assert np.array_equal(array, planes[0])
    assert message_of(window).startswith(f"Copied “sobel-x” for {form}: ")


def test_all_filters_of_the_layer_leave_together(window):
    card = open_card(window)

    card.scope._buttons[ALL].click()
    type_and_enter(card, "csv")

    read = read_pasted(QGuiApplication.clipboard().text())
    assert read.names == tuple(one.name for one in window.store.state.layers[0].filters)


def test_what_a_form_cannot_hold_is_said_and_not_copied(window):
    window.store.commit(edits.set_kernel_size(window.store.state, 0, (9, 9)))
    card = open_card(window)

    QTest.keyClicks(card.list._field, "pillow")

    assert card.view.toPlainText() == "Pillow has kernels of 3×3 and 5×5; “sobel-x” has 9×9."
    assert not card.copy_button.isEnabled()
    QTest.keyClick(card.list._field, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == ""
    assert card.isVisible()


def test_a_form_is_saved_as_a_file(window, tmp_path: Path, monkeypatch):
    path = tmp_path / "mine.sh"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    card = open_card(window)
    QTest.keyClicks(card.list._field, "ffmpeg")

    card.save_button.click()

    assert "convolution=0m='-1 0 1 -2 0 2 -1 0 1'" in path.read_text(encoding="utf-8")


def test_escape_leaves_all_as_it_was(window):
    before = window.store.state
    card = open_card(window)

    QTest.keyClick(card.list._field, Qt.Key.Key_Escape)

    assert not [one for one in window.findChildren(KernelCodeCard) if one.isVisible()]
    assert window.store.state is before
    assert QGuiApplication.clipboard().text() == ""
