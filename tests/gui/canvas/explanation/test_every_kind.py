"""Every kind of layer is explained on every page, in words that are whole and in both themes."""

import re
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from convexplorer.core.display.palettes import PALETTES
from convexplorer.core.explain.trace import trace
from convexplorer.core.kinds import KINDS
from convexplorer.core.layers import GlobalAveragePool
from convexplorer.gui.canvas.explanation.computation import tap_sentence
from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.canvas.explanation.shape_view import ShapeView
from convexplorer.gui.canvas.explanation.study_painter import Look
from convexplorer.gui.canvas.explanation.study_view import StudyView
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.coloring import computation_of
from convexplorer.gui.panels.explanation_panel.shapes_page import why_not
from convexplorer.gui.panels.explanation_panel.study_coloring import sheet_of
from convexplorer.model.default import default_project
from convexplorer.model.view import View
from convexplorer.results.comparison import subject_of
from convexplorer.results.explanation import Explanation
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.results.shape_words import diagram_of
from convexplorer.results.study import study
from convexplorer.sources.frame import Frame, Samples, Source
from convexplorer.words import number
from tests.results.every_kind import JOINED, add, explained, picture_of, project_of, shown

EVERY_KIND = pytest.mark.parametrize("kind", KINDS)
STRIP, LARGE = (1400, 130), (1600, 900)


@pytest.fixture(autouse=True)
def _theme(qapp: QApplication) -> None:
    theme.apply_theme(qapp, "light", scale=1.0)


def view_of(picture: Picture, explanation: Explanation, *, is_large: bool = False) -> ComputationView:
    view = ComputationView(size="large" if is_large else "strip")
    view.set_computation(computation_of(picture, explanation))
    return view


@dataclass(frozen=True)
class Painted:
    """A text as it was painted: where it may stand, and where it stands."""

    text: str
    room: QRectF
    rect: QRectF


class Recorder(QPainter):
    """A painter that remembers what it writes, and how many calls it was given."""

    def __init__(self, device: QImage) -> None:
        super().__init__(device)
        self.texts: list[Painted] = []
        self.calls = 0

    def drawText(self, rect: QRectF, flags: int, text: str) -> None:
        self.texts.append(Painted(text, QRectF(rect), self.boundingRect(QRectF(rect), int(flags), text)))
        super().drawText(rect, flags, text)

    def drawRoundedRect(self, *arguments: object) -> None:
        self.calls += 1
        super().drawRoundedRect(*arguments)

    def fillRect(self, *arguments: object) -> None:
        self.calls += 1
        super().fillRect(*arguments)


