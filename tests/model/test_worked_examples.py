"""Worked examples: what a lecturer would write on the board, from plain loops in float64."""

import numpy as np
import pytest

from convexplorer import core
from convexplorer.model.build import build, choose_input
from convexplorer.model.project import Project
from convexplorer.model.storage.files import from_json, to_json
from convexplorer.model.worked_examples import EXAMPLES, find_example
from convexplorer.sources import open_reader
from convexplorer.sources.numbers import grid_of


def maps_of(project: Project) -> list[np.ndarray]:
    frame = open_reader(project.source).read()
    assert frame is not None
    image, _ = choose_input(frame, project.channels, project.numbers)
    return list(core.evaluate(build(project.layers, image.shape).graph, image))


def correlated(x: np.ndarray, kernel: np.ndarray, bias: float, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Return one map by plain loops: x (C, H, W), kernel (C, kh, kw)."""
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    _, kh, kw = kernel.shape
    rows, columns = (x.shape[1] - kh) // stride + 1, (x.shape[2] - kw) // stride + 1
    return np.array(
        [
            [(x[:, r * stride :, c * stride :][:, :kh, :kw] * kernel).sum() + bias for c in range(columns)]
            for r in range(rows)
        ]
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_maps_of_an_example_are_those_of_plain_loops(name: str):
    project = EXAMPLES[name].make()
    x = grid_of(project.source.address)
    layer = project.layers[0]
    padding = 0 if layer["padding"] == "valid" else layer["padding"][0][0]

    maps = maps_of(project)[0]

    for one, shown in zip(layer.filters, maps, strict=True):
        kernel = np.broadcast_to(one.planes, (len(x), *one.size))
        np.testing.assert_allclose(shown, correlated(x, kernel, one.bias, layer["strides"][0], padding), atol=1e-6)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_comes_back_from_its_file_with_every_number(name: str):
    project = EXAMPLES[name].make()

    again = from_json(to_json(project))

    assert again.source == project.source
    np.testing.assert_array_equal(maps_of(again)[-1], maps_of(project)[-1])


def test_the_numbers_are_those_that_are_told():
    assert maps_of(EXAMPLES["vertical-edge"].make())[0][0].tolist() == [[0, 30, 30, 0]] * 4
    assert maps_of(EXAMPLES["bump"].make())[0][0].tolist() == [[2, 4, 2, -2, -4, -2]]
    upright, flat = maps_of(EXAMPLES["line"].make())[0]
    assert upright.tolist() == [[0, -3, 6, -3, 0, 0]] * 6
    assert not flat.any()
    falling, crossing, rising = maps_of(EXAMPLES["cross"].make())[0]
    assert crossing[3, 3] == pytest.approx(1)
    assert crossing.max() == pytest.approx(1)
    assert [falling[0, 0], falling[1, 1], rising[0, 6]] == pytest.approx([7 / 9, 1, 7 / 9])
    assert maps_of(EXAMPLES["two-filters"].make())[0].shape == (2, 4, 4)


def test_an_unknown_example_lists_the_known_ones():
    with pytest.raises(ValueError, match="did you mean bump"):
        find_example("bumb")
    with pytest.raises(ValueError, match="there are bump, line"):
        find_example("something")
