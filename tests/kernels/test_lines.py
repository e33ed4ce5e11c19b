"""Lines over a kernel: what they cover, and that their handles make them again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.kernels.formulas import motion_blur
from convexplorer.kernels.lines import LONGEST_LINE, Line

places = st.floats(-5, 20)
points = st.tuples(places, places)
lines = st.builds(Line, places, places, st.floats(-180, 180), st.floats(1.5, 40), st.floats(1, 9))


@pytest.mark.parametrize("slope", [0, 30, 45, 90, 123])
def test_a_line_through_the_middle_is_the_one_of_the_formula(slope):
    wanted = motion_blur(slope, 9)
    size = wanted.shape

    found = Line(size[0] / 2, size[1] / 2, slope, 9, 1).coverage(size)

    assert np.allclose(found / found.sum(), wanted)


@given(line=lines)
def test_the_ends_make_the_line_again(line):
    again = Line.between(*line.ends, line.width)

    assert np.allclose(again.coverage((20, 20)), line.coverage((20, 20)), atol=1e-6)
    assert again.length == pytest.approx(line.length)


@given(line=lines)
def test_the_side_gives_the_width_again(line):
    assert line.width_to(line.side) == pytest.approx(line.width)


@given(start=points, end=points)
def test_a_line_between_two_cells_covers_both(start, end):
    cells = [tuple(int(np.floor(x)) for x in point) for point in (start, end)]
    line = Line.between(*((row + 0.5, column + 0.5) for row, column in cells), 1.0)

    found = line.coverage((20, 20))

    for row, column in cells:
        if 0 <= row < 20 and 0 <= column < 20:
            assert found[row, column] == pytest.approx(1)


def test_a_point_is_a_line_of_one_cell():
    found = Line.between((2.5, 2.5), (2.5, 2.5), 1.0).coverage((5, 5))

    assert found.sum() == found[2, 2] == 1


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((0, 0, np.nan, 3, 1), "the slope of a line must be finite; got nan"),
        ((0, 0, 0, 0.5, 1), "the length of a line must lie in 1…363 px; got 0.5"),
        ((0, 0, 0, 3, 1e9), "the width of a line must lie in 1…363 px; got 1e\\+09"),
        ((np.inf, 0, 0, 3, 1), "the row of a line must be finite"),
    ],
)
def test_a_line_that_cannot_be_is_refused(numbers, sentence):
    with pytest.raises(ValueError, match=sentence):
        Line(*numbers)


def test_points_far_apart_make_the_longest_line():
    assert Line.between((0, 0), (1e6, 0), 1).length == LONGEST_LINE
