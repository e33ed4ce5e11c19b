"""Two networks in the window: a reference from a file, from the saved project or kept, in numbers and on the cards."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from convexplorer import cli
from convexplorer.gui.canvas.network.network_view import Spot
from convexplorer.gui.commands import references
from convexplorer.gui.window.differences_window import DifferencesWindow
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Project
from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.model.storage.files import save_project
from convexplorer.model.store import Document
from convexplorer.results.differences.network_difference import NetworkDifference
from convexplorer.results.overview import Overview
from convexplorer.results.picture import Picture
from convexplorer.words import number
from tests.gui.conftest import message_of, newest_picture


@pytest.fixture
def reader(window: MainWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    """Return the window with the digit reader on its picture."""
    source = window.store.state.source
    window.store.replace(edits.set_source(ready_project(find_ready("digits")), source))
    newest_picture(window, qtbot)
    return window


def edit(window: MainWindow, step: float = 0.5) -> None:
    """Change one weight of the first layer."""
    state = window.store.state
    planes = state.layers[0].filters[0].planes.copy()
    planes[0, 3, 3] += step
    window.context.commit(edits.set_planes, 0, 0, planes)


def compare_with(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    references.compare_with(window, path)
    qtbot.waitUntil(lambda: window.network_reading is None, timeout=20_000)


def difference_of(window: MainWindow, qtbot: QtBot) -> NetworkDifference:
    def is_there() -> bool:
        picture: Picture = newest_picture(window, qtbot)
        return picture.difference is not None

    qtbot.waitUntil(is_there, timeout=20_000)
    return newest_picture(window, qtbot).difference


def overview_of(window: MainWindow, qtbot: QtBot) -> Overview:
    """Return the cards on screen, once the engine knows how large they are."""
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).overview is not None, timeout=20_000)
    return newest_picture(window, qtbot).overview


def table_of(window: MainWindow, qtbot: QtBot) -> DifferencesWindow:
    if window.differences is None:
        window.actions_by_name["differences"].trigger()
    found = window.differences
    assert isinstance(found, DifferencesWindow)
    newest = difference_of(window, qtbot)
    qtbot.waitUntil(lambda: found.difference is newest, timeout=5000)
    return found


def cell(table: DifferencesWindow, row: int, column: int) -> str:
    return str(table.table.model().index(row, column).data())


def click(table: DifferencesWindow, row: int, column: int) -> None:
    view = table.table
    view.scrollTo(view.model().index(row, column))
    place = view.visualRect(view.model().index(row, column)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def exported(tmp_path: Path, name: str) -> Path:
    words = ["export", "network:digits", "-o", str(tmp_path / name)]
    assert cli.main([*words, "--framework", "torch"] if name.endswith("safetensors") else words) == 0
    return tmp_path / name


@pytest.mark.parametrize("name", ["digits.onnx", "digits.safetensors"])
def test_an_export_is_the_same_network_on_the_cards_and_in_the_table(
    reader: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
):
    before = reader.store.state

    compare_with(reader, qtbot, exported(tmp_path, name))
    found = difference_of(reader, qtbot)

    assert reader.store.state is before  # nothing was opened
    assert (reader.selection.view.mode, reader.selection.view.shown) == ("network", "difference")
    assert message_of(reader).startswith(f"The reference is {name}: ")
    assert not found.exceeds(None)
    assert len(found.compared) == 9
    table = table_of(reader, qtbot)
    assert {cell(table, row, 2) for row in range(10)} <= {"the same", "rounding"}


def test_a_project_is_compared_by_its_layers_on_the_picture_of_now(reader: MainWindow, qtbot: QtBot, tmp_path: Path):
    other = edits.set_planes(ready_project(find_ready("digits")), 0, 0, reader.store.state.layers[0].filters[1].planes)
    save_project(tmp_path / "other.json", other)

    compare_with(reader, qtbot, tmp_path / "other.json")
    found = difference_of(reader, qtbot)

    assert found.reference.evaluation.image is found.own.evaluation.image
    assert found.layers[0].weights.differing == 49
    assert found.layers[-1].largest > 0


def test_a_file_that_holds_no_network_changes_nothing(reader: MainWindow, qtbot: QtBot, tmp_path: Path):
    np.savez(tmp_path / "other.npz", **{"a.weight": np.zeros((5, 7, 3, 3), np.float32), "a.bias": np.zeros(5)})
    (tmp_path / "text.onnx").write_text("this is no network")
    view = reader.selection.view

    for name, words in (
        ("other.npz", "none of them fit the layers"),
        ("text.onnx", "text.onnx"),
        ("gone.pt", "gone.pt"),
    ):
        compare_with(reader, qtbot, tmp_path / name)
        assert words in message_of(reader)

    assert reader.selection.view is view
    assert not reader.actions_by_name["differences"].isEnabled()


def test_reading_can_be_cancelled(reader: MainWindow, qtbot: QtBot, tmp_path: Path):
    references.compare_with(reader, exported(tmp_path, "digits.onnx"))
    reader.network_reading.is_cancelled = True
    reader.errands.wait()
    qtbot.wait(0)

    assert reader.selection.view.reference is None


def test_the_dialog_asks_for_the_file(reader: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch):
    path = exported(tmp_path, "digits.onnx")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))

    reader.actions_by_name["compare-file"].trigger()
    qtbot.waitUntil(lambda: reader.selection.view.reference is not None, timeout=20_000)

    assert reader.selection.view.reference.title == "digits.onnx"


def test_the_saved_file_is_compared_with_what_was_edited_since(reader: MainWindow, qtbot: QtBot, tmp_path: Path):
    action = reader.actions_by_name["compare-saved"]
    reader.ask_commands()
    assert references.why_not_compare_saved(reader) == references.NO_FILE
    save_project(tmp_path / "work.json", reader.store.state)
    reader.store.open(reader.store.state, Document(tmp_path / "work.json", reader.store.state))
    edit(reader)
    newest_picture(reader, qtbot)

    action.trigger()
    found = difference_of(reader, qtbot)

    assert [one.weights.differing for one in found.layers if one.weights is not None] == [1, *[0] * 8]
    assert found.layers[0].values.place[0] == 0  # the first filter
    reader.store.undo()
    assert difference_of(reader, qtbot).largest.is_same
    reader.store.redo()
    assert not difference_of(reader, qtbot).largest.is_same


def test_an_edit_of_the_first_layer_is_seen_in_the_scores_at_once(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    table = table_of(reader, qtbot)
    assert cell(table, 9, 2) == "the same"

    edit(reader, 2.0)
    table_of(reader, qtbot)

    assert cell(table, 1, 9) == "1 of 400, at most 2"
    assert cell(table, 9, 2) == "differs"
    assert table.scores.text().startswith("Best: ")
    assert "1 weight differs by 2." in table.sentence.text()


def test_a_click_selects_the_layer_and_a_click_on_a_place_pins_it(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    edit(reader)
    table = table_of(reader, qtbot)
    found = table.difference

    click(table, 4, 0)
    assert reader.selection.view.layer == "conv2"
    click(table, 4, 5)

    number, *place = found.layers[3].values.place
    assert reader.selection.view.filter == number
    picture = newest_picture(reader, qtbot)
    from convexplorer.results.explanation import cell_under

    assert cell_under(picture, 3, reader.selection.pin) == tuple(place)
    a, b = (side.evaluation[3][(number, *place)] for side in (found.own, found.reference))
    assert str(f"conv2/{number}@({place[0]},{place[1]}): ") in table.pinned.text()
    assert abs(abs(float(a) - float(b)) - found.layers[3].largest) == 0


def test_the_table_follows_the_selected_layer(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    table = table_of(reader, qtbot)

    reader.selection.select(layer="pool2")

    assert table.table.currentIndex().row() == 6


def test_heads_sort_by_numbers_and_a_third_click_restores_the_order(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    edit(reader)
    table = table_of(reader, qtbot)
    names = [cell(table, row, 0) for row in range(10)]
    header = table.table.horizontalHeader()
    place = QPointF(header.sectionViewportPosition(4) + 5, header.height() / 2).toPoint()

    def values() -> list[float]:
        largest = {one.name: one.largest for one in table.difference.layers}
        return [largest[name] for row in range(10) if (name := cell(table, row, 0)) != "input"]

    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert values() == sorted(values(), reverse=True)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert values() == sorted(values())
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert [cell(table, row, 0) for row in range(10)] == names


def test_the_table_is_copied_in_three_forms(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    edit(reader)
    table = table_of(reader, qtbot)
    names = [one.name for one in table.difference.layers]

    table.copy_buttons["csv"].click()
    assert [row["layer"] for row in csv.DictReader(io.StringIO(QGuiApplication.clipboard().text()))] == names
    table.copy_buttons["text"].click()
    assert QGuiApplication.clipboard().text().startswith("Layer ")
    table.copy_buttons["markdown"].click()
    assert QGuiApplication.clipboard().text().startswith("| Layer |")


def test_a_closed_table_costs_nothing(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    table = table_of(reader, qtbot)

    QTest.keyClick(table, Qt.Key.Key_Escape)

    assert reader.differences is None
    reader.selection.select(mode="bank")
    assert newest_picture(reader, qtbot).difference is None
    assert not reader.actions_by_name["differences"].isChecked()


@pytest.mark.own_window
def test_the_table_comes_back_in_its_size_and_ends_with_the_window(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    table_of(reader, qtbot).resize(500, 300)

    reader.actions_by_name["differences"].trigger()
    assert reader.differences is None
    again = table_of(reader, qtbot)
    assert (again.width(), again.height()) == (500, 300)
    reader.store.mark_saved()
    reader.close()

    assert reader.differences is None


def test_letting_go_of_the_reference_closes_the_table_and_shows_the_network_itself(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    reader.actions_by_name["shown-difference"].trigger()
    table_of(reader, qtbot)

    reader.actions_by_name["forget-reference"].trigger()
    picture = newest_picture(reader, qtbot)

    assert reader.differences is None
    assert (reader.selection.view.shown, picture.difference) == ("own", None)
    assert not reader.maps_panel._reference.isVisible()


def test_the_row_over_the_network_switches_between_both(reader: MainWindow, qtbot: QtBot):
    row = reader.maps_panel._reference
    assert not row.isVisible()
    reader.actions_by_name["keep-reference"].trigger()
    edit(reader)
    reader.selection.select(mode="network")
    own = overview_of(reader, qtbot)
    assert row.isVisible()
    assert row.sentence.text() == ""

    for name in ("reference", "difference"):
        QTest.mouseClick(row.segments._buttons[name], Qt.MouseButton.LeftButton)
        cards = overview_of(reader, qtbot)
        assert reader.bridge.picture.view.shown == row.segments.value == name
        assert not np.array_equal(cards.layers[1].pixels, own.layers[1].pixels)
        assert row.sentence.text().startswith("They differ by at most ")
        assert reader.actions_by_name[f"shown-{name}"].isChecked()


def test_cards_say_how_far_they_differ_and_their_maps_both_values(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    edit(reader)
    reader.actions_by_name["shown-difference"].trigger()
    found = difference_of(reader, qtbot)
    view = reader.maps_panel.network
    qtbot.waitUntil(lambda: [sight.note[:4] for sight in view._sights[1:2]] == ["max "], timeout=20_000)
    before = view.layouts
    empty = view.grab().toImage()

    view.pointed.emit(Spot(1, 0), (0.5, 0.5))
    reader.maps_panel._network_room.guide.follow()
    a, b = (float(side.evaluation[0][0, 14, 14]) for side in (found.own, found.reference))
    assert view.tip.splitlines()[1].startswith("conv1/0@(14,14): ")
    assert view.tip.endswith(f"{a - b:.4g}".replace("-", "−"))
    view.pointed.emit(Spot(1), None)
    assert "differs from conv1 of the reference: at most " in view.tip
    view.pointed.emit(None, None)

    edit(reader, 1.0)  # other numbers on the same cards
    difference_of(reader, qtbot)
    qtbot.waitUntil(lambda: view.grab().toImage() != empty, timeout=5000)
    assert view.layouts == before


def test_the_explanation_says_what_the_reference_gives_in_the_same_place(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    reader.selection.select(mode="bank")
    reader.actions_by_name["explanation"].trigger()
    edit(reader)
    found = difference_of(reader, qtbot)
    reader.selection.hold((14.5, 14.5))

    place = reader.explanation_panel.explanation.trace.place
    own, reference = (float(side.evaluation[0][place]) for side in (found.own, found.reference))
    assert own != reference
    apart = f"{number(abs(own - reference))} {'more' if own > reference else 'less'}"
    assert reader.explanation_panel.page.sentence.startswith(
        f"The reference gives {number(reference)} here; this is {apart}."
    )

    reader.selection.select(filter=1)  # which was not edited
    assert reader.explanation_panel.page.sentence.startswith("The reference gives the same here.")

    reader.store.commit(edits.add_layer(reader.store.state, make_layer("max_pool", id="more"), 0))
    (added,) = set(reader.store.state.ids) - {layer.id for layer in found.own.project.layers}
    reader.selection.select(layer=added)
    difference_of(reader, qtbot)
    assert reader.explanation_panel.page.sentence.startswith("The reference has no such layer.")

    reader.actions_by_name["forget-reference"].trigger()
    newest_picture(reader, qtbot)
    assert "reference" not in reader.explanation_panel.page.sentence


def test_no_reference_is_computed_while_nobody_reads_it(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    reader.selection.select(mode="bank")
    reader.actions_by_name["explanation"].trigger()
    difference_of(reader, qtbot)

    reader.actions_by_name["explanation"].trigger()
    edit(reader)

    assert newest_picture(reader, qtbot).difference is None


def test_the_words_of_a_card_come_back_with_its_own_maps(reader: MainWindow, qtbot: QtBot):
    reader.actions_by_name["keep-reference"].trigger()
    reader.actions_by_name["shown-difference"].trigger()
    difference_of(reader, qtbot)
    beside, view = overview_of(reader, qtbot), reader.maps_panel.network
    reader.actions_by_name["shown-own"].trigger()
    own = overview_of(reader, qtbot)
    view.show_overview(beside)
    view.grab()  # all is painted
    newer = replace(beside, layers=tuple(replace(one) for one in beside.layers))

    view.show_overview(newer)  # on a film only maps and notes are painted
    assert not view._exchanged.isEmpty()
    foot = view.card_layout.cards[1].rect.bottomLeft().toPoint() + QPoint(12, -6 - view.offset)
    assert view._exchanged.contains(foot)
    view.grab()

    view.show_overview(own)  # where the notes end, all is painted again
    assert view._exchanged.isEmpty()
    assert view._ground is None


def test_the_map_of_a_file_is_a_side_of_the_comparison(reader: MainWindow, qtbot: QtBot, tmp_path: Path):
    compare_with(reader, qtbot, exported(tmp_path, "digits.onnx"))
    reader.selection.select(mode="compare", layer="relu1")

    picture = newest_picture(reader, qtbot)

    assert picture.contrast.largest == 0
    assert picture.tiles[0].title.endswith(", digits.onnx")
    reader.selection.select(layer="conv1")  # which the file holds together with its activation
    assert newest_picture(reader, qtbot).contrast.largest == 0


def test_commands_say_what_they_need(reader: MainWindow):
    for name in ("differences", "shown-own", "shown-reference", "shown-difference", "forget-reference"):
        assert not reader.actions_by_name[name].isEnabled()
    project: Project = reader.store.state
    assert project.ids[0] == "conv1"
