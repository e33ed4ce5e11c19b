import pytest
from pytestqt.qtbot import QtBot

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.note import Note, Words


@pytest.fixture
def note(qtbot: QtBot) -> Note:
    found = Note(2)
    qtbot.addWidget(found)
    found.set_text("Everything is fine.")
    return found


def test_a_refusal_takes_the_place_of_the_text_until_something_is_done(note: Note) -> None:
    note.refuse("There is no room for 65 filters.")
    assert note.text() == note.toolTip() == "There is no room for 65 filters."

    note.accept()
    assert note.text() == "Everything is fine."


def test_the_height_does_not_depend_on_the_text(note: Note) -> None:
    before = note.sizeHint().height()

    note.set_text("word " * 100)

    assert note.sizeHint().height() == before


def test_what_does_not_fit_ends_in_an_ellipsis_and_is_whole_in_the_tip(note: Note) -> None:
    text = "word " * 100
    note.resize(200, note.sizeHint().height())
    note.set_text(text)

    lines = note._wrapped(text, note.font())

    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert note.toolTip() == text


def test_formulas_keep_their_lines(qtbot: QtBot) -> None:
    note = Note(3, is_wrapped=False)
    qtbot.addWidget(note)
    note.resize(60, 60)

    lines = note._wrapped("a rather long formula = 1\nsecond", note.font())

    assert len(lines) == 2
    assert lines[1] == "second"


def test_a_note_that_may_grow_has_room_for_the_whole_sentence(qtbot) -> None:
    note = Note(1, most_lines=4)
    qtbot.addWidget(note)
    note.resize(160, 100)
    one_line = note.sizeHint().height()

    note.set_text("The camera is used by another program. Trying again in 8 s.")
    grown = note.sizeHint().height()
    note.set_text("Fine.")

    assert grown >= 2 * one_line - 2
    assert note.sizeHint().height() == one_line


def test_words_that_are_found_later_are_found_once_and_at_once_for_whoever_asks(note: Note, qtbot: QtBot) -> None:
    found: list[int] = []

    def find(number: int) -> Words:
        found.append(number)
        return Words(f"sum {number}", f"more on {number}")

    for i in range(5):
        note.say_soon(lambda i=i: find(i))
    assert found == []
    assert (note.text(), note.toolTip(), found) == ("sum 4", "more on 4", [4])

    note.show()
    note.say_soon(lambda: find(7))
    with qtbot.waitSignal(note.found):
        pass
    assert (note.accessibleName(), found) == ("sum 7", [4, 7])


def test_newer_words_are_not_replaced_by_those_that_were_to_be_found(note: Note) -> None:
    note.say_soon(lambda: Words("old"))
    note.set_text("new")

    assert note.text() == "new"


@pytest.mark.parametrize("width", range(90, 320, 10))
def test_a_formula_without_room_keeps_its_result_and_lacks_nothing_in_its_middle(qtbot: QtBot, width: int) -> None:
    note = Note(1, is_wrapped=False)
    qtbot.addWidget(note)
    note.resize(width, 30)
    formula = "↕ ⌊(300 + 2 + 2 − 1·(5−1) − 1) / 1⌋ + 1 = 300"

    (line,) = note._wrapped(formula, note.font())

    computed, _, result = line.rpartition(" = ")
    assert result == "300"
    assert formula.replace(" ", "").startswith(computed.rstrip("…").replace(" ", ""))
    assert computed.endswith("…") or computed.count("(") == computed.count(")")


def test_a_text_gives_way_to_a_shorter_one_of_the_same(qtbot: QtBot) -> None:
    note = Note(1)
    qtbot.addWidget(note)
    note.set_text("Σ 0.5591 · |k| 1.177 ▾", shorter=("Σ 0.559 · |k| 1.18 ▾", "Σ 0.56 ▾"))

    shown = []
    for width in (300, 130, 60):
        note.resize(width, 30)
        shown.append(note._filled(theme.digits_font(12)))

    assert shown[0] == note.text()
    assert shown[-1] == "Σ 0.56 ▾"
    assert [len(text) for text in shown] == sorted((len(text) for text in shown), reverse=True)


def test_a_hidden_note_looks_for_its_words_when_it_is_shown(qtbot: QtBot) -> None:
    note, asked = Note(), list[int]()
    qtbot.addWidget(note)

    def find() -> Words:
        asked.append(1)
        return Words("found")

    note.say_soon(find)
    with qtbot.waitSignal(note._pause.timeout):
        pass
    assert not asked

    note.show()
    assert note.text() == "found"
    assert len(asked) == 1
