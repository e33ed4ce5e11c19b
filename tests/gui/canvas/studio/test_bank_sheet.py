"""The sheet of a bank: colours of weights, colours of three planes, tips and clicks at the right kernel."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.studio.bank_sheet import BankSheet, kernel_image


@pytest.fixture
def sheet(qtbot: QtBot) -> BankSheet:
    made = BankSheet()
    qtbot.addWidget(made)
    made.resize(200, 200)
    return made


def color(planes: np.ndarray, row: int = 0, column: int = 0) -> QColor:
    return kernel_image(planes).pixelColor(column, row)


def test_a_plane_has_the_colours_of_weights_and_0_that_of_the_ground() -> None:
    planes = np.array([[[1.0, 0.0, -1.0]]])

    colors = [color(planes, 0, i).rgb() for i in range(3)]

    assert len(set(colors)) == 3
    assert color(planes * 1e9).rgb() == colors[0]
    assert color(-planes).rgb() == colors[2]


def test_three_planes_are_red_green_and_blue_around_a_middle_grey() -> None:
    planes = np.zeros((3, 1, 2))
    planes[0, 0, 0], planes[2, 0, 0] = 1.0, -1.0

    assert color(planes, 0, 1).getRgb()[:3] == (128, 128, 128)
    assert color(planes, 0, 0).getRgb()[:3] == (255, 128, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 1e308])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_weights_without_a_measure_have_a_picture(value: float, count: int) -> None:
    planes = np.ones((count, 4, 5))
    planes[0, 1, 1] = value

    assert (kernel_image(planes).width(), kernel_image(planes).height()) == (5, 4)
    assert not kernel_image(np.full((count, 1, 1), value)).isNull()


def test_a_click_picks_the_kernel_under_it_and_a_gap_none(sheet: BankSheet, qtbot: QtBot) -> None:
    sheet.set_bank(np.ones((7, 1, 3, 3)))
    picked: list[int] = []
    sheet.picked.connect(picked.append)

    for index in (0, 4, 6):
        QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.rect_of(index).center())
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.rect_of(7).center())

    assert picked == [0, 4, 6]


def test_all_kernels_have_room_in_any_width(sheet: BankSheet) -> None:
    sheet.set_bank(np.ones((30, 1, 3, 3)))

    for width in (30, 100, 370, 2000):
        sheet.resize(width, sheet.heightForWidth(width))
        rects = [sheet.rect_of(i) for i in range(30)]
        assert max(rect.bottom() for rect in rects) < sheet.height()
        assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])


def test_the_marked_kernel_has_a_frame_of_its_own(sheet: BankSheet) -> None:
    sheet.set_bank(np.ones((4, 1, 3, 3)))
    plain = sheet.grab().toImage()

    sheet.set_marked(2)
    assert sheet.grab().toImage() != plain
    sheet.set_marked(None)
    assert sheet.grab().toImage() == plain


def test_before_anything_is_learned_it_says_so(sheet: BankSheet) -> None:
    empty = sheet.grab().toImage()

    sheet.set_words("Press “Learn”")

    assert sheet.grab().toImage() != empty
