"""Numbers in large cells: each is true, whole, and in its own cell; and whole cells are in sight."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from convexplorer.core.geometry.places import Grid
from convexplorer.gui.canvas.comparison.compare import CompareView
from convexplorer.gui.canvas.pictures.cell_numbers import paint_numbers
from convexplorer.gui.canvas.pictures.equation import EquationView
from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.canvas.pictures.marks import Mark, Marks, paint_marks
from convexplorer.gui.canvas.pictures.painting import paint_picture
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.projection import Projection, Rim
from convexplorer.gui.canvas.pictures.scale_cache import ScaleCache
from convexplorer.gui.canvas.pictures.tile import PlacedImage, to_qimage
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.canvas.pictures.tile_views import tile_view
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from convexplorer.kernels.numbers import parse_number
from convexplorer.kernels.presets import make_filter
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, Source
from convexplorer.words import MINUS
from tests.model.examples import conv_layer

SETTINGS = [
    (strides, padding, dilation)
    for strides, padding, dilation in itertools.product((1, 2, 3), ("valid", "same", ((2, 2), (2, 2))), (1, 2))
    if strides == 1 or dilation == 1
]


@pytest.fixture(autouse=True)
def _usual_scale(qapp) -> None:
    theme.apply_theme(qapp, "light", scale=1.0)


@dataclass(frozen=True)
class Number:
    """A number as it was written: in which room, and where its digits are."""

    text: str
    room: QRectF
    rect: QRectF

    @property
    def value(self) -> float:
        return float(self.text.replace(MINUS, "-"))


class Recorder(QPainter):
    """A painter that remembers what it writes."""

    def __init__(self, device: QImage) -> None:
        super().__init__(device)
        self.painted_on = device  # it lives as long as the painter
        self.numbers: list[Number] = []

    def drawText(self, rect: QRectF, flags: int, text: str) -> None:
        if isinstance(rect, QRectF) and text.strip(f"{MINUS}.0123456789e") == "":
            self.numbers.append(Number(text, rect, self.boundingRect(QRectF(rect), int(flags), text)))
        super().drawText(rect, flags, text)


def picture_of(rows: int = 8, columns: int = 8, **settings) -> Picture:
    image = np.random.default_rng(4).integers(-4, 5, (1, rows, columns)).astype(np.float32) / 4
    image.flags.writeable = False
    names = ("sobel-x", "laplacian")
    project = Project(Source("sample", "cat"), (conv_layer([make_filter(name) for name in names], **settings),))
    return render(Job(Frame(image, ("Y",)), project, View(project.ids[0], 0))).picture


def grid_of(qtbot, picture: Picture, size: tuple[int, int] = (900, 480)) -> TileGrid:
    viewport = Viewport()
    viewport.set_extent(*picture.frame.spatial)
    pane = TileGrid(viewport)
    qtbot.addWidget(pane)
    pane.resize(*size)
    pane.set_tiles([tile_view(tile) for tile in picture.tiles])
    return pane


def numbers_in(pane: PicturePane, rect: QRectF, tile: PlacedImage) -> list[Number]:
    image = QImage(pane.width(), pane.height(), QImage.Format.Format_RGB32)
    painter = Recorder(image)
    pane._paint_pane(painter, rect, tile, 0)
    painter.end()
    return painter.numbers


@pytest.mark.parametrize(("strides", "padding", "dilation"), SETTINGS)
def test_every_cell_of_a_small_map_is_in_sight_with_its_number(qtbot, strides, padding, dilation):
    picture = picture_of(strides=(strides,) * 2, padding=padding, dilation_rate=(dilation,) * 2)
    pane = grid_of(qtbot, picture)
    for index, tile in enumerate(picture.tiles):
        rect = pane.picture_rect(index)

        numbers = numbers_in(pane, rect, pane.tiles[index])

        projection = pane.projected(rect)
        bounds = pane.tiles[index].bounds
        seen = projection.rect_of(bounds.top(), bounds.left(), bounds.bottom(), bounds.right())
        assert rect.adjusted(-1, -1, 1, 1).contains(seen), "cells are cut"
        if projection.scale * min(pane.tiles[index].jump) < 34:
            continue
        assert len(numbers) == tile.values.size
        for number, value in zip(numbers, tile.values.reshape(-1), strict=True):
            assert number.value == pytest.approx(float(value), abs=0.006)
            assert number.room.contains(number.rect)
            assert rect.adjusted(-1, -1, 1, 1).contains(number.rect)


@pytest.mark.parametrize("seed", range(12))
def test_no_number_is_cut_wherever_one_looks(qtbot, seed):
    rng = np.random.default_rng(seed)
    picture = picture_of(12, 16, strides=(1, 1), padding="same")
    pane = grid_of(qtbot, picture, (int(rng.integers(300, 900)), int(rng.integers(200, 600))))
    pane.viewport.zoom_at(float(rng.uniform(1, 8)), (float(rng.uniform(0, 12)), float(rng.uniform(0, 16))))
    rect, tile = pane.picture_rect(1), pane.tiles[1]

    numbers = numbers_in(pane, rect, tile)

    for number in numbers:
        assert rect.adjusted(-1, -1, 1, 1).contains(number.room), "the cell is cut, and its number with it"
        place = pane.projected(rect).to_input(number.room.center())
        cell = tile.cell_at(place)
        assert cell is not None
        assert tile.values is not None
        assert number.value == pytest.approx(float(tile.values[cell]), abs=0.006)


def test_numbers_of_both_sides_end_at_the_divider(qtbot):
    pane = CompareView(Viewport())
    qtbot.addWidget(pane)
    pane.resize(900, 500)
    pane.viewport.set_extent(6, 6)
    views = [tile_view(tile) for tile in picture_of(6, 6, padding="same").tiles]
    pane.set_tiles(views[0], views[1], views[0])
    pane.set_divider(0.45)
    rect = pane.picture_rects()[0]
    painter = Recorder(QImage(900, 500, QImage.Format.Format_RGB32))

    pane._paint_divided(painter, rect, views[0], views[1])

    painter.end()
    x = pane._divider_x(rect)
    assert len(painter.numbers) == 30, "five of six columns are whole"
    assert all(number.room.right() <= x + 1 or number.room.left() >= x - 1 for number in painter.numbers)


@pytest.mark.parametrize("value", [-1.0, -0.123456, -12345.678, -1e-2, 65535.0, -1e12, 0.333333])
@pytest.mark.parametrize("width", range(34, 60, 3))
def test_a_number_keeps_its_sign_and_its_room(qapp, value, width):
    values = np.full((3, 3), value, np.float32)
    picture = PlacedImage(image=to_qimage(np.zeros((3, 3), np.uint8)), values=values)
    pane = QRectF(0, 0, 3 * width, 3 * width)
    projection = Projection(pane, (1.5, 1.5), width, width, (3, 3))
    painter = Recorder(QImage(3 * width, 3 * width, QImage.Format.Format_RGB32))
    painter.setClipRect(pane)

    paint_numbers(painter, projection, picture)

    painter.end()
    assert all(number.rect.width() <= number.room.width() for number in painter.numbers)
    assert all(number.text.startswith(MINUS) == (value < 0) for number in painter.numbers)


@pytest.mark.parametrize("padded", [QRectF(-1, -1, 10, 10), QRectF(0, 0, 9, 9), QRectF(-3, -2, 14, 12)])
@pytest.mark.parametrize("size", [(400, 300), (200, 420)])
def test_the_input_shows_its_padding(qtbot, padded, size):
    pane = ImageCanvas(Viewport())
    qtbot.addWidget(pane)
    pane.resize(*size)
    pane.viewport.set_extent(8, 8)
    pane.set_image(np.full((8, 8), 255, np.uint8), np.stack([np.arange(256)] * 3, axis=1).astype(np.uint8))

    pane.set_padded(padded)

    projection = pane.main_projection()
    shown = projection.rect_of(padded.top(), padded.left(), padded.bottom(), padded.right())
    assert QRectF(pane.rect()).contains(shown)
    assert max(shown.width() / pane.width(), shown.height() / pane.height()) > 0.97
    image = pane.grab().toImage()
    inside = {image.pixel(x, int(shown.bottom()) - 4) for x in range(int(shown.left()) + 2, int(shown.right()) - 2)}
    assert len(inside) > 1, "padding is hatched"


def test_a_rim_is_as_wide_as_what_reaches_beyond_and_no_wider_than_the_input():
    assert Rim.of((8, 10), [QRectF(0.5, 0.5, 8, 8), QRectF(-1, 0, 4, 4)]) == Rim(0, 1, 0.5, 0)
    assert Rim.of((8, 10), [QRectF(-500, -500, 1000, 1000)]) == Rim(8, 10, 8, 10)
    assert Rim.of((8, 10), []) == Rim()


def test_a_fitted_picture_with_an_uneven_rim_is_in_the_middle_and_magnified_at_the_viewport_s_centre():
    viewport, pane = Viewport(), QRectF(0, 0, 90, 90)
    viewport.set_extent(8, 8)
    rim = Rim(0, 0, 1, 1)

    assert Projection.of(viewport, pane, rim).rect_of(0, 0, 9, 9) == pane
    viewport.zoom_at(100, (4, 4))
    center = Projection.of(viewport, pane, rim).to_screen(*viewport.center)
    assert (center - pane.center()).manhattanLength() < 1.5


def test_the_terms_of_an_equation_share_their_rim(qtbot):
    pane = EquationView(Viewport())
    qtbot.addWidget(pane)
    pane.resize(900, 400)
    pane.viewport.set_extent(8, 8)
    image = to_qimage(np.zeros((4, 4), np.uint8))
    view = tile_view(picture_of(strides=(2, 2), padding="same").tiles[0])
    assert view.image.size() == image.size()
    pane.set_tiles([view, view], 1)

    assert view.grid == Grid((1.5, 1.5), (2.0, 2.0), view.grid.window)
    assert pane.rim == Rim(0, 0, 0.5, 0.5)


@pytest.mark.parametrize("count", [1, 4, 8, 16])
@pytest.mark.parametrize("size", [(460, 690), (900, 300), (460, 300), (240, 700)])
def test_labels_never_cover_maps_whose_cells_are_seen(qtbot, count, size):
    small, large = picture_of(8, 8, padding="same"), picture_of(300, 300, padding="same")
    for picture in (small, large):
        pane = grid_of(qtbot, picture, size)
        pane.set_tiles([pane.tiles[0]] * count)

        cell = pane.projected(pane.picture_rect(0)).scale
        assert not (pane.layout_now.is_overlaid and cell >= 12)


@pytest.mark.parametrize("grey", [0, 60, 110, 140, 255])
@pytest.mark.parametrize("tint", [QColor(120, 60, 170, 128), QColor(30, 150, 70, 128), QColor(250, 200, 90, 160)])
def test_numbers_below_a_mark_are_written_in_the_ink_that_is_best_read_there(qapp, grey, tint):
    image = QImage(2, 1, QImage.Format.Format_RGB32)
    image.fill(QColor(grey, grey, grey))
    picture = PlacedImage(image=image, values=np.full((1, 2), grey / 255, np.float32))
    cells = QImage(1, 1, QImage.Format.Format_ARGB32)
    cells.fill(tint)
    canvas = QImage(160, 80, QImage.Format.Format_RGB32)
    canvas.fill(0)
    painter = QPainter(canvas)
    projection = Projection(QRectF(0, 0, 160, 80), (0.5, 1.0), 80.0, 80.0, (1.0, 2.0))
    paint_picture(painter, projection, picture, ScaleCache())

    paint_marks(painter, projection, Marks((Mark(QRectF(0, 0, 1, 1), cells=cells),)), picture)
    painter.end()

    ground = canvas.pixelColor(4, 4)
    inside = [canvas.pixelColor(x, y) for x in range(4, 76) for y in range(4, 76)]
    assert ground != QColor(grey, grey, grey)  # the mark is there
    assert max(theme.contrast(ground, color) for color in inside) >= 4.5


@pytest.mark.parametrize("value", [1.794e-09, -0.00042, 12345678.0, 0.5])
def test_a_lone_number_has_no_neighbours_whose_decimals_it_would_have(qapp, value):
    values = np.array([[value]], np.float32)
    picture = PlacedImage(image=to_qimage(np.zeros((1, 1), np.uint8)), values=values)
    pane = QRectF(0, 0, 80, 80)
    painter = Recorder(QImage(80, 80, QImage.Format.Format_RGB32))
    painter.setClipRect(pane)

    paint_numbers(painter, Projection(pane, (0.5, 0.5), 80, 80, (1, 1)), picture)

    painter.end()
    (number,) = painter.numbers
    assert parse_number(number.text) == pytest.approx(value, rel=0.01)
