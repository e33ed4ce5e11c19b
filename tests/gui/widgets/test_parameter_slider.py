"""A slider with its number."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QSlider

from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.gui.widgets.parameter_slider import ParameterSlider


def make(qtbot, **options: object) -> ParameterSlider:
    values = {"minimum": 0.1, "maximum": 5.1, "step": 0.1, "default": 1.0, "unit": "px"} | options
    slider = ParameterSlider("Sigma", **values)  # type: ignore[arg-type]
    qtbot.addWidget(slider)
    slider.resize(320, 30)
    slider.show()
    return slider


def test_it_begins_with_the_default(qtbot) -> None:
    assert make(qtbot).value == 1.0


def test_the_slider_tells_values_without_rounding_errors(qtbot) -> None:
    slider = make(qtbot)

    with qtbot.waitSignal(slider.changed) as signal:
        slider.findChild(QSlider).setValue(2)

    assert signal.args == [0.3]
    assert slider.findChild(NumberField).value == 0.3


def test_the_number_may_lie_between_two_steps(qtbot) -> None:
    slider = make(qtbot)
    field = slider.findChild(NumberField)
    field.selectAll()
    qtbot.keyClicks(field, "1.234")

    with qtbot.waitSignals([slider.changed, slider.finished]):
        qtbot.keyClick(field, Qt.Key.Key_Return)

    assert slider.value == 1.234


def test_set_value_is_silent(qtbot) -> None:
    slider = make(qtbot)

    with qtbot.assertNotEmitted(slider.changed):
        slider.set_value(2.5)

    assert slider.value == 2.5


def test_a_drag_finishes_once_when_the_mouse_lets_go(qtbot) -> None:
    slider = make(qtbot)
    handle = slider.findChild(QSlider)
    finished: list[None] = []
    slider.finished.connect(lambda: finished.append(None))

    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(handle.width() // 2, handle.height() // 2))
    before = list(finished)
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(handle.width() // 2, handle.height() // 2))

    assert before == []
    assert len(finished) == 1
    assert slider.value == pytest.approx(2.6, abs=0.3)


def test_a_row_of_keys_finishes_after_a_pause(qtbot) -> None:
    slider = make(qtbot)
    handle = slider.findChild(QSlider)

    with qtbot.waitSignal(slider.finished):
        qtbot.keyClick(handle, Qt.Key.Key_Right)
        qtbot.keyClick(handle, Qt.Key.Key_Right)

    assert slider.value == 1.2


def test_a_double_click_on_the_label_sets_the_default(qtbot) -> None:
    slider = make(qtbot, value=4.0)
    label = slider.findChild(QLabel)

    with qtbot.waitSignals([slider.changed, slider.finished]):
        qtbot.mouseDClick(label, Qt.MouseButton.LeftButton)

    assert slider.value == 1.0


def test_whole_parameters_stay_whole(qtbot) -> None:
    slider = make(qtbot, minimum=1, maximum=9, step=1, default=3, is_integer=True)

    slider.findChild(QSlider).setValue(4)

    assert slider.value == 5
