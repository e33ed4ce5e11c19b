"""Images that are exchanged while frames flow: only their rectangles are painted, and look as if all were painted."""

import gc
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QApplication

from convexplorer.core.geometry.places import Region
from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.canvas.pictures.marks import Mark, Marks
from convexplorer.gui.canvas.pictures.painting import image_rect, on_pixels, snapped
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.stamps import Stamps
from convexplorer.gui.canvas.pictures.tile import PlacedImage, TileView, screen_image, to_qimage
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.canvas.pictures.viewport import Viewport
from tests.gui.canvas.helpers import numbered_image

CELLS = (400, 600)
KERNEL = to_qimage(np.arange(9, dtype=np.uint8).reshape(3, 3) * 28)


class Painted(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self) -> None:
        super().__init__()
        self.region = QRegion()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False


def noise(size: tuple[int, int], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (*size, 4), np.uint8)


def shown_grid(qtbot, count: int, width: int, height: int) -> TileGrid:
    """Return a grid of maps whose images have the size that they have on screen."""
    viewport = Viewport()
    viewport.set_extent(*CELLS)
    grid = TileGrid(viewport)
    grid.viewport_kept = viewport
    qtbot.addWidget(grid)
    grid.resize(width, height)
    first = to_qimage(numbered_image(40, 60))
    views = [
        TileView(image=first, cells=CELLS, title=f"map {i}", subtitle="colours ±4", thumbnail=KERNEL)
        for i in range(count)
    ]
    grid.set_tiles(views)
    grid.show()
    QApplication.processEvents()
    size = grid.picture_size
    assert size is not None
    grid.exchange([screen_image(noise(size, i)) for i in range(count)])
    QApplication.processEvents()
    return grid


@pytest.fixture(params=[(2, 400, 900, False), (24, 700, 500, True)], ids=["strips", "labels over the pictures"])
def grid(request, qtbot) -> TileGrid:
    *shape, is_overlaid = request.param
    found = shown_grid(qtbot, *shape)
    assert found.layout_now.is_overlaid == is_overlaid
    return found


def exchanged(grid: TileGrid) -> QRegion:
    """Exchange all images, and return what was painted."""
    painted = Painted()
    grid.installEventFilter(painted)
    size = grid.picture_size or (100, 150)
    grid.exchange([screen_image(noise(size, 100 + i)) for i in range(len(grid.tiles))])
    QApplication.processEvents()
    grid.removeEventFilter(painted)
    return painted.region


def is_as_painted_whole(grid: TileGrid) -> bool:
    """Tell whether painting the exchanged images over what was there gives what painting everything gives."""
    over = grid.grab().toImage()
    size = grid.picture_size or (100, 150)
    grid.exchange([screen_image(noise(size, 200 + i)) for i in range(len(grid.tiles))])
    painter = QPainter(over)
    painter.setClipRegion(grid._exchanged)
    grid._paint_images(painter, grid._exchanged)
    painter.end()
    return over == grid.grab().toImage().convertToFormat(over.format())


def test_only_the_pictures_are_painted(grid):
    region = exchanged(grid)

    pictures = QRegion()
    for index in range(len(grid.tiles)):
        pictures += grid.picture_rect(index).toAlignedRect()
    assert not region.isEmpty()
    assert region.subtracted(pictures).isEmpty()


def test_what_was_painted_is_the_whole_look(grid):
    assert is_as_painted_whole(grid)


def test_marks_cursor_and_region_stay_over_exchanged_images(grid):
    grid.set_marks([Marks((Mark(QRectF(30, 40, 200, 100), line=QColor("red"), width=3),))])
    grid.set_region(Region((50, 60), (100, 120)))
    assert is_as_painted_whole(grid)

    grid.set_cursor((200.5, 300.5))
    assert is_as_painted_whole(grid)


def test_the_frame_of_the_selected_tile_stays(grid):
    grid.set_selected(1)

    assert is_as_painted_whole(grid)


def test_frames_stay_whole_where_labels_change_under_a_cursor(grid):
    grid.set_selected(1)
    grid.set_partner(0)
    grid.set_cursor((200.5, 300.5))
    over = grid.grab().toImage()

    grid.exchange([replace(tile, subtitle="colours ±5") for tile in grid.tiles])
    painter = QPainter(over)
    painter.setClipRegion(grid._exchanged)
    grid._paint_images(painter, grid._exchanged)
    painter.end()

    assert over == grid.grab().toImage().convertToFormat(over.format())


