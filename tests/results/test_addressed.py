"""What addresses mean in networks: every value has one, and what is wrong with one is said."""

import re
from dataclasses import replace

import numpy as np
import pytest

from convexplorer import core
from convexplorer.core.kinds import KINDS
from convexplorer.model.address import Address, address_of, parse_address
from convexplorer.model.build import build, choose_input
from convexplorer.model.ready.table import READY, find_ready, ready_project
from convexplorer.results.addressed import Named, Spot, find, index_texts
from convexplorer.results.value_report import map_document, report_document, report_lines, report_value
from tests.results import every_kind


def named(project, shape=None) -> Named:
    """Return an evaluated network, on noise of a shape or on the picture of every kind."""
    if shape is None:
        image, names = choose_input(every_kind.frame(), project.channels)
    else:
        image = np.random.default_rng(1).random(shape, np.float32)
        names = ("Y",) if shape[0] == 1 else ("R", "G", "B")
    return Named(project.layers, core.evaluate(build(project.layers, image.shape).graph, image), names)


@pytest.fixture(scope="module")
def digits() -> Named:
    project = ready_project(find_ready("digits"))
    return replace(named(project, (1, 28, 28)), class_names=project.class_names)


@pytest.mark.parametrize("kind", KINDS)
def test_values_of_every_kind_are_found_by_their_addresses(kind: str):
    network = named(every_kind.project_of(kind))
    rng = np.random.default_rng(len(kind))
    for layer in range(-1, len(network.layers)):
        maps = network.evaluation.maps_of(layer)
        assert maps is not None
        place = tuple(int(rng.integers(n)) for n in maps.shape)
        address = address_of(network.layers, layer, place)

        spot = find(parse_address(str(address)), network)

        assert (spot.layer, spot.map, *spot.cell) == (layer, *place)
        assert report_value(network, spot).value == pytest.approx(float(maps[place]), abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_arithmetic_of_every_kind_can_be_written(kind: str):
    network = named(every_kind.project_of(kind))
    last = len(network.layers) - 1
    maps = network.evaluation[last]
    report = report_value(network, Spot(last, 0, tuple(n // 2 for n in maps.shape[1:])))

    text, document = "\n".join(report_lines(report)), report_document(report, is_explained=True)

    assert text.startswith(f"{report.address} = ")
    assert document["value"] == report.value
    assert np.shape(document["values"])[0] == len(document["channels"])


def test_a_written_sum_gives_the_value():
    network = named(every_kind.project_of("conv"))
    report = report_value(network, Spot(0, 1, (3, 4)))

    told = report_document(report, is_explained=True)

    products = np.multiply(told["values"], told["weights"])[np.array(told["counted"])]
    assert products.sum() + told["bias"] == pytest.approx(told["before_activation"], abs=1e-5)


def test_an_index_finds_the_value_in_arrays_of_both_orders(digits: Named):
    place = 11, 3, 4
    maps = digits.evaluation[3]

    texts = index_texts("conv2", place)

    assert eval(texts["PyTorch"], {"conv2": maps[None]}) == maps[place]
    assert eval(texts["Keras"], {"conv2": np.moveaxis(maps, 0, -1)[None]}) == maps[place]


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("conv2", Spot(3)),
        ("conv2/11", Spot(3, 11)),
        ("conv2/filter 12", Spot(3, 11)),
        ("conv2/11@(3,4)", Spot(3, 11, (3, 4))),
        ("scores/3", Spot(7, 3)),
        ('softmax/"3"', Spot(8, 3)),
        ("input/Y@(27,0)", Spot(-1, 0, (27, 0))),
    ],
)
def test_what_addresses_mean(digits: Named, text: str, spot: Spot):
    assert find(parse_address(text), digits) == spot


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("conv3", "there is no layer conv3; did you mean conv2, conv1"),
        ("zzz", "there are input, conv1, relu1"),
        ("conv2/16", "conv2 has 16 maps, 0 to 15; got 16"),
        ("scores/10", "scores has 10 values, 0 to 9; got 10"),
        ("input/1", "input has 1 map, number 0; got 1"),
        ("conv2/filter 99", "none named “filter 99”; did you mean filter 9"),
        ("conv2/3@(14,0)", "conv2/3 has 14 × 14 cells, (0,0) to (13,13); got (14,0)"),
        ("conv2/3@(1,2,3)", "a cell of conv2 has 2 numbers, its maps 14 × 14 cells; got (1,2,3)"),
        ("scores/3@(0,0)", "the values of scores have no places; write scores/3"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(digits: Named, text: str, said: str):
    with pytest.raises(ValueError, match=re.escape(said)):
        find(parse_address(text), digits)


def test_maps_of_one_name_are_told_by_their_numbers():
    project = every_kind.project_of("conv")
    first, second, *others = project.layers[0].filters
    twins = replace(project.layers[0], filters=(first, replace(second, name=first.name), *others))
    network = named(replace(project, layers=(twins, *project.layers[1:])))

    with pytest.raises(ValueError, match=r"has 2 maps named “.+”, numbers 0, 1; write one"):
        find(Address(twins.id, first.name), network)


def test_a_layer_that_failed_says_why():
    project = every_kind.project_of("flatten")
    project = every_kind.add(project, "max_pool")
    network = named(project)

    with pytest.raises(ValueError, match=r"max_pool has no maps: .+"):
        find(Address("max_pool", 0), network)


@pytest.mark.parametrize("name", ["digits", "u-net"])
def test_all_values_of_a_map_are_written_for_programs(name: str):
    assert name in READY
    project = ready_project(find_ready(name))
    prepared = project.preprocessing
    side = 28 if prepared is None or prepared.size is None else prepared.size[0]
    network = named(project, (1 if name == "digits" else 3, side, side))

    document = map_document(network, Spot(0, 2))

    np.testing.assert_array_equal(np.array(document["values"], np.float32), network.evaluation[0][2])
