import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convexplorer.gui.widgets.thumbnail_strip import ThumbnailStrip


def images(count: int) -> list[QImage]:
    image = QImage(3, 3, QImage.Format.Format_RGB32)
    image.fill(0x808080)
    return [image] * count


@pytest.fixture
def strip(qtbot: QtBot) -> ThumbnailStrip:
    found = ThumbnailStrip()
    qtbot.addWidget(found)
    found.resize(200, found.sizeHint().height())
    found.set_items(images(20), [f"filter {i}" for i in range(20)])
    return found


def middle(strip: ThumbnailStrip, index: int) -> QPoint:
    return strip.cell_rect(index).center().toPoint()


def test_a_click_chooses(strip: ThumbnailStrip, qtbot: QtBot) -> None:
    with qtbot.waitSignal(strip.selected) as chosen:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=middle(strip, 2))

    assert chosen.args == [2]
    assert strip.current() == 2


def test_setting_the_current_one_is_silent_and_brings_it_into_view(strip: ThumbnailStrip, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(strip.selected):
        strip.set_current(19)

    assert strip.rect().contains(strip.cell_rect(19).toRect())


def test_a_drag_asks_for_another_place(strip: ThumbnailStrip, qtbot: QtBot) -> None:
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=middle(strip, 0))
    QTest.mouseMove(strip, middle(strip, 1))
    QTest.mouseMove(strip, middle(strip, 3))

    with qtbot.waitSignal(strip.moved) as moved:
        QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=middle(strip, 3))

    assert moved.args == [0, 3]


def test_a_drag_ends_at_the_last_place(strip: ThumbnailStrip, qtbot: QtBot) -> None:
    strip.set_items(images(3), ["a", "b", "c"])
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=middle(strip, 0))
    QTest.mouseMove(strip, QPoint(190, 10))

    with qtbot.waitSignal(strip.moved) as moved:
        QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(190, 10))

    assert moved.args == [0, 2]


def test_arrow_keys_walk_and_with_alt_they_move(strip: ThumbnailStrip, qtbot: QtBot) -> None:
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.current() == 1

    with qtbot.waitSignal(strip.moved) as moved:
        qtbot.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)

    assert moved.args == [1, 2]


def test_home_and_end_jump(strip: ThumbnailStrip, qtbot: QtBot) -> None:
    qtbot.keyClick(strip, Qt.Key.Key_End)
    assert strip.current() == 19

    qtbot.keyClick(strip, Qt.Key.Key_Home)
    assert strip.current() == 0


def test_fewer_pictures_keep_a_valid_current_one(strip: ThumbnailStrip) -> None:
    strip.set_current(19)

    strip.set_items(images(4), list("abcd"))

    assert strip.current() == 3


def test_an_empty_strip_takes_keys_and_clicks(strip: ThumbnailStrip, qtbot: QtBot) -> None:
    strip.set_items([], [])

    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))

    assert strip.count() == 0
