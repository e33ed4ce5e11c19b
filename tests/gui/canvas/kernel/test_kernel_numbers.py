"""The numbers in the cells of a kernel: whole where there is room, as many digits as can be read."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.kernel.kernel_layout import WIDEST, lay_out
from convexplorer.gui.canvas.kernel.kernel_painter import KernelPainter
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from tests.gui.conftest import newest_picture

COLUMN = (280, 121)  # of the controls at 1440 × 900, in which a kernel of 5 × 5 stands
READABLE_PX = 11


class Recorder(QPainter):
    """A painter that remembers the numbers, their size, and whether they fit their cells."""

    def __init__(self, device: QImage) -> None:
        super().__init__(device)
        self.texts: list[tuple[str, int, bool]] = []

    def drawText(self, rect: QRectF, flags: int, text: str) -> None:
        needed = self.boundingRect(QRectF(rect), int(flags), text)
        self.texts.append((text, self.font().pixelSize(), rect.contains(needed)))
        super().drawText(rect, flags, text)


def numbers_of(planes: np.ndarray, width: float, height: float) -> list[tuple[str, int, bool]]:
    image = QImage(int(width), int(height), QImage.Format.Format_RGB32)
    recorder = Recorder(image)
    layout = lay_out(*planes.shape[1:], width, height)
    KernelPainter(planes, float(np.abs(planes).max()), None).paint(recorder, layout)
    recorder.end()
    return recorder.texts


def test_a_kernel_of_five_rows_shows_its_numbers_whole(qapp: object) -> None:
    planes = np.full((1, 5, 5), -2 / 3)

    texts = numbers_of(planes, *COLUMN)

    assert {text for text, _, _ in texts} == {"−0.667"}
    assert all(size >= READABLE_PX and fits for _, size, fits in texts)


@pytest.mark.parametrize("size", range(1, 10))
@pytest.mark.parametrize("value", [-2 / 3, 0.0625, 1 / 9, -1.0, 12.5, -1e-5])
def test_numbers_never_leave_their_cells(qapp: object, size: int, value: float) -> None:
    assert all(fits for _, _, fits in numbers_of(np.full((1, size, size), value), 280, 168))


@pytest.mark.parametrize("size", [3, 5, 7])
def test_either_all_cells_have_a_number_for_each_plane_or_none(qapp: object, size: int) -> None:
    planes = np.random.default_rng(size).normal(size=(3, size, size))

    counts = {len(numbers_of(planes, 320, height)) for height in np.arange(100, 480, 0.5)}

    assert counts == {0, planes.size}


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 3), (5, 5), (3, 9), (7, 7)])
def test_cells_fill_the_width_but_stay_cells(rows: int, columns: int) -> None:
    layout = lay_out(rows, columns, 280, 121)

    last = layout.cell_rect(rows - 1, columns - 1)
    is_wide = last.right() - layout.cell_rect(0, 0).left() >= 280 - 10
    assert is_wide or layout.width == pytest.approx(layout.height * WIDEST)
    assert layout.width >= layout.height - 1e-9
    assert last.bottom() <= 121


@pytest.mark.own_window
@pytest.mark.parametrize("size", [3, 5])
def test_the_kernel_of_the_window_is_as_wide_as_its_column(window: MainWindow, qtbot: QtBot, size: int) -> None:
    window.resize(1440, 900)
    window.show_explanation(True)
    window.store.commit(edits.set_kernel_size(window.store.state, 0, (size, size)))
    newest_picture(window, qtbot)

    grid = window.filter_panel.findChild(KernelGrid)
    layout = grid.layout_now

    assert grid.width() >= 0.9 * window.filter_panel.width()
    assert layout.columns * layout.width >= 0.9 * grid.width()
    texts = numbers_of(np.full((1, size, size), -2 / 3), grid.width(), grid.height())
    assert {text for text, _, _ in texts} == {"−0.667"}
    assert all(px >= READABLE_PX for _, px, _ in texts)
