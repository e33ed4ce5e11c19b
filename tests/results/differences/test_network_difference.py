"""Two networks on one frame: what differs and by how much, what is only rounding, and what it comes to in words."""

import csv
import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from convexplorer import core
from convexplorer.model.build import build, choose_input
from convexplorer.model.edits import add_layer
from convexplorer.model.layer import Layer
from convexplorer.model.layer_text import parse_layer
from convexplorer.model.project import Project
from convexplorer.model.ready.table import READY, find_ready, ready_project
from convexplorer.results.differences.comparing import compared_on
from convexplorer.results.differences.difference_text import HEADS, as_csv, as_json, as_markdown, as_text
from convexplorer.results.differences.difference_words import card_note, summary_sentences, verdict, weights_text
from convexplorer.results.differences.network_difference import (
    Evaluated,
    LayerDifference,
    NetworkDifference,
    network_difference,
)
from convexplorer.results.differences.pairing import Part
from convexplorer.sources.frame import Frame
from convexplorer.words import shape_text
from tests.results.every_kind import frame, project_of


def digit() -> Frame:
    image = np.random.default_rng(5).random((1, 28, 28), np.float32)
    image.flags.writeable = False
    return Frame(image, ("Y",))


def digits() -> Project:
    return ready_project(find_ready("digits"))


def with_layer(project: Project, index: int, layer: Layer) -> Project:
    return replace(project, layers=(*project.layers[:index], layer, *project.layers[index + 1 :]))


def with_weight(project: Project, index: int, step: float) -> Project:
    """Return a project with one weight of the first filter of a layer changed."""
    layer = project.layers[index]
    planes = layer.filters[0].planes.copy()
    planes[0, 3, 3] += step
    return with_layer(
        project, index, replace(layer, filters=(replace(layer.filters[0], planes=planes), *layer.filters[1:]))
    )


def of(found: NetworkDifference, name: str) -> LayerDifference:
    return next(one for one in found.layers if name in (one.name, one.reference))


@pytest.mark.parametrize("name", READY)
def test_every_ready_network_differs_from_itself_by_exactly_nothing(name: str):
    network = find_ready(name)

    found = compared_on(frame(), ready_project(network), ready_project(network))

    assert {one.largest for one in found.compared} <= {0}
    assert all(one.weights is None or one.weights.is_same for one in found.layers)
    assert not found.exceeds(0.0) or not found.compared  # a picture that is too small for it


def test_an_edit_is_seen_in_its_layer_and_in_all_behind_it():
    found = compared_on(digit(), with_weight(digits(), 3, 0.25), digits())

    assert [one.is_same for one in found.layers] == [True] * 3 + [False] * 6
    assert {verdict(one) for one in found.layers[3:]} == {"differs"}
    assert (found.layers[3].weights.differing, found.layers[3].weights.largest) == (1, 0.25)
    assert weights_text(found.layers[3].weights) == "1 of 3,216, at most 0.25"
    assert found.layers[0].weights.differing == 0


def test_the_differences_are_those_of_maps_that_were_computed_apart():
    own, reference = with_weight(digits(), 0, 0.5), digits()
    image, _ = choose_input(digit(), own.channels, own.numbers, own.preprocessing)

    found = compared_on(digit(), own, reference)

    maps = [core.evaluate(build(one.layers, image.shape).graph, image) for one in (own, reference)]
    for one, a, b in zip(found.layers, *maps, strict=True):
        assert one.values is not None
        size = np.abs(a.astype(np.float64) - b)
        assert one.values.largest == size.max()
        assert size[one.values.place] == size.max()
        assert one.values.mean == pytest.approx(size.mean(), rel=1e-12)


def test_a_small_edit_is_not_called_rounding():
    found = compared_on(digit(), with_weight(digits(), 0, 1e-7), digits())

    assert of(found, "conv1").weights.differing == 1
    assert not any(one.is_rounding for one in found.layers)


@pytest.mark.parametrize("name", ["digits", "lenet-5", "tiny-vgg", "resnet-block", "mobilenet-block"])
def test_what_the_same_weights_give_in_float64_differs_by_rounding(name: str):
    project = ready_project(find_ready(name))
    own = compared_on(frame(), project, project).own
    graph, image = own.evaluation.graph, own.evaluation.image
    exact = Evaluated(project, core.evaluate(graph, image.astype(np.float64)), own.names)

    found = network_difference(own, exact)

    assert found.compared == found.layers
    assert {verdict(one) for one in found.layers} <= {"the same", "rounding"}
    assert any(one.is_rounding for one in found.layers)
    assert not found.exceeds(None)
    assert found.exceeds(0.0)
    assert summary_sentences(found)[0].startswith("The same but for rounding, at most ")


