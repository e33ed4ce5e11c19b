"""The form of the first card: presets, size, order and numbers, each edit a whole value."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convexplorer.gui.panels.parameters_panel.preprocessing_form import PreprocessingForm
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.preprocessing_presets import PRESETS


@pytest.fixture
def form(qtbot):
    """Return a form that shows what it asks for, as the panel does."""
    found = PreprocessingForm()
    found.asked = []
    found.edited.connect(lambda value, is_step: (found.asked.append((value, is_step)), found.set_value(value)))
    qtbot.addWidget(found)
    found.show()
    return found


def choose(combo, key) -> None:
    combo.setCurrentIndex(combo.findData(key))
    combo.activated.emit(combo.currentIndex())


def type_into(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def newest(form) -> Preprocessing | None:
    return form.asked[-1][0]


def test_without_a_preprocessing_the_picture_is_as_it_is(form):
    assert form.preset.currentData() == "none"
    assert form.pair.value == (0, 0)
    assert not form.fitting.isEnabled()


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_one_choice_and_back_again(form, name):
    choose(form.preset, name)
    assert newest(form) == PRESETS[name][1]
    assert form.preset.currentData() == name

    choose(form.preset, "none")
    assert newest(form) is None


def test_a_size_is_set_by_one_number_and_taken_back_by_zero(form):
    choose(form.preset, "unit")
    form.pair.set_linked(False)
    first, second = form.pair._spins

    first.setValue(28)
    assert newest(form).size == (28, 28)
    second.setValue(20)
    assert newest(form).size == (28, 20)
    assert form.fitting.isEnabled()
    first.setValue(0)

    assert newest(form).size is None
    assert form.pair.value == (0, 0)


def test_grey_has_one_mean_and_colours_have_three(form):
    choose(form.preset, "torch")
    assert [field.isVisible() for field in form.mean] == [True, True, True]

    choose(form.order, "grey")

    assert newest(form).order == "grey"
    assert len(newest(form).mean) == 1
    assert [field.isVisible() for field in form.deviation] == [True, False, False]


def test_numbers_are_typed_and_the_preset_says_so(form):
    choose(form.preset, "torch")

    type_into(form.mean[1], "0.5")

    assert newest(form).mean == (0.485, 0.5, 0.406)
    assert form.asked[-1][1]  # a step of a row: Enter ends it
    assert form.preset.currentData() == "edited"


def test_three_equal_numbers_are_one(form):
    choose(form.preset, "unit")

    for field in form.deviation:
        type_into(field, "2")

    assert newest(form).deviation == (2.0,)


def test_what_is_impossible_is_not_asked_for(form):
    choose(form.preset, "unit")
    before = len(form.asked)

    type_into(form.deviation[0], "0")
    type_into(form.high, "0")

    assert len(form.asked) == before
    assert (form.deviation[0].value, form.high.value) == (1.0, 1.0)


def test_showing_a_value_asks_for_nothing(form):
    for name, (_, value) in PRESETS.items():
        form.set_value(value)
        assert form.preset.currentData() == name

    assert form.asked == []
