"""A frame: any data with channels and one to three spatial axes."""

import numpy as np
import pytest

from convexplorer.core.geometry.axes import AXES, Axis
from convexplorer.sources.frame import Frame


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ((2, 200), ["samples"]),
        ((3, 12, 16), ["rows", "columns"]),
        ((1, 6, 7, 8), ["slices", "rows", "columns"]),
    ],
)
def test_the_axes_are_the_usual_ones_for_their_number(shape, names):
    frame = Frame(np.zeros(shape, np.float32), ("0",) * shape[0])

    assert [axis.name for axis in frame.axes] == names
    assert frame.spatial == shape[1:]


def test_a_source_may_name_its_axes_and_their_units():
    seconds = Axis("seconds", "start", "end", "s", 0.001)

    assert Frame(np.zeros((1, 200), np.float32), ("left",), axes=(seconds,)).axes == (seconds,)


@pytest.mark.parametrize("shape", [(3,), (1, 2, 3, 4, 5)])
def test_data_without_places_or_with_too_many_axes_is_refused(shape):
    with pytest.raises(ValueError, match=r"image must have the shape \(channels, \*spatial\), 1 to 3 axes; got"):
        Frame(np.zeros(shape, np.float32), ("0",) * shape[0])


def test_every_axis_needs_a_name():
    with pytest.raises(ValueError, match="each of the image's 2 spatial axes; got samples"):
        Frame(np.zeros((1, 4, 5), np.float32), ("Y",), axes=AXES[1])