def recorded(view: ComputationView | StudyView, size: tuple[int, int] = STRIP) -> Recorder:
    """Return what was painted into a room of this size."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    painter = Recorder(image)
    view.paint_into(painter, *size)
    painter.end()
    return painter


def texts_of(view: ComputationView | StudyView, size: tuple[int, int] = STRIP) -> list[str]:
    return [painted.text for painted in recorded(view, size).texts]


def pixels_of(view: ComputationView | StudyView | ShapeView, size: tuple[int, int]) -> np.ndarray:
    """Return what a widget of this size shows, (H, W) uint32."""
    view.resize(*size)
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1).copy()


@EVERY_KIND
@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_page_paints_something_for_every_kind(qapp: QApplication, kind: str, name: str):
    theme.apply_theme(qapp, name, scale=1.0)
    picture = picture_of(kind)
    explanation = explained(picture)
    diagram = diagram_of(picture, explanation, subject_of(picture, explanation.layer, 0), None)
    shapes = ShapeView()
    shapes.set_diagram(diagram, "" if diagram is not None else why_not(picture, explanation.layer))
    found = study(picture, explanation.layer, 0, None, "")
    assert found is not None
    studied = StudyView()
    studied.set_sheet(sheet_of(found, None, "map", is_dark=name == "dark"), Look(), found.error)

    for view, size in (
        (view_of(picture, explanation), STRIP),
        (view_of(picture, explanation, is_large=True), LARGE),
        (shapes, (1400, 200)),
        (studied, (1200, 372)),
    ):
        assert len(np.unique(pixels_of(view, size))) > 8, f"{type(view).__name__} is blank"


@EVERY_KIND
@pytest.mark.parametrize("mode", ["bank", "channels", "compare"])
def test_every_kind_has_pictures_in_every_mode(kind: str, mode: str):
    picture = picture_of(kind, mode)

    assert picture.tiles
    if mode == "channels" and not any(tile.role == "part" for tile in picture.tiles):
        assert "these are the" in picture.note
    if mode == "compare":
        assert [tile.role for tile in picture.tiles[:2]] == ["before", "after"]
        assert len(picture.tiles) == 3 or "no difference" in picture.note


@EVERY_KIND
def test_the_value_and_the_steps_to_it_are_written(kind: str):
    picture = picture_of(kind)
    explanation = explained(picture)
    view = view_of(picture, explanation)

    texts = texts_of(view)

    assert f"= {number(explanation.trace.value)}" in texts
    assert view.computation is not None
    for line in view.computation.lines[:2]:
        assert any(line.text.startswith(text.rstrip("…")) for text in texts if text), line


@EVERY_KIND
@pytest.mark.parametrize("size", [(860, 100), (1200, 130), (1428, 130), (1900, 160), (1600, 900)])
def test_no_text_is_cut_or_runs_into_another(kind: str, size: tuple[int, int]):
    picture, width = picture_of(kind), size[0]
    view = view_of(picture, explained(picture), is_large=size == LARGE)
    painted = [one for one in recorded(view, size).texts if one.text]

    for i, one in enumerate(painted):
        assert one.rect.width() <= one.room.width() + 1, f"{one.text} is cut"
        assert one.rect.left() >= -1, one.text
        assert one.rect.right() <= width + 1, f"{one.text} leaves the panel"
        for other in painted[i + 1 :]:
            assert not one.rect.adjusted(1, 2, -1, -2).intersects(other.rect.adjusted(1, 2, -1, -2)), (one, other)


@pytest.mark.parametrize("kind", JOINED)
def test_joined_layers_stand_side_by_side_with_their_names(kind: str):
    picture = picture_of(kind)
    texts = texts_of(view_of(picture, explained(picture)))

    assert "layer 3 · vertical-line" in texts
    assert ("layer 2 · vertical-line" in texts) == (kind != "concatenate")
    assert not any(word in text for text in texts for word in ("kernel", "bias", "products"))


def test_scores_that_have_no_room_are_shown_largest_first():
    picture = shown(add(add(project_of("flatten"), "dense", units=200), "softmax"))
    explanation = explained(picture, cell=(5, 3))
    view = view_of(picture, explanation)
    layout = view._arranged(*STRIP, view.computation)

    values = [float(explanation.trace.values[row, 0, 0]) for row in layout.rows]

    own = explanation.trace.place[0]
    assert layout.rows[0] == own
    assert values[1:] == sorted(values[1:], reverse=True)
    assert values[1] == explanation.trace.values.max()
    assert any(symbol == "…" for _, symbol in layout.operators)


def test_a_window_of_many_cells_is_one_picture_and_few_words():
    picture = shown(project_of("global_average_pool"))
    big = replace_window(explained(picture), 300, 451)
    view = view_of(picture, big)

    painter = recorded(view)

    assert view.computation.trace.values.size == 135_300
    assert painter.calls + len(painter.texts) < 1000


def replace_window(explanation: Explanation, rows: int, columns: int) -> Explanation:
    """Return the explanation of a mean over a map of another size."""
    values = np.random.default_rng(0).random((1, rows, columns), np.float32)
    return replace(explanation, trace=trace(GlobalAveragePool(), values, (0,)))


def test_padding_is_seen_in_a_picture_of_many_cells():
    picture = shown(project_of("average_pool", pool_size=31, strides=1, padding="same"))
    explanation = explained(picture, cell=(0, 0))
    view = view_of(picture, explanation)
    layout = view._arranged(*STRIP, view.computation)
    shown_pixels = pixels_of(view, STRIP)

    block = layout.blocks[0]
    padded, counted = block.grid.cell_rect(2, 2).center(), block.grid.cell_rect(20, 20).center()

    colors = view.computation.patch[0]
    inside = shown_pixels[int(counted.y()), int(counted.x())]
    assert tuple((inside >> shift) & 255 for shift in (16, 8, 0)) == tuple(colors[20, 20])
    assert explanation.trace.window.is_padding[2, 2]
    assert shown_pixels[int(padded.y()), int(padded.x())] != inside


@pytest.mark.parametrize("kind", ["dense", "softmax", "local_response_norm", "add"])
def test_pointing_at_a_column_names_its_number(kind: str):
    picture = picture_of(kind)
    view = view_of(picture, explained(picture))
    layout = view._arranged(*STRIP, view.computation)
    block = layout.blocks[-1]

    tap = layout.tap_at(block.rect.center())

    assert tap == (block.row, 0, 0)
    assert tap_sentence(view.computation, tap).startswith(f"{view.computation.names[block.row]}: ")


def test_the_value_has_the_colour_that_it_has_in_its_map():
    for kind in ("max_pool", "batch_norm", "add", "global_max_pool", "flatten"):
        picture = picture_of(kind)
        for channel in (0, 5):
            explanation = explained(picture, channel=channel)
            tile = picture.tiles[min(channel, len(picture.tiles) - 1)]
            index = tile.indexed[explanation.cell]
            color = computation_of(picture, explanation).value_color
            expected = theme_colors(tile.palette)[index]
            assert (color.red(), color.green(), color.blue()) == tuple(int(part) for part in expected), kind


def theme_colors(palette: str) -> np.ndarray:
    return PALETTES[palette].colors(theme.is_dark())


def stored_picture(full_scale: int, channels: tuple[str, ...] = ("R", "G", "B")) -> Picture:
    """Return the maps of a picture of stored numbers up to a full scale, by kernels of whole numbers."""
    bits = full_scale.bit_length()
    samples = Samples(f"uint{bits}", bits, full_scale)
    numbers = np.random.default_rng(3).integers(full_scale // 2, full_scale, (len(channels), 24, 36))
    image = (numbers / full_scale).astype(np.float32)
    image.flags.writeable = False
    project = replace(default_project(Source("sample", "cat")), numbers="stored")
    return render(Job(Frame(image, channels, samples=samples), project, View("conv", 0, "bank"))).picture


@pytest.mark.parametrize("full_scale", [255, 65535])
@pytest.mark.parametrize("cell", [(0, 0), (3, 4)], ids=["at the rim", "inside"])
def test_stored_numbers_are_whole_in_the_arithmetic(full_scale: int, cell: tuple[int, int]):
    picture = stored_picture(full_scale)

    painted = texts_of(view_of(picture, explained(picture, cell=cell), is_large=True), LARGE)

    texts = [text for text in painted if re.fullmatch(r"(= |float64  )?[−\d.e]+", text)]
    assert len(texts) > 3 * 9 * 2
    assert not [text for text in texts if "." in text or "e" in text]
    assert (texts.count("0") > 2 * 9) == (cell == (0, 0))  # padding, and its products


@pytest.mark.parametrize("full_scale", [255, 65535])
def test_stored_numbers_are_whole_in_the_study(full_scale: int):
    picture = stored_picture(full_scale, ("Y",))
    found = study(picture, 0, 0, None, "")
    assert found is not None
    view = StudyView()
    view.set_sheet(sheet_of(found, None, "map", is_dark=False), Look(), "")

    texts = [text for text in texts_of(view, LARGE) if re.fullmatch(r"[−\d.e]+", text)]

    assert len(texts) > 8 * 8
    assert not [text for text in texts if "." in text or "e" in text]


def test_a_study_shows_angles_as_hues(qapp: QApplication):
    picture = shown(project_of("combine_maps", operation="orientation"))
    found = study(picture, picture.position, 0, None, "")
    assert found is not None

    sheet = sheet_of(found, None, "map", is_dark=False)

    assert sheet is not None
    hues = {tuple(color) for color in PALETTES["hue"].light.tolist()}
    assert {tuple(color) for color in sheet.output_colors.reshape(-1, 3).tolist()} <= hues