@pytest.mark.parametrize("subtitle", ["colours ±5", "colours −1234.5 … 1234.5"])
def test_labels_that_change_are_written_anew_with_their_images(grid, subtitle):
    over = grid.grab().toImage()
    changed = replace(grid.tiles[1], subtitle=subtitle, image=screen_image(noise(grid.picture_size, 7)))
    painted = Painted()
    grid.installEventFilter(painted)

    grid.exchange([changed if i == 1 else tile.image for i, tile in enumerate(grid.tiles)])
    QApplication.processEvents()
    grid.removeEventFilter(painted)

    painter = QPainter(over)
    grid.render(painter, painted.region.boundingRect().topLeft(), painted.region)
    painter.end()
    assert over == grid.grab().toImage().convertToFormat(over.format())
    assert grid.accessibleDescription() == "colours ±4"
    if subtitle == "colours ±5":
        assert not painted.region.contains(grid.rect().bottomRight())


def test_the_labels_of_the_selected_tile_are_told(grid):
    changed = replace(grid.tiles[0], subtitle="colours ±5")

    grid.exchange([changed, *(None for _ in grid.tiles[1:])])

    assert grid.accessibleDescription() == "colours ±5"


def test_with_a_zoom_the_part_in_sight_is_painted(grid):
    grid.viewport.set_zoom(3.0)

    assert is_as_painted_whole(grid)


def test_a_map_out_of_sight_keeps_its_image(qtbot):
    grid = shown_grid(qtbot, 60, 400, 300)
    first, *_, last = grid.visible
    assert (first, last) != (0, 59)
    hidden = grid.tiles[59].image.cacheKey()

    grid.exchange([screen_image(noise((20, 30), i)) if i <= last else None for i in range(60)])

    assert grid.tiles[59].image.cacheKey() == hidden
    assert grid.tiles[0].image.size().toTuple() == (30, 20)


def test_the_input_paints_its_picture_alone(qtbot):
    viewport = Viewport()
    viewport.set_extent(*CELLS)
    canvas = ImageCanvas(viewport)
    canvas.viewport_kept = viewport
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.set_picture(PlacedImage(image=to_qimage(numbered_image(40, 60)), cells=CELLS))
    canvas.show()
    QApplication.processEvents()
    painted = Painted()
    canvas.installEventFilter(painted)

    canvas.exchange(screen_image(noise(canvas.picture_size, 1)))
    QApplication.processEvents()

    height, width = canvas.picture_size
    assert painted.region.boundingRect().size().toTuple() == (width, height)
    assert height < 300 < width


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("width", [110, 215, 216, 333])
def test_pictures_of_all_tiles_have_one_size_in_pixels_of_the_screen(ratio, width):
    picture = PlacedImage(image=to_qimage(numbered_image(40, 60)), cells=CELLS)
    height = round(width * 2 / 3) + 1
    rects = [QRectF(2 + i * (width + 5), 40 + j * (height + 45), width, height) for i in range(9) for j in range(9)]

    panes = [on_pixels(rect, ratio) for rect in rects]
    targets = [image_rect(Projection.at((200, 300), 1.0, CELLS, pane), picture, ratio) for pane in panes]

    assert len({pane.size().toTuple() for pane in panes}) == 1
    assert len({target.size().toTuple() for target in targets}) == 1
    for rect, pane, target in zip(rects, panes, targets, strict=True):
        assert abs(rect.left() - pane.left()) * ratio <= 0.5 + 1e-6
        assert snapped(pane, ratio).adjusted(0, 0, 0, 0).contains(target)


def test_pixels_live_as_long_as_their_image():
    pixels = noise((50, 60), 3)
    wanted = pixels[..., 2::-1].copy()
    image = screen_image(pixels)
    del pixels
    gc.collect()
    np.random.default_rng(1).integers(0, 256, (50, 60, 4), np.uint8)  # memory that was let go would be taken

    rgb = np.frombuffer(image.constBits(), np.uint8).reshape(50, 60, 4)[..., 2::-1]
    assert np.array_equal(rgb, wanted)


def test_a_stamp_is_painted_once_for_each_key_and_kept_while_it_is_used():
    stamps, painted = Stamps(), []
    target = QPixmap(100, 40)

    def stamp(key: str) -> None:
        painter = QPainter(target)
        stamps.paint(painter, QRectF(3, 4, 20, 10), key, lambda inner, rect: painted.append((key, rect)))
        painter.end()

    stamp("a"), stamp("a"), stamp("b")
    assert [key for key, _ in painted] == ["a", "b"]

    stamps.forget_unused()
    stamp("b")
    stamps.forget_unused()
    stamp("a")
    assert [key for key, _ in painted] == ["a", "b", "a"]

    stamps.clear()
    stamp("a")
    assert len(painted) == 4
