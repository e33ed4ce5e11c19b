"""Maps that say nothing of their own are found, and no others: by what the words mean, on maps made to be so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.kernels.filter import Filter
from convexplorer.model.project import Project
from convexplorer.model.view import Look, View
from convexplorer.results.fault import Fault, count_text
from convexplorer.results.job import Job
from convexplorer.results.map_faults import LEAST_CELLS, NEARLY_ALL, SAME, duplicates
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, Source
from tests.model.examples import conv_layer

RNG = np.random.default_rng(11)


def faults(
    *filters: Filter, activation: object = "relu", shape: tuple[int, int] = (20, 30), look: Look | None = None
) -> list[Fault | None]:
    image = np.random.default_rng(0).random((1, *shape), dtype=np.float32)
    image.flags.writeable = False
    layer = conv_layer(filters, activation=activation, use_bias=True)
    job = Job(Frame(image, ("Y",)), Project(Source("sample", "cat"), (layer,)), View(layer.id, look=look or Look()))
    found = render(job).picture.faults
    assert len(found) == len(filters)
    return list(found)


def one(value: float, bias: float = 0.0, name: str = "f") -> Filter:
    return Filter(name, np.array([[[value]]]), bias=bias)


def kinds(found: list[Fault | None]) -> list[str]:
    return ["" if fault is None else fault.kind for fault in found]


def test_maps_of_zeros_are_dead_and_say_what_the_activation_cut() -> None:
    found = faults(one(1), one(-1, bias=-0.25), one(0))

    assert kinds(found) == ["", "dead", "dead"]
    assert found[1].sentence.startswith("Dead: all of its values are 0. ReLU has set them to 0, the largest was −0.2")
    assert found[2].sentence == "Dead: all of its values are 0."
    assert found[1].badges == ("dead",)


def test_a_single_value_that_is_not_zero_keeps_a_map_alive() -> None:
    largest = float(np.sort(np.random.default_rng(0).random((1, 20, 30), dtype=np.float32).reshape(-1))[-1])

    found = faults(one(1, bias=1e-4 - largest), activation="relu")

    assert kinds(found) == [""]


def test_equal_values_that_are_not_zero_are_constant() -> None:
    found = faults(one(0, bias=0.5), one(0, bias=-0.5), activation="linear")

    assert kinds(found) == ["constant", "constant"]
    assert found[0].sentence == "Constant: all of its values are 0.5."


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "hard_sigmoid", "hard_tanh", "relu6"])
def test_a_map_at_the_end_of_its_activation_is_saturated(activation: str) -> None:
    found = faults(one(1), one(1000, bias=20), activation=activation)

    assert kinds(found) == ["", "saturated"]
    assert "within" in found[1].sentence


@pytest.mark.parametrize(("activation", "kind"), [("sigmoid", "saturated"), ("tanh", "saturated"), ("relu6", "dead")])
def test_the_lower_end_counts_unless_zeros_are_what_an_activation_is_for(activation: str, kind: str) -> None:
    assert kinds(faults(one(-1000, bias=-20), activation=activation)) == [kind]


def test_without_a_bounded_activation_nothing_is_saturated() -> None:
    assert kinds(faults(one(1000, bias=20), activation="relu")) == [""]


def test_the_share_that_makes_a_map_saturated_is_the_one_that_is_told() -> None:
    rows = np.random.default_rng(0).random((20, 30), dtype=np.float32)
    bias = -float(np.quantile(rows, 0.5)) * 1e6
    share = float((rows * 1e6 + bias > 10).mean() + (rows * 1e6 + bias < -10).mean())

    (found,) = faults(one(1e6, bias=bias), activation="sigmoid")

    assert (found is not None) == (share >= NEARLY_ALL)
    assert "99 % are enough" in found.sentence


@pytest.mark.parametrize("factor", [1.0, -1.0, 0.5, -3.0])
def test_a_map_that_another_one_times_a_factor_gives_is_a_duplicate_of_the_first(factor: float) -> None:
    kernel = RNG.normal(size=(1, 3, 3))
    other = RNG.normal(size=(1, 3, 3))

    found = faults(Filter("a", kernel), Filter("b", other), Filter("c", factor * kernel), activation="linear")

    assert kinds(found) == ["", "", "duplicate"]
    assert found[2].twin == 0
    assert found[2].factor == pytest.approx(factor, rel=1e-4)
    assert "“a”" in found[2].sentence
    assert ("the same as" in found[2].sentence) == (factor == 1)


def test_of_several_that_are_alike_all_but_the_first_are_duplicates_of_it() -> None:
    kernel = RNG.normal(size=(1, 3, 3))

    found = faults(*(Filter(f"f{i}", kernel * (i + 1)) for i in range(4)), activation="linear")

    assert kinds(found) == ["", *["duplicate"] * 3]
    assert [fault.twin for fault in found if fault] == [0, 0, 0]


def test_dead_maps_are_no_duplicates_of_each_other() -> None:
    assert kinds(faults(one(0), one(0), one(0))) == ["dead"] * 3


@given(
    seed=st.integers(0, 2**31),
    count=st.integers(2, 9),
    cells=st.tuples(st.integers(3, 30), st.integers(3, 30)),
    factor=st.floats(0.01, 100.0),
    sign=st.sampled_from([1, -1]),
)
def test_what_is_found_is_alike_and_what_is_alike_is_found(
    seed: int, count: int, cells: tuple[int, int], factor: float, sign: int
) -> None:
    rng = np.random.default_rng(seed)
    maps = rng.normal(size=(count, *cells)).astype(np.float32)
    if seed % 2:
        maps = np.maximum(maps, 0)
    maps[-1] = maps[0] * np.float32(sign * factor)

    found = duplicates(maps, range(count))

    for index, (twin, by) in found.items():
        assert twin < index
        assert np.abs(maps[index] - by * maps[twin].astype(float)).max() <= SAME * np.abs(maps[index]).max()
    if np.count_nonzero(maps[0]) >= LEAST_CELLS:
        assert found == {count - 1: (0, pytest.approx(sign * factor, rel=1e-4))}


@given(seed=st.integers(0, 2**31), at=st.integers(0, 99))
def test_one_cell_that_differs_makes_a_map_one_of_its_own(seed: int, at: int) -> None:
    rng = np.random.default_rng(seed)
    maps = np.stack([rng.random((10, 10))] * 2)
    maps[1].reshape(-1)[at] += 1e-3

    assert duplicates(maps, range(2)) == {}


def test_few_cells_are_alike_by_chance() -> None:
    maps = np.zeros((2, 6, 6))
    maps[:, 0, : LEAST_CELLS - 2] = RNG.random(LEAST_CELLS - 2)

    assert duplicates(maps, range(2)) == {}


def test_values_that_are_not_finite_are_alike_with_nothing() -> None:
    kernel = np.array([[[1.0, np.nan]]])

    assert kinds(faults(Filter("a", kernel), Filter("b", kernel), activation="linear")) == ["", ""]


def test_maps_that_are_0_nearly_everywhere_are_compared_by_the_cells_that_are_not() -> None:
    maps = np.zeros((3, 400, 500))
    maps[0, 7, 3:40] = RNG.random(37)
    maps[1, 7, 3:40] = RNG.random(37)
    maps[2] = -4 * maps[0]

    assert duplicates(maps, range(3)) == {2: (0, -4.0)}


@pytest.mark.parametrize("look", [Look(), Look((-1,))])
def test_faults_are_of_the_whole_map_whatever_is_looked_at(look: Look) -> None:
    found = faults(one(1), one(0), one(2), activation="linear", look=look)

    assert kinds(found) == ["", "dead", "duplicate"]


def test_the_count_names_each_kind_once() -> None:
    dead, twin = Fault("dead", ("dead",), ""), Fault("duplicate", ("=",), "")

    assert count_text([None, dead, twin, dead, None]) == "2 dead, 1 duplicate"
    assert count_text([None, None]) == ""
