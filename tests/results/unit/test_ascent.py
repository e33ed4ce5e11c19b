"""Climbing a gradient: a linear unit shows its kernel, the seed decides, and the numbers are those of the network."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer import _threads, core
from convexplorer.kernels.filter import Filter
from convexplorer.model.build import build
from convexplorer.model.fitting import light_from, numbers_of
from convexplorer.model.layer import make_layer
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import Project
from convexplorer.results import preview
from convexplorer.results.unit.ascent import SIDE, Ascent, AscentWish, shape_for
from tests.model.examples import conv_layer
from tests.results.unit.examples import PHOTO, filters, frame, network, project

KERNEL = np.random.default_rng(5).normal(size=(3, 5, 5))


def linear() -> Project:
    return project(conv_layer((Filter("one", KERNEL),), padding="same", kernel_size=(5, 5), id="one"))


def reached(work: Project, layer: str, wish: AscentWish, given=None):
    *_, last = Ascent(work, layer, wish, given or frame(21, 25)).climb()
    return last


def test_what_excites_a_linear_value_most_is_its_kernel():
    wish = AscentWish(0, start="grey", steps=5, step=0.05, jitter=0)

    last = reached(linear(), "one", wish)

    change = last.numbers - 0.5
    assert change.shape == (3, 7, 7)  # what it sees, and a cell around
    part = change[:, 1:6, 1:6]
    np.testing.assert_allclose(part, 5 * 0.05 * KERNEL / np.abs(KERNEL).max(), atol=1e-6)
    assert np.count_nonzero(change) == np.count_nonzero(part)


def test_the_value_of_a_linear_unit_rises_with_every_step():
    last = reached(linear(), "one", AscentWish(0, steps=30, jitter=0))

    assert len(last.values) == 31
    assert np.all(np.diff(last.values) >= 0)
    assert last.values[8] > last.values[0]


@pytest.mark.parametrize("goal", ["middle", "map"])
@pytest.mark.parametrize("start", ["noise", "grey", "picture"])
@pytest.mark.parametrize(("layer", "channel"), [("first", 0), ("pool", 2), ("second", 1), ("scores", 3)])
def test_it_ends_higher_than_it_began_and_its_value_is_that_of_the_picture(layer, channel, start, goal):
    work = project()

    last = reached(work, layer, AscentWish(channel, goal=goal, start=start, steps=25))

    assert last.values[-1] > last.values[0]
    index = work.position(layer)
    graph = build(work.layers, last.numbers.shape).graph
    own = core.evaluate(graph, last.numbers)[index][channel]
    middle = own[tuple(n // 2 for n in own.shape)]
    assert last.values[-1] == pytest.approx(float(own.mean() if goal == "map" else middle), rel=1e-4)


def test_the_seed_decides_and_nothing_else():
    def made(seed: int) -> np.ndarray:
        return reached(project(), "second", AscentWish(1, steps=9, seed=seed)).numbers

    assert np.array_equal(made(3), made(3))
    assert not np.array_equal(made(3), made(4))


def test_going_on_is_as_if_it_had_not_been_stopped():
    wish = AscentWish(1, steps=6)
    whole = reached(project(), "second", replace(wish, steps=12))
    ascent = Ascent(project(), "second", wish, frame(21, 25))

    *_, half = ascent.climb()
    *_, last = ascent.climb()

    assert (half.done, half.total, last.done, last.total) == (6, 6, 12, 12)
    assert last.values == whole.values
    assert np.array_equal(last.numbers, whole.numbers)


def test_it_stops_between_two_steps():
    seen = []

    def run() -> None:
        with _threads.stoppable(lambda: len(seen) == 4):
            for climb in Ascent(project(), "second", AscentWish(0), frame()).climb():
                seen.append(climb)  # noqa: PERF402 it is read meanwhile

    with pytest.raises(_threads.Stopped):
        run()
    assert seen[-1].done == 3


def test_the_picture_stays_between_black_and_white():
    last = reached(linear(), "one", AscentWish(0, goal="map", steps=60, step=0.2))

    assert last.numbers.min() == 0
    assert last.numbers.max() == 1
    assert set(np.unique(last.pixels[10, 10])) <= {0, 255}


@pytest.mark.parametrize("order", ["rgb", "bgr"])
def test_a_network_gets_its_own_numbers_and_the_picture_its_colours(order):
    prepared = Preprocessing(size=(16, 18), order=order, low=0, high=255, mean=(123, 117, 104), deviation=(58, 57, 56))
    red = np.zeros((3, 1, 1))
    red[0 if order == "rgb" else 2] = 1
    work = replace(project(conv_layer((Filter("red", red),), id="red")), preprocessing=prepared)

    last = reached(work, "red", AscentWish(0, goal="map", start="grey", steps=40))

    assert last.numbers.shape == (3, 16, 18)
    assert last.pixels.shape == (16, 18, 3)
    colors = last.pixels[3, 3].astype(int)
    assert colors[0] == 255
    assert np.abs(colors[1:] - 127.5).max() < 1


@pytest.mark.parametrize(
    "prepared", [Preprocessing(), Preprocessing(low=-1, high=1), Preprocessing(mean=(0.4, 0.5, 0.6), deviation=(0.2,))]
)
def test_light_comes_back_from_numbers(prepared):
    light = frame().image

    np.testing.assert_allclose(light_from(numbers_of(light, prepared), prepared), light, atol=1e-6)


def test_decay_draws_back_to_grey_and_blur_makes_neighbours_alike():
    wish = AscentWish(0, goal="map", start="picture", steps=8, jitter=0)
    plain = reached(linear(), "one", wish).numbers
    decayed = reached(linear(), "one", replace(wish, decay=0.3)).numbers
    blurred = reached(linear(), "one", replace(wish, blur=1.5)).numbers

    assert np.abs(decayed - 0.5).mean() < np.abs(plain - 0.5).mean()
    assert np.abs(np.diff(blurred)).mean() < np.abs(np.diff(plain)).mean()


@pytest.mark.parametrize("is_apart", [False, True])
def test_behind_a_relu_that_is_off_it_climbs_what_is_before_it(is_apart):
    bank = tuple(replace(one, bias=-0.4) for one in filters(1, 3))
    off = (conv_layer(bank, activation="relu", id="off"),)
    if is_apart:
        off = (conv_layer(bank, id="sums"), make_layer("activation", activation="relu", id="off"))

    last = reached(project(*off), "off", AscentWish(0, start="grey", steps=60))

    assert 0 < last.blind_steps < 60
    assert last.values[0] == 0
    assert last.values[-1] > 0


def test_a_large_picture_is_made_smaller_unless_the_layers_need_its_size():
    dense = {"kernel": np.zeros((2, 3 * 200 * 10)), "bias": np.zeros(2)}
    flat = (make_layer("flatten", id="flat"), make_layer("dense", weights=dense, units=2, id="dense"))

    assert shape_for(Project(PHOTO, network()), 2, (3, 200, 300), "map") == (3, SIDE, SIDE)
    assert shape_for(Project(PHOTO, network()), 2, (3, 200, 300), "middle") == (3, 12, 12)
    assert shape_for(Project(PHOTO, network()), 4, (3, 200, 300), "middle") == (3, SIDE, SIDE)
    assert shape_for(Project(PHOTO, flat), 1, (3, 200, 10), "map") == (3, 200, 10)


@pytest.mark.parametrize("layer", ["first", "pool", "second"])
def test_the_value_in_the_middle_sees_only_the_picture_that_is_made(layer):
    ascent = Ascent(project(), layer, AscentWish(0, steps=1), frame(60, 70))
    *_, last = ascent.climb()
    index = project().position(layer)
    graph = build(project().layers, last.numbers.shape).graph
    shape = core.evaluate(graph, last.numbers)[index].shape

    field = core.field_of(graph, last.numbers.shape, index, tuple(n // 2 for n in shape[1:]))

    assert all(0 <= first < stop <= n for (first, stop), n in zip(field, last.numbers.shape[1:], strict=True))


def test_from_the_picture_one_value_begins_with_the_middle_of_it():
    given = frame(21, 25)

    first = next(Ascent(linear(), "one", AscentWish(0, start="picture"), given).climb())

    assert np.array_equal(first.numbers, given.image[:, 7:14, 9:16])


@pytest.mark.parametrize("wrong", [{"goal": "x"}, {"steps": 0}, {"step": 0}, {"decay": 1}, {"jitter": -1}])
def test_an_impossible_wish_is_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        AscentWish(0, **wrong)


def test_a_picture_that_is_too_large_for_the_layers_is_refused_with_what_helps(monkeypatch):
    monkeypatch.setattr(preview, "MAX_MAP_CELLS", 5000)

    with pytest.raises(ValueError, match="start from noise"):
        Ascent(project(), "second", AscentWish(0, goal="map", start="picture"), frame(200, 300))
    Ascent(project(), "second", AscentWish(0, goal="middle"), frame(200, 300))
