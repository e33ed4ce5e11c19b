"""Which places are read, drawn over a picture: what is veiled, what is hatched, and that it is drawn once."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from convexplorer.core.explain.sampling import sampling
from convexplorer.core.geometry.places import Grid
from convexplorer.core.layers import Conv, MaxPool
from convexplorer.gui.canvas.pictures import sampling_overlay
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.sampling_overlay import SamplingOverlay, SamplingPainter
from convexplorer.results.sampling_words import sampling_text

CELL = 20


def overlay_of(reads: np.ndarray, unused: tuple[int, int] = (0, 0), padding: tuple[int, int] = (0, 0)):
    return SamplingOverlay(
        reads=(reads, reads),
        centers=(np.array([]), np.array([])),
        padding=(padding, padding),
        unused=(unused, unused),
        grid=Grid(),
        text="",
    )


def painted(overlay: SamplingOverlay, count: int, cell: float = CELL) -> np.ndarray:
    """Return how much the middle of each cell is covered, 0…255."""
    side = round(count * cell)
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(QColor(255, 0, 255))
    painter = QPainter(image)
    projection = Projection(QRectF(0, 0, side, side), (count / 2, count / 2), cell, cell, (count, count))
    SamplingPainter().paint(painter, projection, overlay)
    painter.end()
    middles = [round((i + 0.5) * cell) for i in range(count)]
    pixels = [[image.pixelColor(x, y) for x in middles] for y in middles]
    return np.array([[255 - one.red() + one.green() for one in row] for row in pixels])


def test_what_no_window_reads_is_veiled(qapp):
    reads = np.array([1, 1, 0, 1, 1, 0, 1, 1, 0, 1])

    cover = painted(overlay_of(reads), 10) > 30

    is_read = np.outer(reads > 0, reads > 0)
    free = cover[:8]  # the words stand at the foot
    assert np.array_equal(free, ~is_read[:8])


def test_the_rim_is_hatched(qapp):
    cover = painted(overlay_of(np.array([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]), unused=(0, 2)), 10) > 30

    assert cover[:7, 8:].all()
    assert not cover[:7, :8].any()


def test_it_is_drawn_anew_only_when_something_has_changed(qapp, monkeypatch):
    drawn = []
    original = sampling_overlay._drawn
    monkeypatch.setattr(sampling_overlay, "_drawn", lambda *given: drawn.append(given) or original(*given))
    image = QImage(100, 100, QImage.Format.Format_ARGB32)
    painter, own, overlay = QPainter(image), SamplingPainter(), overlay_of(np.ones(5, int))
    view = Projection(QRectF(0, 0, 100, 100), (2.5, 2.5), 20, 20, (5, 5))

    for _ in range(3):
        own.paint(painter, view, overlay)
    own.paint(painter, Projection(view.pane, (2.5, 3.0), 20, 20, (5, 5)), overlay)
    painter.end()

    assert len(drawn) == 2


@pytest.mark.parametrize(
    ("layer", "spatial", "expected"),
    [
        (Conv(np.ones((1, 1, 3, 3)), padding="same"), (8, 8), "Every place is read, up to 9 times."),
        (MaxPool(2), (8, 8), "Every place is read, once."),
        (MaxPool(2), (9, 8), "89% of the places are read, once; 1 row below is never read (hatched)."),
        (
            MaxPool(3),
            (11, 10),
            "74% of the places are read, once; 2 rows below and 1 column right are never read (hatched).",
        ),
        (
            Conv(np.ones((1, 1, 1, 1)), strides=2),
            (8, 7),
            "29% of the places are read, once; 1 row below is never read (hatched).",
        ),
    ],
)
def test_the_words_say_what_is_read(layer, spatial, expected):
    assert sampling_text(sampling(layer, spatial)) == expected
