"""The input of a network on screen: the picture after its size has changed, with the numbers that the network gets."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.storage.documents import ProjectError
from convexplorer.model.storage.files import from_json, to_json
from convexplorer.model.view import View
from convexplorer.results.explanation import explain
from convexplorer.results.glance import input_settings
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.results.stage import input_place
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame, Source

CAFFE = Preprocessing((24, 24), order="bgr", high=255.0, mean=(103.939, 116.779, 123.68))
TORCH = Preprocessing((20, 30), "stretch", mean=(0.485, 0.456, 0.406), deviation=(0.229, 0.224, 0.225))
GREY = Preprocessing((28, 28), "letterbox", order="grey", mean=(0.1307,), deviation=(0.3081,))
INVERTED = Preprocessing((16, 16), order="grey", low=1.0, high=0.0)
EVERY = pytest.mark.parametrize("preprocessing", [CAFFE, TORCH, GREY, INVERTED, Preprocessing(low=-1.0)])


@pytest.fixture(params=["bytes", "floats", "alpha"])
def frame(request):
    pixels = np.random.default_rng(1).integers(0, 256, (48, 60, 3), np.uint8)
    content = ByteImage(pixels)
    if request.param == "bytes":
        return Frame(content, ("R", "G", "B"))
    if request.param == "floats":
        return Frame(content.image, ("R", "G", "B"))
    alpha = np.linspace(0, 1, 48 * 60, dtype=np.float32).reshape(1, 48, 60)
    return Frame(np.concatenate([content.image, alpha]), ("R", "G", "B", "A"))


def shown(frame, preprocessing, **display):
    project = replace(default_project(Source("sample", "cat")), preprocessing=preprocessing)
    job = Job(frame, edits.set_display(project, **display), View())
    return job, render(job).picture


@EVERY
def test_the_tile_has_the_colours_of_the_picture_and_the_numbers_of_the_network(frame, preprocessing):
    _, picture = shown(frame, preprocessing)
    _, plain = shown(frame, replace(preprocessing, low=0.0, high=1.0, mean=(0.0,), deviation=(1.0,)))

    tile = picture.input_tile
    expected = picture.input if len(picture.input) > 1 else picture.input[0]
    assert np.array_equal(tile.values, expected)
    assert np.array_equal(tile.indexed, plain.input_tile.indexed)
    assert (tile.minimum, tile.maximum) == (expected.min(), expected.max())
    assert tile.levels.low <= tile.minimum < tile.maximum <= tile.levels.high
    assert tile.title == " ".join(picture.input_names)


def test_reversed_channels_are_drawn_in_true_colours(frame):
    _, reversed_ = shown(frame, Preprocessing((24, 24), order="bgr"))
    _, usual = shown(frame, Preprocessing((24, 24)))

    assert np.array_equal(reversed_.input_tile.indexed, usual.input_tile.indexed)
    assert np.array_equal(reversed_.input_tile.values, usual.input_tile.values[::-1])


@EVERY
def test_a_glance_shows_what_the_picture_shows(frame, preprocessing):
    job, picture = shown(frame, preprocessing)

    glance = Glancer().glance(job)

    assert glance is not None
    tile, sight = picture.input_tile, glance.input
    assert np.array_equal(sight.pixels, tile.indexed)
    assert (sight.title, sight.levels, sight.cells) == (tile.title, tile.levels, picture.input.shape[1:])
    for one, other in zip(glance.maps, picture.tiles, strict=True):
        assert one is not None
        np.testing.assert_allclose(one.pixels.astype(int), other.indexed.astype(int), atol=1)


def test_places_are_those_of_what_the_network_sees(frame):
    _, picture = shown(frame, TORCH)

    explanation = explain(picture, 0, 0, (3, 4))

    assert picture.look.spatial == (20, 30)
    trace = explanation.trace
    assert np.array_equal(trace.values[:, 1, 1], picture.input[:, 3, 4])
    assert input_place(picture.evaluation, 0, 1, picture.look).jump == (1, 1)


def test_where_alpha_is_left_out_a_checkerboard_shows_it():
    pixels = np.full((4, 48, 60), 0.5, np.float32)
    pixels[3] = np.arange(60) >= 30
    frame = Frame(pixels, ("R", "G", "B", "A"))

    _, picture = shown(frame, TORCH, has_checkerboard=True)

    indexed = picture.input_tile.indexed
    assert len(np.unique(indexed[:, :14])) > 1
    assert np.ptp(indexed[:, 16:]) <= 1


def test_another_preprocessing_is_another_input(frame):
    job, _ = shown(frame, TORCH)
    other, _ = shown(frame, CAFFE)

    assert input_settings(job) != input_settings(other)


@EVERY
def test_it_comes_back_from_a_file(preprocessing):
    project = replace(default_project(), preprocessing=preprocessing)

    assert from_json(to_json(project)).preprocessing == preprocessing
    assert "preprocessing" not in to_json(default_project())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"size": [0, 4]', "size must be rows and columns"),
        ('"size": [4]', "2"),
        ('"fit": "squeeze"', "fit must be one of"),
        ('"order": 3', "order"),
        ('"deviation": [0]', "the deviation must not be 0"),
        ('"mean": []', "mean"),
        ('"mean": [1, 2]', "mean must have one number"),
        ('"sponge": 1', "sponge"),
    ],
)
def test_what_a_file_says_wrongly_is_named(text, message):
    document = to_json(default_project()).rstrip().removesuffix("}")

    with pytest.raises(ProjectError, match=message):
        from_json(f'{document}, "preprocessing": {{{text}}}}}')


def test_an_edit_sets_it_and_the_same_again_changes_nothing():
    project = default_project()

    changed = edits.set_preprocessing(project, TORCH)

    assert changed.preprocessing == TORCH
    assert edits.set_preprocessing(changed, Preprocessing(**vars(TORCH))) is changed
    assert edits.set_preprocessing(changed, None).preprocessing is None