def test_more_than_rounding_is_not_called_so_though_no_weight_differs():
    own = compared_on(digit(), digits(), digits()).own
    maps = own.evaluation[3] + np.float32(1e-3)
    results = (*own.evaluation.results[:3], replace(own.evaluation.results[3], maps=maps), *own.evaluation.results[4:])
    other = Evaluated(own.project, replace(own.evaluation, results=results), own.names)

    found = network_difference(own, other)

    assert [verdict(one) for one in found.layers[2:5]] == ["the same", "differs", "the same"]


def test_layers_without_counterpart_are_said_and_end_the_comparison():
    own = digits()
    shorter = replace(own, layers=own.layers[:-1])

    found = compared_on(digit(), own, shorter)

    assert of(found, "softmax").reason == "not in the reference"
    assert of(compared_on(digit(), shorter, own), "softmax").reason == "only in the reference"
    assert not found.has_common_end
    assert found.exceeds(math.inf)
    assert "1 layer has nothing to be compared with." in summary_sentences(found)


def test_two_shapes_are_said():
    own = project_of("max_pool")
    wider = with_layer(own, 3, own.layers[3].with_settings(pool_size=(3, 3), strides=(3, 3)))

    last = compared_on(frame(), own, wider).layers[-1]

    assert last.values is None
    assert last.reason == f"two shapes: {shape_text(last.shape)} against {shape_text(last.reference_shape)}"
    assert last.shape != last.reference_shape


def test_a_layer_that_fails_says_why():
    own = digits()
    broken = with_layer(own, 0, own.layers[0].with_settings(padding="valid", dilation_rate=(9, 9)))

    found = compared_on(digit(), own, broken)

    assert found.layers[0].reason.startswith("the reference: ")
    assert not found.compared


def test_a_tolerance_allows_differences():
    found = compared_on(digit(), with_weight(digits(), 0, 0.5), digits())
    largest = found.largest.values.largest

    assert found.exceeds(None)
    assert found.exceeds(0.999 * largest)
    assert not found.exceeds(largest)


def test_the_winner_of_both_is_told():
    own = digits()
    dense = own.layers[7]
    bias = np.zeros(10, np.float32)
    bias[4] = 100
    won = with_layer(own, 7, replace(dense, weights={**dense.weights, "bias": bias}))

    scores = compared_on(digit(), won, own).scores

    assert scores is not None
    assert (scores.own[0].index, scores.own[0].text) == (4, "100.0 %")
    assert len(scores.own) == len(scores.reference) == 5
    assert not scores.is_same_winner
    assert scores.sentence.startswith("It says 4 (100.0 %), the reference ")
    assert compared_on(digit(), own, digits()).scores.is_same_winner


def test_scores_are_from_the_highest_to_the_lowest():
    scores = compared_on(digit(), digits(), digits()).scores

    values = [one.value for one in scores.own]
    assert values == sorted(values, reverse=True)
    assert values[0] == np.max(compared_on(digit(), digits(), digits()).own.evaluation[8])


def test_numbers_of_what_a_layer_gives_are_found_by_its_position():
    found = compared_on(digit(), digits(), digits())

    assert found.of_layer(4).pair.own == Part(4)
    assert found.of_layer(99) is None


def test_every_form_of_the_table_holds_every_layer():
    found = compared_on(digit(), with_weight(digits(), 0, 0.5), replace(digits(), layers=digits().layers[:-1]))
    names = [one.name for one in found.layers]

    lines = as_text(found).splitlines()
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    content = json.loads(as_json(found))
    page = as_markdown(found).splitlines()

    assert [line.split()[0] for line in lines[2 : 3 + len(names)]] == ["input", *names]
    assert [row["layer"] for row in rows] == names
    assert [one["layer"] for one in content["layers"]] == names
    assert sum(line.startswith("|") for line in page) == 3 + len(names)
    assert lines[0].split()[0] == HEADS[0]
    assert float(rows[0]["largest"]) == content["layers"][0]["largest"] == found.layers[0].largest
    assert rows[-1]["largest"] == ""
    assert content["layers"][-1]["largest"] is None
    assert rows[0]["place"] == "x".join(map(str, found.layers[0].values.place))


def test_infinite_differences_are_written():
    broken = with_weight(digits(), 0, math.inf)

    found = compared_on(digit(), broken, digits())

    assert found.exceeds(1e30)
    assert json.loads(as_json(found))["layers"][0]["largest"] == "inf"
    assert "∞" in as_text(found)


def test_what_a_picture_becomes_is_compared_too():
    project = add_layer(digits(), parse_layer("relu", digits()))
    other = replace(project, preprocessing=replace(project.preprocessing, high=2.0))

    found = compared_on(digit(), project, other)

    assert found.input.largest > 0
    assert found.input.relative == pytest.approx(0.5)


@pytest.mark.parametrize("step", [1e-5, 0.0123456, 0.5, 3.0, 77.7, 12345.678, math.inf])
def test_what_stands_on_a_card_fits_it(step: float):
    found = compared_on(digit(), with_weight(digits(), 0, step), digits())

    notes = [card_note(one) for one in found.layers]

    assert max(map(len, notes)) <= 18
    assert all(note.startswith("max ") for note in notes)
