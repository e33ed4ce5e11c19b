"""A choice of which exactly one is on."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from convexplorer.gui.widgets.segmented import Segmented

OPTIONS = (("grid", "Grid"), ("channels", "Per channel"), ("compare", "Compare"))


def make(qtbot) -> Segmented:
    segmented = Segmented(OPTIONS, name="View")
    qtbot.addWidget(segmented)
    segmented.show()
    return segmented


def button(segmented: Segmented, label: str) -> QToolButton:
    return next(b for b in segmented.findChildren(QToolButton) if b.text() == label)


def test_the_first_option_is_on_at_first(qtbot) -> None:
    assert make(qtbot).value == "grid"


def test_a_click_chooses_and_tells_the_key(qtbot) -> None:
    segmented = make(qtbot)

    with qtbot.waitSignal(segmented.chosen) as signal:
        qtbot.mouseClick(button(segmented, "Compare"), Qt.MouseButton.LeftButton)

    assert signal.args == ["compare"]
    assert segmented.value == "compare"


def test_set_value_is_silent(qtbot) -> None:
    segmented = make(qtbot)

    with qtbot.assertNotEmitted(segmented.chosen):
        segmented.set_value("channels")

    assert segmented.value == "channels"
    assert segmented.accessibleDescription() == "Per channel"


def test_an_unknown_key_is_refused(qtbot) -> None:
    with pytest.raises(ValueError, match="View must be one of grid, channels, compare; got 'list'"):
        make(qtbot).set_value("list")


@pytest.mark.parametrize(
    ("key", "expected"), [(Qt.Key.Key_Right, "channels"), (Qt.Key.Key_End, "compare"), (Qt.Key.Key_Left, "grid")]
)
def test_arrow_keys_walk_and_stop_at_the_ends(qtbot, key: Qt.Key, expected: str) -> None:
    segmented = make(qtbot)

    qtbot.keyClick(segmented, key)

    assert segmented.value == expected


def test_keys_pass_over_what_is_not_available(qtbot) -> None:
    segmented = make(qtbot)
    segmented.set_available("channels", False, "the input has one channel")

    qtbot.keyClick(segmented, Qt.Key.Key_Right)

    assert segmented.value == "compare"
    assert button(segmented, "Per channel").toolTip() == "the input has one channel"


def test_new_options_keep_the_choice_if_it_is_still_there(qtbot) -> None:
    segmented = make(qtbot)
    segmented.set_value("compare")

    segmented.set_options((("compare", "Compare"), ("grid", "Grid")))

    assert segmented.value == "compare"
    segmented.set_options((("a", "A"),))
    assert segmented.value == "a"
