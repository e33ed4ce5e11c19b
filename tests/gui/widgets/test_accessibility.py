"""Every control can be reached, is named, and says what it is for."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from convexplorer.gui.widgets.color_bar import ColorBar
from convexplorer.gui.widgets.command_palette import CommandPalette, Entry
from convexplorer.gui.widgets.histogram_view import Histogram
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.gui.widgets.parameter_slider import ParameterSlider
from convexplorer.gui.widgets.preset_picker import PresetEntry, PresetPicker
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.gui.widgets.shortcut_sheet import ShortcutSheet


def _message(parent: QWidget) -> QWidget:
    bar = MessageBar(parent)
    bar.show_message("No camera.", actions=[("Try again", lambda: None)])
    return bar


def _picker(parent: QWidget) -> QWidget:
    picker = PresetPicker(parent)
    picker.set_entries([PresetEntry("box", "Box", "Blur", "The mean.")])
    return picker


WIDGETS: dict[str, Callable[[QWidget], QWidget]] = {
    "PairSpin": lambda parent: PairSpin("Stride", parent),
    "Segmented": lambda parent: Segmented((("a", "A"), ("b", "B")), parent, name="View"),
    "NumberField": lambda parent: NumberField("Bias", parent),
    "ParameterSlider": lambda parent: ParameterSlider("Sigma", parent, minimum=0, maximum=1, step=0.1, default=0),
    "ColorBar": ColorBar,
    "Histogram": Histogram,
    "CommandPalette": lambda parent: CommandPalette([Entry("Open", "", None, lambda: None)], parent),
    "ShortcutSheet": lambda parent: ShortcutSheet({"Keys": [("File", [("F1", "help")])]}, parent),
    "MessageBar": _message,
    "PresetPicker": _picker,
    "IconButton": lambda parent: IconButton("undo", "Undo", parent),
}


@pytest.mark.parametrize("name", WIDGETS)
def test_everything_that_takes_the_focus_has_a_name_and_a_tip(qtbot, name: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    widget = WIDGETS[name](parent)

    inside = [widget, *widget.findChildren(QWidget)]
    focusable = [child for child in inside if child.focusPolicy() & Qt.FocusPolicy.TabFocus]
    own = [child for child in focusable if not child.objectName().startswith("qt_")]

    assert [child for child in own if not child.accessibleName()] == []
    assert [child for child in own if not child.toolTip()] == []


@pytest.mark.parametrize("name", [name for name in WIDGETS if name != "ColorBar"])
def test_every_control_can_be_reached_by_tab(qtbot, name: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    widget = WIDGETS[name](parent)

    inside = [widget, *widget.findChildren(QWidget)]

    assert any(child.focusPolicy() & Qt.FocusPolicy.TabFocus for child in inside)
