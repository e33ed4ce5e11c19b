"""Kinds that only a file of a network brings: built, explained and saved as all others, and never offered."""

import pytest

from convexplorer.core.kinds import KINDS, ROWS
from convexplorer.model.layer import make_layer
from convexplorer.model.limits import limits, size_formula
from convexplorer.model.project import Project
from convexplorer.model.storage.files import from_json, to_json
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.results.trace_words import words_of
from convexplorer.sources.frame import Source
from tests.results.every_kind import explained, frame

# On a picture of 3 × 24 × 36.
LAYERS = {
    "reshape": (make_layer("reshape", shape=(9, 12, -1), channels_last=False), (9, 12, 24)),
    "reshape, of Keras": (make_layer("reshape", shape=(3, 36, 24)), (3, 36, 24)),
    "permute": (make_layer("permute", dims=(0, 2, 1)), (3, 36, 24)),
    "depth_to_space": (make_layer("depth_to_space", block_size=1), (3, 24, 36)),
    "space_to_depth": (make_layer("space_to_depth", mode="DCR"), (12, 12, 18)),
}
EVERY = pytest.mark.parametrize(("layer", "shape"), LAYERS.values(), ids=LAYERS)


def project_of(*layers):
    return Project(Source("sample", "cat"), layers)


@EVERY
def test_each_is_computed_and_explained(layer, shape):
    project = project_of(layer, make_layer("max_pool", pool_size=1, strides=1))

    picture = render(Job(frame(), project, View(project.ids[0]))).picture
    explanation = explained(picture, channel=shape[0] - 1)

    assert [one.error for one in picture.layers] == ["", ""]
    assert picture.layers[0].output_shape == shape
    assert len(picture.tiles) == shape[0]
    trace = explanation.trace
    assert trace.value == picture.evaluation[0][trace.place]
    assert [line.text for line in words_of(trace).lines(trace, explanation.channel_names)][-1] == "as it is"


@EVERY
def test_each_comes_back_from_a_file_and_says_its_size(layer, shape):
    (opened,) = from_json(to_json(project_of(layer))).layers

    (formula,) = size_formula(layer, (3, 24, 36))
    assert opened.settings == layer.settings
    assert formula.text == f"3×24×36 → {'×'.join(map(str, shape))}"
    assert limits(layer, (3, 24, 36)) == {}


@pytest.mark.parametrize(("kind", "settings"), [("depth_to_space", {}), ("reshape", {"shape": (5, 5)})])
def test_what_does_not_fit_is_said_at_the_layer(kind, settings):
    project = project_of(make_layer(kind, **settings))

    report = render(Job(frame(), project, View(project.ids[0]))).picture.layers[0]

    assert "3, 24, 36" in report.error
    assert size_formula(project.layers[0], (3, 24, 36))[0].problem == report.error


def test_nobody_adds_them():
    assert set(ROWS) - set(KINDS) == {
        "onnx_operator",
        "unknown",
        "reshape",
        "permute",
        "depth_to_space",
        "space_to_depth",
    }
