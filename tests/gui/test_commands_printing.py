"""Explanations leave the program as drawings, pictures, LaTeX and films; what was written is read again."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image, ImageSequence
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from convexplorer._cv import cv2
from convexplorer.export import animation
from convexplorer.export.files import ExportError
from convexplorer.gui.commands import printing
from convexplorer.gui.film import paper
from convexplorer.gui.film.card import FilmCard, FilmWish
from convexplorer.gui.film.paper import MARGIN, TITLE, Drawing, save_drawing
from convexplorer.gui.film.scene import positions
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window.main_window import MainWindow
from tests.gui.conftest import message_of, newest_picture
from tests.gui.pdf_text import UNKNOWN, texts_of_pdf


@pytest.fixture
def explained(window, qtbot) -> MainWindow:
    """Return a window that explains a pinned value."""
    newest_picture(window, qtbot)
    window.show_explanation(True)
    window.selection.hold((10.5, 12.5))
    return window


@pytest.fixture
def answer(monkeypatch, tmp_path):
    """Return a function that lets the next file dialog answer with a name."""

    def choose(name: str) -> Path:
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, **__: (str(path), "(*.svg)")))
        return path

    return choose


def texts_of(path: Path) -> list[str]:
    """Return what an SVG file says, as text."""
    return ["".join(node.itertext()).strip() for node in ET.parse(path).iter() if node.tag.endswith("text")]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_an_svg_with_its_numbers_as_text(explained, answer, page):
    explained.explanation_panel.show_page(page)
    path = answer("out.svg")

    explained.actions_by_name["export-explanation"].trigger()

    texts = texts_of(path)
    assert explained.explanation_panel.place_text in texts
    least = {"shift": 5}.get(page, 15)  # four pictures with their ranges
    assert sum(bool(re.search(r"\d", text)) for text in texts) > least


def test_the_numbers_are_those_of_the_computation(explained, answer):
    path = answer("out.svg")

    explained.actions_by_name["export-explanation"].trigger()

    trace, texts = explained.explanation_panel.trace, texts_of(path)
    for value in trace.values.ravel().tolist():
        assert f"{value:.2f}" in texts
    assert any(f"{trace.reference:.10g}".replace("-", "−") in text for text in texts)


@pytest.mark.parametrize("page", PAGES)
def test_a_pdf_has_one_page_of_the_size_of_the_drawing(explained, answer, page):
    explained.explanation_panel.show_page(page)
    path = answer("out.pdf")

    explained.actions_by_name["export-explanation"].trigger()

    data = path.read_bytes()
    size = printing.drawing_of(explained).size
    box = [float(number) for number in re.search(rb"/MediaBox \[([^\]]*)\]", data)[1].split()]
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", data)) == 1
    assert box[2:] == pytest.approx([size.width() * 0.75, size.height() * 0.75], abs=1)


def test_a_png_is_four_times_as_fine_as_the_screen(explained, answer):
    path = answer("out.png")

    explained.actions_by_name["export-explanation"].trigger()

    width, height = explained.explanation_panel.page.print_size
    with Image.open(path) as image:
        assert image.size == ((width + 2 * MARGIN) * 4, (height + 2 * MARGIN + TITLE) * 4)
        assert np.asarray(image.convert("L")).std() > 5


@pytest.mark.parametrize(("page", "widest"), [("arithmetic", 16 / 9), ("study", 16 / 9), ("shapes", 3.2)])
def test_an_export_has_the_shape_of_a_slide_whatever_the_window(explained, answer, page, widest):
    explained.explanation_panel.show_page(page)
    path = answer("out.svg")
    explained.resize(900, 700)

    drawing = printing.drawing_of(explained)
    explained.actions_by_name["export-explanation"].trigger()

    assert 1 < drawing.width / drawing.height < widest + 0.01
    assert page != "arithmetic" or {"R", "G", "B"} <= set(texts_of(path))


@pytest.mark.parametrize("page", PAGES)
def test_all_that_a_pdf_shows_can_be_selected_as_text(explained, answer, page):
    explained.explanation_panel.show_page(page)
    drawing, pdf = answer("out.svg"), answer("out.pdf")

    explained.actions_by_name["export-explanation"].trigger()
    answer("out.svg")
    explained.actions_by_name["export-explanation"].trigger()

    text, seen = texts_of_pdf(pdf), "".join(texts_of(drawing))
    assert UNKNOWN not in text
    assert sorted("".join(text.split())) == sorted("".join(seen.split()))


@pytest.mark.parametrize(("is_light", "expected"), [(True, (255, 255, 255)), (False, (28, 32, 39))])
def test_the_paper_is_light_by_choice(explained, answer, qapp, is_light, expected):
    theme.apply_theme(qapp, "dark")
    path = answer("out.png")
    if printing.has_light_paper(explained) != is_light:
        explained.actions_by_name["light-paper"].trigger()

    explained.actions_by_name["export-explanation"].trigger()

    with Image.open(path) as image:
        assert image.convert("RGB").getpixel((2, 2)) == expected
    assert explained.actions_by_name["light-paper"].isChecked() == is_light


def test_latex_is_copied_and_saved_as_a_document(explained, answer):
    path = answer("out.tex")

    explained.actions_by_name["copy-latex"].trigger()
    explained.actions_by_name["export-latex"].trigger()

    copied, saved = QGuiApplication.clipboard().text(), path.read_text()
    assert copied.startswith("\\begin{align*}")
    assert "\\odot" in copied
    assert copied.strip() in saved
    assert "\\usepackage{amsmath}" in saved


def test_latex_calls_channels_as_the_screen_does(explained):
    explained.actions_by_name["copy-latex"].trigger()

    labels = re.findall(r"\\text\{(.*?)\}", QGuiApplication.clipboard().text())
    assert labels == ["R", "G", "B"]
    assert labels == list(explained.explanation_panel.computation.names)


def test_latex_of_the_study_is_that_of_its_output(explained):
    explained.explanation_panel.show_page("study")
    explained.explanation_panel.film.stand_at((2, 3))

    explained.actions_by_name["copy-latex"].trigger()

    trace = explained.explanation_panel.trace
    assert trace.place == (0, 2, 3)
    assert f"{trace.value:.4g}" in QGuiApplication.clipboard().text()


def test_the_picture_of_an_explanation_is_copied(explained):
    explained.actions_by_name["copy-explanation"].trigger()

    image = QGuiApplication.clipboard().image()
    assert image.width() == 2 * (explained.explanation_panel.page.print_size[0] + 2 * MARGIN)


def test_a_place_that_cannot_be_written_to_is_said(explained, answer, tmp_path):
    answer("missing/out.svg")

    explained.actions_by_name["export-explanation"].trigger()

    assert message_of(explained) == "out.svg could not be written: no such file or directory."
    assert list(tmp_path.glob("*.svg")) == []


def test_another_suffix_is_refused(qapp, tmp_path):
    drawing = Drawing("", 10, 10, lambda *_: None)

    with pytest.raises(ExportError, match="must end with"):
        save_drawing(tmp_path / "out.bmp", drawing)


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file become larger than a few bytes."""
    resource = pytest.importorskip("resource", reason="limits of files exist on POSIX")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("suffix", paper.FORMATS)
