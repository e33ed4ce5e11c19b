import pytest
from pytestqt.qtbot import QtBot

from convexplorer.gui.widgets.step_card import StepCard


@pytest.fixture
def card(qtbot: QtBot) -> StepCard:
    found = StepCard()
    qtbot.addWidget(found)
    found.set_text("Conv2D", "512 × 512 × 8")
    return found


def test_it_grows_but_never_shrinks(card: StepCard) -> None:
    card.set_text("Conv2D", "1024 × 1024 × 128 · many parameters")
    wide = card.sizeHint().width()

    card.set_text("Conv2D", "1 × 1 × 1")

    assert card.sizeHint().width() == wide


def test_a_long_error_does_not_push_the_others_away(card: StepCard) -> None:
    card.set_text("Conv2D", "", error="word " * 200)

    assert card.sizeHint().width() < 400
    assert card.toolTip() == "word " * 200


@pytest.mark.parametrize("length", [82, 240])
def test_a_long_name_does_not_push_the_others_away_and_is_whole_in_the_tip(card: StepCard, length: int) -> None:
    name = "holiday " * length
    name = f"{name[: length - 4]}.png"

    card.set_text(name, "512 × 512 × 3", tip="What the first layer gets")

    assert card.sizeHint().width() < 260
    assert card.toolTip() == f"{name}\nWhat the first layer gets"
    assert card.title() == name


def test_it_shrinks_when_what_it_showed_is_forgotten(card: StepCard) -> None:
    narrow = card.sizeHint().width()
    card.set_text("Conv2D", "1024 × 1024 × 128 · many parameters")
    card.set_text("Conv2D", "512 × 512 × 8")

    card.forget_width()

    assert card.sizeHint().width() == narrow


def test_the_eye_asks_and_changes_nothing_itself(card: StepCard, qtbot: QtBot) -> None:
    card.add_eye()

    with qtbot.waitSignal(card.switched) as asked:
        card.eye.click()

    assert asked.args == [False]
    assert card.is_on()


def test_it_reads_out_what_it_shows(card: StepCard) -> None:
    assert card.accessibleName() == "Conv2D, 512 × 512 × 8"

    card.set_text("Conv2D", "", error="it does not fit")

    assert card.accessibleName() == "Conv2D, it does not fit"
