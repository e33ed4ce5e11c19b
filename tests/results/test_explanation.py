"""The explanation of a value of a picture: its numbers are those of the maps, its places those of the picture."""

import numpy as np
import pytest

from convexplorer.core.geometry.places import Grid
from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import Filter
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.explanation import cell_under, explain
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, Source
from tests.model.examples import CONV_KINDS, conv_layer, pool_layer

SOBEL_X = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
LAPLACIAN = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])


def picture_of(*layers, rows=14, columns=17):
    image = np.random.default_rng(2).random((3, rows, columns), dtype=np.float32)
    image.flags.writeable = False
    frame = Frame(image, ("R", "G", "B"))
    return render(
        Job(frame, Project(Source("sample", "cat"), layers), View(Project(Source("sample", "cat"), layers).ids[-1]))
    ).picture


def bank(**settings):
    return conv_layer((Filter("a", SOBEL_X, bias=0.25), Filter("b", LAPLACIAN)), **settings)


@pytest.mark.parametrize("kind", CONV_KINDS)
@pytest.mark.parametrize("cell", [(0, 0), (3, 4), (6, 8)])
def test_the_parts_of_every_kind_of_convolution_sum_up_to_the_value_in_its_map(kind, cell):
    picture = picture_of(bank(kind=kind, strides=(2, 2)))

    explanation = explain(picture, 0, 1, cell)
    trace = explanation.trace

    assert trace.value == picture.tiles[1].values[cell]
    assert trace.sums.sum() + trace.bias == pytest.approx(trace.linear, abs=1e-5)
    assert trace.running[-1] + trace.bias == pytest.approx(trace.linear, abs=1e-5)
    assert np.allclose(trace.products.sum(axis=(1, 2)), trace.sums, atol=1e-5)


def test_a_separable_value_is_explained_by_its_steps_on_the_input():
    explanation = explain(picture_of(bank(kind="separable_conv")), 0, 1, (5, 5))

    assert explanation.channel_names == ("R", "G", "B")
    assert np.array_equal(explanation.trace.weights, [LAPLACIAN.astype(np.float32)] * 3)


def test_the_window_lies_where_the_values_are_read():
    picture = picture_of(bank(strides=(2, 3), padding="valid"))

    explanation = explain(picture, 0, 0, (2, 3))

    rows, columns = explanation.trace.window.positions
    assert (rows.tolist(), columns.tolist()) == ([4, 5, 6], [9, 10, 11])
    assert np.array_equal(explanation.trace.values, picture.input[:, 4:7, 9:12])
    assert explanation.input_grid == Grid()
    assert explanation.grid.place_of((2, 3)) == (5.5, 10.5)


def test_a_place_outside_means_the_nearest_and_says_so():
    explanation = explain(picture_of(bank()), 0, 0, (99, -3))

    assert explanation.cell == (13, 0)
    assert explanation.was_moved


def test_layers_behind_others_are_explained_by_what_enters_them():
    picture = picture_of(bank(activation=Activation("relu")), pool_layer())

    explanation = explain(picture, 1, 1, (2, 3))

    assert explanation.title == "b"
    assert explanation.channel_names == ("b",)
    assert explanation.trace.value == picture.tiles[1].values[2, 3]
    assert not explanation.is_picture


def test_the_cell_under_a_place_follows_the_strides():
    picture = picture_of(bank(strides=(2, 2)))

    assert cell_under(picture, 0, (4.5, 6.5)) == (2, 3)
    assert cell_under(picture, 0, (-9.0, 6.5)) is None


def test_layers_without_maps_have_no_explanation():
    picture = picture_of(bank(padding="valid"), rows=2, columns=2)

    assert explain(picture, 0, 0, (0, 0)) is None
    assert cell_under(picture, 0, (0.5, 0.5)) is None