def test_a_full_disk_is_said_of_a_drawing_and_leaves_nothing(qapp, tmp_path, suffix):
    drawing = Drawing("title", 200, 100, lambda *_: None)

    with full_disk(), pytest.raises(ExportError, match="could not be written: the disk is full"):
        save_drawing(tmp_path / f"drawing{suffix}", drawing)

    assert list(tmp_path.iterdir()) == []


# The film


def card_of(window: MainWindow) -> FilmCard:
    window.actions_by_name["export-film"].trigger()
    card = window.findChild(FilmCard)
    assert card is not None
    return card


def wait_for_film(window: MainWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: window.film_export is None, timeout=60_000)


def read_film(path: Path) -> list[np.ndarray]:
    """Return the pictures of a film in RGB."""
    if path.suffix in (".gif", ".webp"):
        with Image.open(path) as image:
            return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]
    capture = cv2.VideoCapture(str(path))
    found = []
    while (answer := capture.read())[0]:
        found.append(cv2.cvtColor(answer[1], cv2.COLOR_BGR2RGB))
    capture.release()
    return found


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".mp4"])
@pytest.mark.parametrize("page", ["arithmetic", "study"])
def test_a_film_has_its_pictures_and_they_differ(explained, answer, qtbot, page, suffix):
    explained.explanation_panel.show_page(page)
    path = answer(f"film{suffix}")
    scene = explained.explanation_panel.scene("map", is_dark=False)

    printing.write_film(explained, FilmWish("map", scene.region.count // 3, 10, 320))
    wait_for_film(explained, qtbot)

    pictures = read_film(path)
    assert len(pictures) == len(positions(scene.region, scene.region.count // 3)) == 4
    assert all(picture.shape[1] == 320 for picture in pictures)
    assert all(np.abs(a.astype(int) - b).max() > 60 for a, b in pairwise(pictures))
    assert "Saved" in message_of(explained)


def test_the_film_fills_the_map_from_the_first_output_to_the_last(explained):
    scene = explained.explanation_panel.scene("map", is_dark=False)
    covered = [_covered(scene.frame(i, 640)) for i in (0, scene.region.count // 2, scene.region.count - 1)]

    assert covered[0] > 0.97
    assert 0.4 < covered[1] < 0.6
    assert covered[2] < 0.02


def _covered(rgb: np.ndarray) -> float:
    """Return how much of the right pane has the colour of what the film has not reached."""
    cover = theme.colors(False).hovered
    is_covered = (np.abs(rgb.astype(int) - (cover.red(), cover.green(), cover.blue())) < 3).all(axis=2)
    pane = is_covered[40:230, 335:620]
    return float(pane.mean())


def test_the_film_can_be_cancelled_and_leaves_nothing(explained, answer, tmp_path, qtbot):
    answer("film.gif")
    printing.write_film(explained, FilmWish("map", 1, 10, 320))

    explained.actions_by_name["export-film"].trigger()
    explained.errands.close()

    assert explained.film_export is None
    assert list(tmp_path.glob("*film*")) == []
    assert "cancelled" in message_of(explained)


@pytest.mark.own_window
def test_the_window_can_be_closed_while_a_film_is_written(explained, answer, tmp_path):
    answer("film.mp4")
    printing.write_film(explained, FilmWish("map", 1, 10, 320))

    explained.close()

    assert list(tmp_path.glob("*film*")) == []


def test_a_film_that_is_cancelled_while_it_is_encoded_is_not_written(explained, answer, tmp_path, qtbot, monkeypatch):
    answer("film.gif")
    begun, may_end, write = threading.Event(), threading.Event(), animation._write_gif

    def slow(*arguments: object) -> None:
        begun.set()
        may_end.wait(60)
        write(*arguments)

    monkeypatch.setattr(animation, "_write_gif", slow)
    printing.write_film(explained, FilmWish("map", 200, 10, 320))
    qtbot.waitUntil(begun.is_set, timeout=60_000)

    explained.actions_by_name["export-film"].trigger()
    may_end.set()
    explained.errands.wait()

    assert list(tmp_path.glob("*film*")) == []
    assert "film.gif was not written: it was cancelled." in message_of(explained)


def test_a_film_that_has_its_name_cannot_be_cancelled_any_more(explained, answer, qtbot, monkeypatch):
    path = answer("film.gif")
    printing.write_film(explained, FilmWish("map", 200, 10, 320))
    export = explained.film_export
    qtbot.waitUntil(lambda: export._drawn == len(export._places), timeout=60_000)
    explained.errands.wait()  # the file is there, and its end has not been told yet

    explained.actions_by_name["export-film"].trigger()
    wait_for_film(explained, qtbot)

    assert path.is_file()
    assert message_of(explained) == f"Saved {path}"


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_no_question_about_a_film_returns_after_its_end(explained, answer, qtbot, is_cancelled):
    answer("film.gif")
    printing.write_film(explained, FilmWish("map", 200, 10, 320))
    qtbot.waitUntil(lambda: "film.gif" in message_of(explained), timeout=60_000)

    if is_cancelled:
        explained.actions_by_name["export-film"].trigger()
    else:
        wait_for_film(explained, qtbot)
    explained.findChild(MessageBar).clear()

    assert message_of(explained) == ""


def test_progress_is_said_with_a_way_out(explained, answer, qtbot):
    answer("film.gif")
    printing.write_film(explained, FilmWish("map", 8, 10, 320))

    qtbot.waitUntil(lambda: " of 109 pictures" in message_of(explained), timeout=20_000)
    explained.actions_by_name["export-film"].trigger()

    assert explained.film_export is None


def test_a_film_that_cannot_be_written_is_said(explained, answer, qtbot, monkeypatch):
    answer("film.gif")
    monkeypatch.setattr(animation, "MOST_BYTES", 1_000_000)

    printing.write_film(explained, FilmWish("map", 20, 10, 640))
    wait_for_film(explained, qtbot)

    assert "too long" in message_of(explained)


def test_the_card_proposes_a_length_and_hands_over_what_is_chosen(explained, qtbot):
    card = card_of(explained)
    proposed = (card.wish, card.sum_text)
    card._step.setValue(2)
    card._rate.setValue(20)
    longer = card.sum_text
    wishes = []
    card.wished.disconnect()
    card.wished.connect(wishes.append)
    card._save.click()

    assert proposed == (FilmWish("near", 4, 12, 960), "151 pictures, 12.6 s")
    assert longer == "301 pictures, 15.1 s"
    assert wishes == [FilmWish("near", 2, 20, 960)]


def test_on_the_study_there_is_no_choice_of_the_span(explained):
    explained.explanation_panel.show_page("study")

    card = card_of(explained)

    assert not card._span.isVisibleTo(card)
    assert card.sum_text == "64 pictures, 5.3 s"
