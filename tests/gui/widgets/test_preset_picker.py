"""The searchable list of kernels."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton

from convexplorer.gui.widgets.preset_picker import PresetEntry, PresetPicker

ENTRIES = (
    PresetEntry("sobel-x", "Sobel x", "Edges", "Brightness rising to the right.", "gradient"),
    PresetEntry("sobel-y", "Sobel y", "Edges", "Brightness rising downwards.", "gradient"),
    PresetEntry("gaussian", "Gaussian", "Blur", "A soft mean.", "smooth"),
)


@pytest.fixture
def picker(qtbot) -> Iterator[PresetPicker]:
    anchor = QPushButton("Preset")
    qtbot.addWidget(anchor)
    anchor.show()
    picker = PresetPicker(anchor)
    picker.set_entries(ENTRIES)
    picker.open_at(anchor, "sobel-y")
    yield picker
    picker.close()


def field(picker: PresetPicker) -> QLineEdit:
    return picker.findChild(QLineEdit)


def explanation(picker: PresetPicker) -> str:
    return next(label.text() for label in picker.findChildren(QLabel) if label.text())


def test_it_opens_on_the_present_kernel_and_explains_it(picker: PresetPicker) -> None:
    assert explanation(picker) == "Brightness rising downwards."


def test_enter_chooses_the_row_one_is_on(qtbot, picker: PresetPicker) -> None:
    with qtbot.waitSignal(picker.chosen) as signal:
        qtbot.keyClick(field(picker), Qt.Key.Key_Return)

    assert signal.args == ["sobel-y"]
    assert not picker.isVisible()


def test_walking_passes_over_headings(qtbot, picker: PresetPicker) -> None:
    qtbot.keyClick(field(picker), Qt.Key.Key_Down)

    with qtbot.waitSignal(picker.chosen) as signal:
        qtbot.keyClick(field(picker), Qt.Key.Key_Return)

    assert signal.args == ["gaussian"]


@pytest.mark.parametrize(("query", "names"), [("smooth", ["gaussian"]), ("edges y", ["sobel-y"]), ("zzz", [])])
def test_searching_finds_labels_groups_and_keywords(qtbot, picker: PresetPicker, query: str, names: list[str]) -> None:
    qtbot.keyClicks(field(picker), query)

    assert picker.shown_names() == names


def test_escape_leaves_without_a_choice(qtbot, picker: PresetPicker) -> None:
    with qtbot.assertNotEmitted(picker.chosen):
        qtbot.keyClick(field(picker), Qt.Key.Key_Escape)

    assert not picker.isVisible()


def test_rows_with_pictures_of_any_shape_are_painted(qtbot, picker: PresetPicker) -> None:
    image = QImage(1, 9, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)

    picker.set_entries([PresetEntry("line", "Line", "Lines", image=image)])

    shown = picker.grab().toImage()
    colors = {shown.pixelColor(x, y).name() for x in range(60) for y in range(shown.height())}
    assert "#ff0000" in colors


def test_it_opens_scrolled_to_the_present_kernel(qtbot) -> None:
    anchor = QPushButton("Preset")
    qtbot.addWidget(anchor)
    anchor.show()
    picker = PresetPicker(anchor)
    picker.set_entries([PresetEntry(f"k{i}", f"Kernel {i}", f"Group {i // 9}") for i in range(90)])
    for name in ("k80", "k50"):
        picker.open_at(anchor, name)

        listed = picker.findChild(QListWidget)
        assert listed.viewport().rect().contains(listed.visualItemRect(listed.currentItem()))
        assert listed.currentItem().text() == f"Kernel {name[1:]}"
        picker.close()


def test_a_small_kernel_is_painted_as_squares(qtbot) -> None:
    weights = QImage(3, 3, QImage.Format.Format_RGB32)
    weights.fill(Qt.GlobalColor.white)
    for row in range(3):
        weights.setPixelColor(1, row, Qt.GlobalColor.black)
    anchor = QPushButton("Preset")
    qtbot.addWidget(anchor)
    anchor.show()
    picker = PresetPicker(anchor)
    picker.set_entries([PresetEntry("line", "Line", "Lines", image=weights)])
    picker.open_at(anchor, "line")

    listed = picker.findChild(QListWidget)
    row = listed.visualItemRect(listed.currentItem())
    image = listed.viewport().grab(row).toImage()
    middle = [image.pixelColor(x, row.height() // 2).lightness() for x in range(9, 29)]

    assert set(middle) == {0, 255}
    picker.close()
