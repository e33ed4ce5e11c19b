"""A crop is computed in its own right, with the layer's own settings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer import core
from convexplorer.core.geometry.places import Crop
from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.results.study import ALL, LARGEST, LUMINANCE, SMALLEST, source_choices, study
from convexplorer.sources.frame import Frame, Source
from tests.core import oracle
from tests.model.examples import CONV_KINDS, conv_layer, pool_layer


def picture_of(*layers, channels: str = "RGB"):
    rng = np.random.default_rng(5)
    image = rng.normal(size=(len(channels), 20, 30)).astype(np.float32)
    project = Project(Source("sample", "cat"), layers)
    return render(Job(Frame(image, tuple(channels)), project, View())).picture


def coloured_layer(**settings) -> Layer:
    rng = np.random.default_rng(7)
    filters = (Filter("one", rng.normal(size=(1, 3, 3)), 0.5), Filter("own", rng.normal(size=(3, 3, 3)), -0.25))
    return conv_layer(filters, **settings)


@given(st.data(), st.lists(st.integers(5, 40), min_size=1, max_size=3))
def test_a_crop_stays_in_the_input(data, spatial):
    def one_for_each_axis(low):
        return data.draw(st.tuples(*(st.integers(low, 40) for _ in spatial)))

    crop = Crop(one_for_each_axis(-40), one_for_each_axis(1)).within(spatial, SMALLEST, LARGEST)

    assert all(SMALLEST <= n <= LARGEST for n in crop.size)
    assert all(0 <= first < stop <= n for first, stop, n in zip(crop.start, crop.stop, spatial, strict=True))


@pytest.mark.parametrize(("strides", "padding"), [((1, 1), "same"), ((2, 2), "valid"), ((1, 2), ((2, 1), (0, 3)))])
@pytest.mark.parametrize("border", ["zeros", "edge"])
def test_all_channels_are_computed_as_the_oracle_does(strides, padding, border):
    picture = picture_of(coloured_layer(strides=strides, padding=padding, border=border))

    found = study(picture, 0, 1, Crop((4, 6), (7, 9)), ALL, is_alone=True)

    expected = oracle.conv(
        picture.input[:, 4:11, 6:15],
        picture.project.layers[0].filters[1].planes[np.newaxis],
        [-0.25],
        strides=strides,
        padding=padding,
        dilation_rate=(1, 1),
        border=border,
    )
    assert np.allclose(found.output, expected[0], atol=1e-5)
    assert found.names == ("R", "G", "B")


def test_one_channel_meets_its_own_plane_alone():
    picture = picture_of(coloured_layer())

    found = study(picture, 0, 1, Crop((4, 6), (7, 9)), "1", is_alone=True)

    planes = picture.project.layers[0].filters[1].planes
    kernel = planes[np.newaxis, 1:2].astype(np.float32)
    expected = core.conv(picture.input[1:2, 4:11, 6:15], kernel, [-0.25], padding="same")
    assert found.names == ("G",)
    assert np.allclose(found.output, expected[0], atol=1e-5)


def test_luminance_is_computed_as_if_it_were_chosen_for_the_picture():
    layer = coloured_layer(padding="valid")
    picture = picture_of(layer)

    found = study(picture, 0, 1, Crop((4, 6), (7, 9)), LUMINANCE, is_alone=True)

    y = core.luminance(np.ascontiguousarray(picture.input[:, 4:11, 6:15]))
    plane = layer.filters[1].planes.sum(axis=0)[np.newaxis, np.newaxis].astype(np.float32)
    assert np.allclose(found.output, core.conv(y, plane, [-0.25])[0], atol=1e-5)


def test_inside_a_crop_the_values_are_those_of_the_map():
    picture = picture_of(coloured_layer(padding="same", activation=Activation("relu")))

    found = study(picture, 0, 0, Crop((4, 6), (7, 9)), ALL, is_alone=True)

    assert np.allclose(found.output[1:-1, 1:-1], picture.evaluation[0][0, 5:10, 7:14], atol=1e-5)
    assert not np.allclose(found.output, picture.evaluation[0][0, 4:11, 6:15])


def test_every_output_has_its_trace():
    picture = picture_of(coloured_layer(strides=(2, 2)))

    found = study(picture, 0, 1, None, ALL)

    for cell in np.ndindex(*found.output.shape):
        assert found.trace(cell).value == found.output[cell]


def test_a_pool_reads_its_own_channel():
    picture = picture_of(coloured_layer(), pool_layer("max", (2, 2), (2, 2)))

    found = study(picture, 1, 1, Crop((0, 0), (6, 6)), ALL)

    assert found.sources == (1,)
    assert np.array_equal(found.output, picture.evaluation[0][1, :6, :6].reshape(3, 2, 3, 2).max(axis=(1, 3)))


@pytest.mark.parametrize("kind", CONV_KINDS)
@pytest.mark.parametrize("strides", [(1, 1), (2, 2)])
def test_every_kind_of_convolution_is_computed_on_the_crop(kind, strides):
    picture = picture_of(coloured_layer(kind=kind, strides=strides))
    layer = picture.evaluation.layers[0]

    found = study(picture, 0, 1, Crop((4, 6), (7, 9)), ALL, is_alone=True)

    expected = layer(np.ascontiguousarray(picture.input[:, 4:11, 6:15]))[1]
    assert np.allclose(found.output, expected, atol=1e-5)
    for cell in [(0, 0), (1, 2), (found.output.shape[0] - 1, found.output.shape[1] - 1)]:
        assert found.trace(cell).reference == pytest.approx(float(found.output[cell]), abs=1e-5)


def test_a_window_that_does_not_fit_is_a_sentence():
    layer = conv_layer((Filter("large", np.ones((1, 9, 9))),), padding="valid")

    found = study(picture_of(layer), 0, 0, Crop((0, 0), (5, 5)), ALL, is_alone=True)

    assert found.output is None
    assert "9" in found.error


@pytest.mark.parametrize(
    ("channels", "expected"),
    [("RGB", ["luminance", "all", "0", "1", "2"]), ("Y", ["all"]), ("VWXYZ", ["0", "1", "2", "3", "4"])],
)
def test_what_can_be_studied_follows_the_input(channels, expected):
    picture = picture_of(conv_layer((Filter("one", np.ones((1, 3, 3))),)), channels=channels)

    assert [key for key, _ in source_choices(picture, 0)] == expected


SETTINGS = st.fixed_dictionaries(
    {
        "strides": st.sampled_from([(1, 1), (2, 2), (3, 1), (4, 5)]),
        "padding": st.sampled_from(["valid", "same", ((2, 1), (0, 3))]),
        "dilation_rate": st.sampled_from([(1, 1), (2, 2), (1, 3)]),
        "border": st.sampled_from(["zeros", "edge", "reflect", "wrap"]),
    }
)


@given(
    st.sampled_from(["conv", "depthwise_conv", "separable_conv"]),
    SETTINGS,
    st.sampled_from([(1, 1), (2, 2), (3, 3), (4, 5)]),
    st.tuples(st.integers(-2, 22), st.integers(-2, 32)),
    st.tuples(st.integers(5, 20), st.integers(5, 30)),
)
@settings(max_examples=60)
def test_among_its_neighbours_a_crop_has_the_outputs_of_the_map(kind, options, size, start, extent):
    if options["strides"] != (1, 1) and kind != "conv":
        options = {**options, "dilation_rate": (1, 1), "strides": (options["strides"][0],) * 2}
    rng = np.random.default_rng(11)
    picture = picture_of(conv_layer((Filter("one", rng.normal(size=(3, *size)), 0.5),), kind=kind, **options))
    maps = picture.evaluation.maps_of(0)
    if maps is None:
        return

    found = study(picture, 0, 0, Crop(start, extent), ALL)

    if found.first is None:
        assert options["border"] == "wrap"
        return
    rows, columns = (slice(i, i + n) for i, n in zip(found.first, found.output.shape, strict=True))
    assert np.allclose(found.output, maps[0, rows, columns], atol=1e-5)
    assert found.output.shape == maps[0, rows, columns].shape
    assert all(a <= b for a, b in zip(found.region.start, found.crop.start, strict=True))
    assert all(a >= b for a, b in zip(found.region.stop, found.crop.stop, strict=True))


@pytest.mark.parametrize("kind", ["max", "average"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [(1, 1), (2, 2), (3, 2)])
@pytest.mark.parametrize("start", [(0, 0), (7, 9), (14, 24)])
def test_a_pool_among_neighbours_has_the_outputs_of_the_map(kind, padding, strides, start):
    picture = picture_of(coloured_layer(), pool_layer(kind, (3, 2), strides, padding))

    found = study(picture, 1, 1, Crop(start, (6, 6)), ALL)

    rows, columns = (slice(i, i + n) for i, n in zip(found.first, found.output.shape, strict=True))
    assert np.allclose(found.output, picture.evaluation[1][1, rows, columns], atol=1e-5)


def test_the_output_of_a_cell_is_the_one_whose_window_has_it_in_the_middle():
    picture = picture_of(coloured_layer(strides=(2, 2)))

    found = study(picture, 0, 0, Crop((4, 6), (8, 8)), ALL)
    cell = found.output_near((9, 11))

    rows, columns = found.trace(cell).window.positions
    assert (rows[1] + found.region.start[0], columns[1] + found.region.start[1]) == (9, 11)
