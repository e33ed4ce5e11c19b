"""The distribution of a map's values counts every cell once, before and after the activation."""

import numpy as np
import pytest

from convexplorer.kernels.filter import Filter
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.distribution import Distribution, distribution
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, Source
from tests.model.examples import conv_layer

EDGE = Filter("edge", np.array([[[-1.0, 1.0]]]))


def picture_of(image: np.ndarray, activation: str = "linear") -> Picture:
    layer = conv_layer((EDGE,), activation=activation)
    return render(Job(Frame(image, ("Y",)), Project(Source("pattern", "noise"), (layer,)), View())).picture


@pytest.fixture
def image() -> np.ndarray:
    return np.random.default_rng(3).random((1, 40, 61), dtype=np.float32)


def found_in(picture: Picture) -> Distribution:
    found = distribution(picture, 0)
    assert found is not None
    return found


def test_every_cell_is_counted_once_and_in_its_bin(image: np.ndarray) -> None:
    picture = picture_of(image)
    found = found_in(picture)
    values = picture.tiles[0].values
    assert found.counts.sum() == values.size
    assert found.before is None
    assert np.array_equal(found.counts, np.histogram(values, found.edges)[0])
    assert (found.edges[0], found.edges[-1]) == (values.min(), values.max())


def test_before_the_activation_the_cells_lie_where_they_were(image: np.ndarray) -> None:
    found = found_in(picture_of(image, "relu"))
    plain = found_in(picture_of(image))
    assert found.before is not None
    assert np.array_equal(found.before, plain.counts)
    assert found.activation == "ReLU"
    # All that was negative is 0 now.
    is_below = found.edges[1:] <= 0
    assert found.counts[is_below].sum() == 0
    assert found.before[is_below].sum() > 0
    assert found.counts.sum() == found.before.sum()


def test_the_bin_under_a_value_tells_its_share(image: np.ndarray) -> None:
    found = found_in(picture_of(image))
    for value in (found.edges[0], 0.1234, found.edges[-1]):
        told = found.share_at(float(value))
        assert told is not None
        low, high, share = told
        assert low <= value <= high
        assert share == found.counts[np.flatnonzero(found.edges[:-1] == low)[0]] / found.counts.sum()
    assert found.share_at(float(found.edges[-1]) + 1) is None


def test_values_that_are_not_finite_are_left_out(image: np.ndarray) -> None:
    image[0, 5, 5] = np.nan
    found = found_in(picture_of(image))
    assert 0 < image.size - found.counts.sum() <= 2


def test_a_map_without_finite_values_has_none() -> None:
    assert distribution(picture_of(np.full((1, 4, 5), np.nan, np.float32)), 0) is None


def test_a_map_of_one_value_has_it_in_one_bin() -> None:
    found = found_in(picture_of(np.ones((1, 6, 7), np.float32)[:, :, :1]))
    assert found.counts.max() == found.counts.sum()
