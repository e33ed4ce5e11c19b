import numpy as np
import pytest

from convexplorer.kernels.design.shapes import Band, Disc, Ring, Spots, Stroke, Wedge
from convexplorer.kernels.design.spectrum import mirrored
from convexplorer.kernels.design.target import MAX_SHAPES, Target, draw

EDGE = Target(
    (
        Ring(inner=0.1, outer=0.3),
        Wedge(direction=20, width=40, level=0.5),
        Band(direction=-30, level=2),
        Spots(row=0.5, column=-0.2, level=-1),
        Stroke(points=((0.45, 0.1), (0.5, 0.2)), level=0.3),
    )
)


@pytest.mark.parametrize("shape", [(32, 32), (33, 33), (16, 21)])
def test_a_real_kernel_can_answer_what_is_drawn(shape):
    for grid in draw(EDGE, *shape):
        np.testing.assert_allclose(grid, mirrored(grid), atol=1e-12)


def test_the_later_area_holds():
    low = Target((Disc(radius=0.3), Disc(radius=0.1, level=0.25)), level=-1, margin=0)

    wanted = draw(low, 64, 64).wanted

    assert (wanted[32, 32], wanted[32, 44], wanted[32, 60]) == (0.25, 1.0, -1.0)


def test_free_bands_lie_along_the_edges_and_are_as_wide_as_the_margin():
    weights = draw(Target((Disc(radius=0.25, weight=3),), margin=0.1), 1024, 1024).weights[512, 512:]

    free = np.flatnonzero(weights == 0) / 1024
    assert free[0] == pytest.approx(0.2, abs=2e-3)
    assert free[-1] == pytest.approx(0.3, abs=2e-3)
    assert (weights[0], weights[-1]) == (3.0, 1.0)


def test_of_a_narrow_area_the_inner_half_matters():
    drawing = draw(Target((Spots(row=0.0, column=0.25, radius=0.04),), margin=0.2), 512, 512)

    mattering = (drawing.weights > 0.5) & (drawing.wanted == 1)
    columns = np.flatnonzero(mattering[256, 256:]) / 512
    assert columns.min() == pytest.approx(0.23, abs=4e-3)
    assert columns.max() == pytest.approx(0.27, abs=4e-3)


def test_without_a_margin_every_frequency_matters():
    assert (draw(Target((Disc(),), margin=0), 32, 32).weights == 1).all()


def test_an_area_without_weight_is_free():
    drawing = draw(Target((Disc(radius=0.2, weight=0),), margin=0), 64, 64)

    assert drawing.weights[32, 32] == 0
    assert drawing.weights[0, 0] == 1


def test_a_stroke_is_where_the_brush_was():
    points = tuple((0.1 + 0.002 * i, 0.3 - 0.004 * i) for i in range(50))
    wanted = draw(Target((Stroke(points=points, radius=0.03),), margin=0), 128, 128).wanted

    rows, columns = (np.arange(128) - 64) / 128, (np.arange(128) - 64) / 128
    line = np.array(points)
    steps = np.linspace(line[0], line[-1], 2000)
    away = [
        np.hypot(rows[:, None, None] - side * steps[:, 0], columns[None, :, None] - side * steps[:, 1]).min(axis=2)
        for side in (1, -1)
    ]
    np.testing.assert_array_equal(wanted == 1, np.minimum(*away) <= 0.03)


def test_words_tell_each_area():
    assert Target((Ring(),)).words() == "wavelengths 4 … 10 px: 1; elsewhere 0"
    assert Target(level=1).words() == "1 everywhere"


@pytest.mark.parametrize(
    "values",
    [{"shapes": (Disc(),) * (MAX_SHAPES + 1)}, {"margin": -0.1}, {"margin": 0.5}, {"level": np.nan}, {"weight": -1.0}],
    ids=lambda values: next(iter(values)),
)
def test_what_no_one_can_want_is_refused(values):
    with pytest.raises(ValueError):
        Target(**values)
