"""From picture: a part becomes the kernel and is found again; a bank is learned, watched and used."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QScrollArea
from pytestqt.qtbot import QtBot

from convexplorer.core.geometry.places import Region
from convexplorer.gui.panels.studio.picture.desk import PictureDesk
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.learning.shipped import shipped_bank
from convexplorer.kernels.matching import patch_kernel, reduced_picture
from convexplorer.kernels.recipes import made_by, sentence_of
from convexplorer.model import edits
from convexplorer.sources import parse
from tests.gui.conftest import make_photo, message_of, newest_picture
from tests.gui.shared_window import is_up_to_date
from tests.gui.test_region import REGION, drag


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> PictureDesk:
    window.actions_by_name["studio"].give()
    newest_picture(window, qtbot)
    assert window.studio.panel is not None
    window.studio.panel.open_desk("picture")
    found = window.studio.panel.desk
    assert isinstance(found, PictureDesk)
    return found


def drag_part(window: MainWindow, region: Region = REGION) -> None:
    first = [start + 0.5 for start in region.start]
    last = [stop - 0.5 for stop in region.stop]
    drag(window.input_panel.pane, tuple(first), tuple(last))


def chosen(window: MainWindow):
    choice = window.choice()
    assert choice is not None
    return choice.filter


def show(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    """Open a picture, and wait for it: a new project may be shown first with the frame of the source before."""
    window.store.commit(edits.set_source(window.store.state, parse(str(path))))
    qtbot.waitUntil(lambda: is_up_to_date(window) and window.bridge.picture.frame.title == path.name, timeout=20_000)
    newest_picture(window, qtbot)


def places(desk: PictureDesk, qtbot: QtBot):
    """Wait until the picture that is shown was searched for the kernel that is shown, and return what was found."""
    part = desk.part.search

    def is_done() -> bool:
        part._beat.settle()
        return not part.is_searching and (part.found is None or part.found.picture is desk.work.picture)

    qtbot.waitUntil(is_done, timeout=20_000)
    return () if part.found is None else part.found.found


# A part as the kernel


def test_a_drag_on_the_picture_makes_its_part_the_kernel_in_one_step(desk, window, qtbot):
    picture, before = newest_picture(window, qtbot), window.store.state

    drag_part(window)

    one = chosen(window)
    assert np.array_equal(one.planes, patch_kernel(picture.input[:, 3:9, 5:14]))
    assert one.name == "part"
    assert sentence_of(one.recipe) == (f"a part of {picture.frame.title}, 6 × 9 from row 3, column 5, mean 0, norm 1")
    window.store.undo()
    assert window.store.state is before


def test_a_name_that_was_given_stays(desk, window):
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "my coin"))

    drag_part(window)
    assert chosen(window).name == "my coin"
    desk.learn.show_shipped("learned-ica")
    desk.learn.result.take(1)
    assert chosen(window).name == "my coin"


def test_what_is_marked_on_another_desk_stays_a_region(desk, window, qtbot):
    window.studio.panel.open_desk("draw")
    before = window.store.state

    drag_part(window)
    desk.choice._buttons["learn"].click()

    assert window.selection.region == REGION
    assert window.store.state is before


def test_while_a_bank_is_learned_a_region_is_a_region(desk, window):
    before = window.store.state
    desk.choice._buttons["learn"].click()

    drag_part(window)

    assert window.store.state is before


def test_the_part_is_made_anew_with_other_choices(desk, window, qtbot):
    picture = newest_picture(window, qtbot)
    drag_part(window)
    newest_picture(window, qtbot)
    patch = picture.input[:, 3:9, 5:14].astype(np.float64)

    desk.part.norm.click()
    assert np.array_equal(chosen(window).planes, patch_kernel(patch, has_norm_1=False))
    desk.part.centred.click()
    assert np.array_equal(chosen(window).planes, patch)
    desk.part.grey.click()
    assert chosen(window).planes == pytest.approx(patch.mean(axis=0, keepdims=True))
    assert sentence_of(chosen(window).recipe).endswith("column 5, in grey")


def test_a_kernel_edited_since_is_not_made_anew(desk, window, qtbot):
    drag_part(window)
    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 0, 0, 7.0))
    edited = chosen(window).planes

    desk.part.norm.click()

    assert chosen(window).planes is edited


def test_even_sizes_are_said_to_have_no_middle(desk, window):
    drag_part(window)
    assert "6 × 9 cells; an even number of rows has no middle" in desk.part._size.text()

    drag_part(window, Region((2, 3), (9, 12)))
    assert desk.part._size.text() == "7 × 9 cells."


def test_a_flat_part_is_refused_and_nothing_is_lost(window, qtbot, desk, tmp_path):
    Image.fromarray(np.full((24, 36, 3), 90, np.uint8)).save(tmp_path / "flat.png")
    show(window, qtbot, tmp_path / "flat.png")
    before = window.store.state

    drag_part(window)

    assert window.store.state is before
    assert "The marked part is flat: without its mean, nothing is left of it." in message_of(window)
    assert "flat" in desk.part._size.text()


def test_all_of_a_picture_becomes_a_kernel_of_the_size_that_is_chosen(desk, window, qtbot, tmp_path, monkeypatch):
    path = make_photo(tmp_path / "leaf.png", seed=9, rows=40, columns=60)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    desk.part.longest.setValue(15)

    desk.part.file.click()
    qtbot.waitUntil(lambda: chosen(window).name == "picture")

    pixels = np.moveaxis(np.asarray(Image.open(path), np.float32) / 255, 2, 0)
    assert chosen(window).planes == pytest.approx(patch_kernel(reduced_picture(pixels, 15)), abs=1e-6)
    assert sentence_of(chosen(window).recipe) == "all of leaf.png, reduced to 10 × 15, mean 0, norm 1"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    before = window.store.state
    desk.part.file.click()
    assert window.store.state is before


def test_what_is_no_picture_is_refused(desk, window, qtbot, tmp_path):
    before = window.store.state
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")

    desk.part.take_picture(tmp_path / "broken.png")

    qtbot.waitUntil(lambda: "broken.png" in message_of(window))
    assert window.store.state is before


# The places that are like it


def test_the_part_is_found_where_it_was_marked_and_outlined_there(desk, window, qtbot):
    drag_part(window)
    newest_picture(window, qtbot)

    found = places(desk, qtbot)

    assert found[0].region == REGION
    assert found[0].score == pytest.approx(1)
    assert window.selection.found[0] == REGION
    assert window.input_panel.pane._found == window.selection.found
    assert desk.part.search.places.item(0).text() == "1   1.000   row 3, column 5"
    assert f"{len(found)} place" in desk.part.search.sentence


def test_a_click_on_a_place_pins_it(desk, window, qtbot):
    drag_part(window)
    newest_picture(window, qtbot)
    places(desk, qtbot)

    item = desk.part.search.places.visualItemRect(desk.part.search.places.item(0))
    QTest.mouseClick(desk.part.search.places.viewport(), Qt.MouseButton.LeftButton, pos=item.center())

    assert window.selection.pin == (6.0, 9.5)


def test_outlines_are_drawn_over_the_picture_and_go_with_the_desk(desk, window, qtbot):
    drag_part(window, Region((3, 5), (12, 14)))
    newest_picture(window, qtbot)
    places(desk, qtbot)
    window.selection.set_region(None)
    pane = window.input_panel.pane
    marked = pane.grab().toImage()

    window.studio.panel.open_desk("draw")
    assert window.selection.found == ()
    bare = pane.grab().toImage()
    assert marked != bare
    window.studio.panel.open_desk("picture")
    places(desk, qtbot)
    assert window.selection.found[0] == Region((3, 5), (12, 14))
    desk.part.search.marks.click()
    assert window.selection.found == ()
    assert desk.part.search.places.count() > 0


def test_fewer_places_with_a_higher_least_score(desk, window, qtbot):
    drag_part(window)
    newest_picture(window, qtbot)
    desk.part.search.wish.slider("least")._field.value_changed.emit(0.05)
    many = places(desk, qtbot)

    desk.part.search.wish.slider("least")._field.value_changed.emit(0.95)
    few = places(desk, qtbot)

    assert len(few) == 1 < len(many)


def test_plain_correlation_finds_what_the_map_shows(desk, window, qtbot):
    drag_part(window)
    desk.part.search.measure._buttons["correlation"].click()
    picture = newest_picture(window, qtbot)

    best = places(desk, qtbot)[0]

    inside = picture.tiles[0].values[2 : 24 - 3, 4 : 36 - 4]  # of windows that lie in the picture
    assert best.score == pytest.approx(float(inside.max()), rel=1e-4)


def test_it_looks_for_any_kernel_and_says_why_it_cannot(desk, window, qtbot):
    desk.work.make(np.zeros((3, 3)), None)
    newest_picture(window, qtbot)
    places(desk, qtbot)
    assert desk.part.search.sentence == "The kernel is flat: it has no pattern to be found."
    assert window.selection.found == ()

    desk.work.make(np.full((3, 3), np.nan), None)
    newest_picture(window, qtbot)
    places(desk, qtbot)
    assert desk.part.search.sentence == "The kernel holds weights that are not finite."

    desk.work.make(np.random.default_rng(0).random((31, 5)), None)
    newest_picture(window, qtbot)
    places(desk, qtbot)
    assert desk.part.search.sentence == "The kernel, 31 × 5, is larger than the picture, 24 × 36."


def test_the_places_follow_a_part_that_moves(desk, window, qtbot, tmp_path):
    """Another picture with the same part elsewhere: the kernel stays, the outline is where the part is now."""
    pixels = np.asarray(Image.open(make_photo(tmp_path / "first.png", seed=5, rows=40, columns=60)))
    Image.fromarray(np.roll(pixels, (9, 14), axis=(0, 1))).save(tmp_path / "second.png")
    show(window, qtbot, tmp_path / "first.png")
    drag_part(window, Region((8, 12), (17, 21)))
    planes = chosen(window).planes

    show(window, qtbot, tmp_path / "second.png")

    best = places(desk, qtbot)[0]
    assert chosen(window).planes is planes
    assert best.region == Region((17, 26), (26, 35))
    assert window.selection.found[0] == best.region


def test_a_matched_filter_for_a_part_from_start_to_end(desk, window, qtbot, tmp_path):
    """Parts on a tray in uneven light: one is marked, all others are found, and nothing else."""
    rng = np.random.default_rng(1)
    part = np.zeros((13, 13))
    part[5:8, 1:12] = part[1:12, 5:8] = 1
    part[5:8, 5:8] = -0.5
    tray = np.linspace(0.35, 0.6, 160)[np.newaxis] + rng.normal(0, 0.015, (120, 160))
    spots = [(10, 12), (14, 70), (20, 130), (60, 30), (66, 96), (95, 10), (98, 140)]
    for i, (row, column) in enumerate(spots):
        tray[row : row + 13, column : column + 13] += part * (0.15 + 0.04 * i)
    tray[50:63, 130:143] += 0.3  # a block, which is bright but no part
    tray[88:91, 60:84] += 0.3  # a bar
    Image.fromarray((tray.clip(0, 1) * 255).astype(np.uint8)).save(tmp_path / "tray.png")
    show(window, qtbot, tmp_path / "tray.png")

    drag_part(window, Region((10, 12), (23, 25)))
    newest_picture(window, qtbot)

    found = places(desk, qtbot)
    assert sorted(one.region.start for one in found) == sorted(spots)
    assert desk.part.search.sentence.startswith("7 places of 13 × 13 with a normalised correlation of 0.6 or more;")
    assert len(window.selection.found) == 7
    QTest.keyClick(desk.part.search.places, Qt.Key.Key_Down)
    QTest.keyClick(desk.part.search.places, Qt.Key.Key_Return)
    assert window.selection.pin is not None


# Learning


def learn(desk: PictureDesk, qtbot: QtBot):
    desk.choice._buttons["learn"].click()
    desk.learn.start.click()
    qtbot.waitUntil(lambda: not desk.learn.is_running, timeout=60_000)
    return desk.learn


def test_a_bank_is_learned_of_this_picture_and_becomes_the_layers(desk, window, qtbot):
    desk.learn._on_value("count", 12)
    desk.learn._on_value("size", 5)
    page = learn(desk, qtbot)
    before = window.store.state

    assert page.result.sheet.bank.shape == (12, 1, 5, 5)
    assert page.result.sentence.startswith("Round ")
    page.result.replace.click()

    filters = window.store.state.layers[0].filters
    assert np.array_equal(np.stack([one.planes for one in filters]), page.result.sheet.bank)
    assert sentence_of(filters[2].recipe).startswith("k-means, whitened, 3 of 12 filters learned from ")
    assert window.selection.view.filter == 0
    window.store.undo()
    assert window.store.state is before
    page.result.append.click()
    assert len(window.store.state.layers[0].filters) == len(before.layers[0].filters) + 12
    assert window.selection.view.filter == len(before.layers[0].filters)


def test_it_stops_and_goes_on_where_it_was(desk, window, qtbot):
    desk.learn.method.setCurrentIndex(desk.learn.method.findData("sparse"))
    desk.choice._buttons["learn"].click()
    desk.learn.start.click()
    qtbot.waitUntil(
        lambda: desk.learn.result.learned is not None and desk.learn.result.learned.round.number > 0, timeout=60_000
    )
    desk.learn.halt.click()
    qtbot.waitUntil(lambda: not desk.learn.is_running, timeout=60_000)
    reached = desk.learn.result.learned.round.number

    desk.learn.more.click()
    qtbot.waitUntil(lambda: desk.learn.result.learned.round.number > reached, timeout=60_000)
    desk.learn.halt.click()
    qtbot.waitUntil(lambda: not desk.learn.is_running, timeout=60_000)

    assert desk.learn.result.replace.isEnabled()
    assert not desk.learn.halt.isVisible()


def test_what_has_settled_does_not_go_on(desk, qtbot):
    desk.learn.method.setCurrentIndex(desk.learn.method.findData("pca"))
    page = learn(desk, qtbot)

    assert page.result.learned.is_over
    assert not page.more.isEnabled()


def test_colours_are_learned_where_the_layer_reads_them(desk, window, qtbot):
    desk.learn._on_value("count", 6)
    desk.learn.colour._buttons["colour"].click()
    page = learn(desk, qtbot)

    assert page.result.sheet.bank.shape == (6, 3, 9, 9)
    page.result.replace.click()
    assert {one.planes.shape for one in window.store.state.layers[0].filters} == {(3, 9, 9)}


def test_pictures_of_a_folder_are_learned_from(desk, window, qtbot, tmp_path, monkeypatch):
    folder = tmp_path / "walls"
    folder.mkdir()
    for seed in range(3):
        make_photo(folder / f"{seed}.png", seed)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    desk.choice._buttons["learn"].click()
    desk.learn.where.setCurrentIndex(desk.learn.where.findData("folder"))
    desk.learn.where.activated.emit(desk.learn.where.currentIndex())

    page = learn(desk, qtbot)

    assert "of 3 pictures" in page.result.sentence
    assert page.where.currentText() == "All of walls"


def test_the_next_pictures_are_taken_as_they_come(desk, window, qtbot, monkeypatch):
    monkeypatch.setattr("convexplorer.gui.panels.studio.picture.live_frames.LIVE_PICTURES", 3)
    desk.choice._buttons["learn"].click()
    desk.learn.where.setCurrentIndex(desk.learn.where.findData("live"))
    desk.learn.start.click()
    for _ in range(2):
        qtbot.waitUntil(lambda: desk.learn._live is not None and desk.learn._live.is_hungry)
        before = window.bridge.picture.frame
        window.bridge.reopen()
        qtbot.waitUntil(lambda before=before: window.bridge.picture.frame is not before, timeout=20_000)
    qtbot.waitUntil(lambda: not desk.learn.is_running, timeout=60_000)

    assert "of 3 frames" in desk.learn.result.sentence


def test_too_little_to_learn_from_is_said(desk, window, qtbot, tmp_path):
    Image.fromarray(np.full((30, 30), 90, np.uint8)).save(tmp_path / "flat.png")
    show(window, qtbot, tmp_path / "flat.png")

    page = learn(desk, qtbot)

    assert page.result.sentence.endswith("0 have contrast enough to learn from; 200 are needed.")
    assert not page.result.replace.isEnabled()


def test_more_components_than_there_are_is_said(desk, qtbot):
    desk.learn.method.setCurrentIndex(desk.learn.method.findData("ica"))
    desk.learn._on_value("size", 3)

    page = learn(desk, qtbot)

    assert page.result.sentence == "ICA learns 1 to 5 filters of 9 weights; got 32."


def test_a_bank_that_ships_is_shown_and_used(desk, window, qtbot):
    desk.choice._buttons["learn"].click()
    desk.learn.shipped.setCurrentIndex(desk.learn.shipped.findData("learned-ica"))
    desk.learn.shipped.activated.emit(desk.learn.shipped.currentIndex())

    desk.learn.result.replace.click()

    assert [one.preset for one in window.store.state.layers[0].filters] == [
        one.preset for one in shipped_bank("learned-ica")
    ]
    assert "astronaut" in desk.learn.result.sentence


def test_the_nearest_filter_is_marked_and_a_click_puts_it_in_place(desk, window, qtbot):
    desk.choice._buttons["learn"].click()
    desk.learn.show_shipped("learned-sparse")
    bank = shipped_bank("learned-sparse")
    desk.work.make(-3 * bank[5].planes, None)

    assert desk.learn.result.sheet.marked == 5
    assert desk.learn.result._nearest.text().startswith("Nearest to the kernel: filter 6, cosine 1.00.")
    QTest.mouseClick(
        desk.learn.result.sheet, Qt.MouseButton.LeftButton, pos=desk.learn.result.sheet.rect_of(2).center()
    )

    assert np.array_equal(chosen(window).planes, bank[2].planes)
    assert sentence_of(made_by(chosen(window))) == "Learned by sparse coding, 3"
    assert desk.learn.result.sheet.marked == 2
    window.store.undo()
    assert desk.learn.result.sheet.marked == 5


def test_learning_goes_on_out_of_sight_until_it_is_stopped(desk, window, qtbot):
    desk.learn.method.setCurrentIndex(desk.learn.method.findData("sparse"))
    desk.choice._buttons["learn"].click()
    desk.learn.start.click()
    window.actions_by_name["studio"].give()

    desk.learn.stop()

    qtbot.waitUntil(lambda: not desk.learn.is_running, timeout=60_000)


@pytest.mark.parametrize("page", ["part", "learn"])
def test_nothing_is_cut_off_in_the_column_of_the_kernel(desk, window, page):
    desk.open_page(page)
    QApplication.processEvents()

    column = next(area for area in window.studio.panel.findChildren(QScrollArea) if area.isAncestorOf(desk))

    assert desk.minimumSizeHint().width() <= column.viewport().width()
