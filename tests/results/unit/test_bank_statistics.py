"""The numbers of a bank over many pictures: those of all values at once, in float64."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer import core
from convexplorer.core.explain.rounded_cells import Roundings
from convexplorer.kernels.filter import Filter
from convexplorer.results.unit.bank_statistics import BankStatistics, sentence_of
from convexplorer.results.unit.computing import compute
from tests.model.examples import conv_layer, pool_layer
from tests.results.unit.examples import filters, frame, project


def numbers_of(work, layer, count=5, sizes=(20, 17, 23, 20, 9)):
    """Return the rows of a layer over pictures of several sizes, and all values of each map together."""
    statistics, parts = BankStatistics(), []
    for i in range(count):
        made = compute(work, layer, frame(sizes[i % len(sizes)], 26, seed=i))
        statistics.add(made)
        parts.append(made.maps.reshape(len(made.maps), -1))
    return statistics, np.concatenate(parts, axis=1).astype(np.float64)


@pytest.mark.parametrize("layer", ["first", "pool", "second", "mean", "scores"])
def test_the_numbers_are_those_of_all_values_at_once(layer):
    statistics, values = numbers_of(project(), layer)
    rows = statistics.numbers()

    assert statistics.frames == 5
    for row, own in zip(rows, values, strict=True):
        assert row.count == own.size
        assert row.mean == pytest.approx(own.mean(), rel=1e-9, abs=1e-12)
        assert row.deviation == pytest.approx(own.std(), rel=1e-9)
        assert (row.minimum, row.maximum) == (own.min(), own.max())
        if layer == "first":
            assert row.zeros == pytest.approx((own == 0).mean(), abs=2e-3)  # rounding reads 0
    wins = [(np.argmax(values, axis=0) == i) & (values[i] > np.delete(values, i, 0).max(0)) for i in range(len(values))]
    assert [row.wins for row in rows] == pytest.approx([won.mean() for won in wins])


def test_a_large_mean_leaves_the_digits_of_the_deviation():
    one = Filter("far", np.full((3, 1, 1), 1e-3), 1000.0)
    statistics, values = numbers_of(project(conv_layer((one,), id="far")), "far")

    (row,) = statistics.numbers()

    assert row.deviation == pytest.approx(values.std(), rel=1e-9)
    assert row.deviation < 1e-2


def test_a_filter_that_gives_nothing_in_all_pictures_is_dead_and_wins_nowhere():
    dead = tuple(replace(one, name="dead", bias=-100.0) if i == 1 else one for i, one in enumerate(filters(3, 3)))
    statistics, _ = numbers_of(project(conv_layer(dead, activation="relu", id="bank")), "bank")

    rows = statistics.numbers()

    assert [row.is_dead for row in rows] == [False, True, False]
    assert (rows[1].zeros, rows[1].wins, rows[1].maximum) == (1.0, 0.0, 0.0)
    assert sentence_of(rows).startswith("1 of 3 give nothing but 0 in all pictures: dead.")


def test_where_several_maps_are_equally_large_none_wins():
    twins = tuple(Filter(name, np.ones((3, 3, 3))) for name in ("one", "other"))
    statistics, _ = numbers_of(project(conv_layer(twins, id="twins")), "twins")

    assert [row.wins for row in statistics.numbers()] == [0.0, 0.0]
    assert sentence_of(statistics.numbers()) == ""


def test_what_rounding_leaves_of_a_sum_counts_as_zero():
    kernel = np.zeros((3, 1, 3))
    kernel[:, 0] = [0.1, -0.3, 0.2]
    flat = replace(frame(), content=np.full((3, 9, 9), 0.7, np.float32))
    statistics = BankStatistics()

    statistics.add(compute(project(conv_layer((Filter("flat", kernel),), padding="valid", id="flat")), "flat", flat))

    (row,) = statistics.numbers()
    assert row.zeros == 1.0
    assert row.is_dead


def test_a_small_value_beside_large_terms_of_other_cells_is_no_zero():
    image = np.zeros((3, 4, 5), np.float32)
    image[:, 0] = 509.3
    image[:, 1, :3] = -0.0017
    one = conv_layer((Filter("same", np.ones((3, 1, 1)) / 3),), id="same")
    statistics = BankStatistics()

    statistics.add(compute(project(one), "same", replace(frame(), content=image)))

    (row,) = statistics.numbers()
    assert row.zeros == 12 / 20


@pytest.mark.parametrize("layer", ["edges", "pool", "second", "third"])
def test_zeros_are_the_cells_that_are_explained_as_zero(layer):
    rng = np.random.default_rng(5)
    image = rng.uniform(0.1, 1, (3, 11, 12)).astype(np.float32)
    image[:, :6] = 0.7
    kernel = np.tile(np.array([0.1, -0.3, 0.2]), (3, 3, 1))
    layers = (
        conv_layer((Filter("flat", kernel), Filter("other", rng.normal(size=(3, 3, 3)))), padding="valid", id="edges"),
        pool_layer(id="pool"),
        conv_layer(
            (Filter("one", rng.normal(size=(2, 1, 1))), Filter("two", np.eye(2)[0].reshape(2, 1, 1))), id="second"
        ),
        conv_layer(
            (Filter("last", rng.normal(size=(2, 2, 2)) * np.array([0, 1]).reshape(2, 1, 1)),),
            padding="same",
            id="third",
        ),
    )
    statistics, made = BankStatistics(), compute(project(*layers), layer, replace(frame(), content=image))

    statistics.add(made)

    evaluation = core.evaluate(made.evaluation.graph, made.evaluation.image)
    values = [Roundings(evaluation).traced(made.layer, place).value for place in np.ndindex(made.maps.shape)]
    zeros = (np.reshape(values, (len(made.maps), -1)) == 0).mean(axis=1)
    assert [row.zeros for row in statistics.numbers()] == pytest.approx(zeros)
    assert zeros.max() > 0


def test_of_very_many_small_values_some_stand_for_all():
    image = np.full((3, 200, 200), 0.7, np.float32)
    image[0, 100:] += np.float32(2e-5)
    image[:, 0, 0] = 100.0
    kernel = np.array([0.3, -0.1, -0.2]).reshape(3, 1, 1)
    statistics = BankStatistics()

    statistics.add(
        compute(project(conv_layer((Filter("flat", kernel),), id="flat")), "flat", replace(frame(), content=image))
    )

    (row,) = statistics.numbers()
    assert row.zeros == pytest.approx(0.5, abs=0.01)
    assert not row.is_dead


def test_values_that_are_not_finite_are_left_out():
    image = frame().image.copy()
    image[0, 0, 0] = np.nan
    image[1, 5, 5] = np.inf
    statistics = BankStatistics()

    made = compute(
        project(conv_layer((Filter("one", np.ones((3, 1, 1))),), id="one")), "one", replace(frame(), content=image)
    )
    statistics.add(made)

    (row,) = statistics.numbers()
    finite = made.maps[np.isfinite(made.maps)].astype(np.float64)
    assert row.count == finite.size == made.maps.size - 2
    assert row.mean == pytest.approx(finite.mean())
