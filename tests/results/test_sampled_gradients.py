"""Occlusion and the smoothed gradient: exact where a value is linear, the same by seed, seen as they form."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer import _threads, core
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import make_layer
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.explanation import explain
from convexplorer.results.gradient_maps import gradient_maps
from convexplorer.results.gradient_subject import Sampling, Subject, Wish, gradient_of, is_quick, subject_of
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.results.sampled_gradients import cover_and_stride, steps_of
from convexplorer.sources.frame import Frame, Source
from tests.model.examples import conv_layer

ROWS, COLUMNS = 12, 15


def picture_of(*layers, **changes) -> Picture:
    pixels = np.random.default_rng(0).integers(0, 256, (3, ROWS, COLUMNS))
    frame = Frame((pixels / 255).astype(np.float32), ("R", "G", "B"))
    project = replace(Project(Source("sample", "cat"), layers), **changes)
    return render(Job(frame, project, View(layer=layers[-1].id))).picture


def linear(padding: str = "same", border: str = "zeros"):
    """Return two convolutions without activation."""
    rng = np.random.default_rng(1)

    def bank(count: int, planes: int) -> tuple[Filter, ...]:
        return tuple(Filter(f"f{i}", rng.normal(size=(planes, 3, 3)), rng.normal()) for i in range(count))

    settings = {"padding": padding, "border": border}
    return conv_layer(bank(2, 3), id="first", **settings), conv_layer(bank(2, 2), id="second", **settings)


def subject_in(picture: Picture, wish: Wish, cell: tuple[int, ...] = (5, 6), channel: int = 1) -> Subject:
    explanation = explain(picture, picture.position, channel, cell)
    subject = subject_of(picture, explanation, wish)
    assert subject is not None
    return subject


def result_of(subject: Subject) -> np.ndarray:
    *_, last = steps_of(subject)
    assert last.done == last.total
    return last.values


@pytest.mark.parametrize("of", ["value", "map"])
@pytest.mark.parametrize("by", ["", "first"])
def test_the_smoothed_gradient_of_a_linear_value_is_its_gradient_exactly(of, by):
    picture = picture_of(*linear())

    found = result_of(subject_in(picture, Wish(of=of, by=by, how="smooth")))

    assert np.array_equal(found, gradient_of(subject_in(picture, Wish(of=of, by=by))))


def test_the_smoothed_gradient_is_the_mean_over_noisy_pictures():
    layers = (*linear(), make_layer("activation", activation="tanh", id="curve"))
    picture = picture_of(*layers)
    sampling = Sampling(samples=7, noise=0.2, seed=5)
    subject = subject_in(picture, Wish(how="smooth", sampling=sampling))
    rng, parts = np.random.default_rng(5), []
    for _ in range(7):
        noisy = picture.input + np.float32(0.2) * rng.standard_normal(picture.input.shape, np.float32)
        evaluation = core.evaluate(picture.evaluation.graph, noisy)
        start = np.zeros(evaluation[2].shape, np.float32)
        start[subject.place] = 1
        parts.append(core.input_gradient(evaluation, start, 2))

    found = result_of(subject)

    np.testing.assert_allclose(found, np.mean(parts, axis=0), rtol=1e-4, atol=1e-7)


def test_the_same_seed_gives_the_same_and_another_one_something_else():
    layers = (*linear(), make_layer("activation", activation="tanh", id="curve"))
    picture = picture_of(*layers)

    def smooth(seed: int) -> np.ndarray:
        return result_of(subject_in(picture, Wish(how="smooth", sampling=Sampling(samples=3, seed=seed))))

    assert np.array_equal(smooth(1), smooth(1))
    assert not np.array_equal(smooth(1), smooth(2))


def test_noise_is_a_share_of_what_lies_between_black_and_white():
    stored = subject_in(picture_of(*linear(), preprocessing=Preprocessing(low=0, high=255)), Wish(how="smooth"))

    assert stored.range == 255.0
    assert subject_in(picture_of(*linear()), Wish(how="smooth")).range == 1.0


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("fill", ["mean", "zero", "grey"])
def test_one_cell_covered_lowers_a_linear_value_by_its_gradient_times_the_difference(padding, fill):
    picture = picture_of(*linear(padding))
    wish = Wish(how="occlusion", sampling=Sampling(cover=1, stride=1, fill=fill))

    found = result_of(subject_in(picture, wish))

    image = picture.input.astype(np.float64)
    filled = {"mean": image.mean(axis=(1, 2), keepdims=True), "zero": 0.0, "grey": 0.5}[fill]
    gradient = gradient_of(subject_in(picture, Wish()))
    np.testing.assert_allclose(found[0], (gradient * (image - filled)).sum(axis=0), atol=2e-5)


@pytest.mark.parametrize(("cover", "stride"), [(2, 1), (3, 2), (4, 4), (5, 3), (99, 1)])
@pytest.mark.parametrize("of", ["value", "map"])
def test_a_cell_gets_the_mean_of_all_parts_that_cover_it(cover, stride, of):
    picture = picture_of(*linear())
    wish = Wish(of=of, how="occlusion", sampling=Sampling(cover=cover, stride=stride, fill="zero"))
    gradient = gradient_of(subject_in(picture, Wish(of=of)))
    effect = (gradient * picture.input).sum(axis=0)
    sums, counts = np.zeros((ROWS, COLUMNS)), np.zeros((ROWS, COLUMNS))
    side = min(cover, ROWS)
    for row in sorted({*range(0, ROWS - side + 1, stride), ROWS - side}):
        for column in sorted({*range(0, COLUMNS - side + 1, stride), COLUMNS - side}):
            part = slice(row, row + side), slice(column, column + side)
            sums[part] += effect[part].sum()  # 0 of a part that it does not see
            counts[part] += 1
    counts = np.maximum(counts, 1)

    found = result_of(subject_in(picture, wish))

    np.testing.assert_allclose(found[0], sums / counts, atol=5e-5)


def test_parts_that_a_value_does_not_see_are_not_tried():
    picture = picture_of(*linear())
    wish = Wish(how="occlusion", sampling=Sampling(cover=1, stride=1))
    *_, last = steps_of(subject_in(picture, wish, (5, 6)))

    assert last.total == 5 * 5
    assert np.count_nonzero(last.values[0]) <= 25
    assert last.values[0, 3:8, 4:9].all()


def test_a_border_that_repeats_the_other_end_is_found():
    picture = picture_of(*linear(border="wrap"))
    wish = Wish(how="occlusion", sampling=Sampling(cover=1, stride=1, fill="zero"))

    found = result_of(subject_in(picture, wish, (0, 6)))

    effect = (gradient_of(subject_in(picture, Wish(), (0, 6))) * picture.input).sum(axis=0)
    assert effect[-1].any()
    np.testing.assert_allclose(found[0], effect, atol=2e-5)


def test_the_part_that_is_covered_suits_what_the_value_sees():
    weights = {"kernel": np.random.default_rng(3).normal(size=(4, 2)), "bias": np.zeros(4)}
    layers = (
        *linear(),
        make_layer("global_average_pool", id="mean"),
        make_layer("dense", weights=weights, units=4, id="scores"),
    )
    of_all = subject_in(picture_of(*layers), Wish(how="occlusion"), (0, 0), 2)
    of_few = subject_in(picture_of(*linear()), Wish(how="occlusion"))

    assert cover_and_stride(of_all) == (2, 1)
    assert cover_and_stride(of_few) == (1, 1)
    assert cover_and_stride(replace(of_few, wish=Wish(how="occlusion", sampling=Sampling(4, 3)))) == (4, 3)


@pytest.mark.parametrize("how", ["smooth", "occlusion"])
def test_it_is_told_in_steps_and_stops_between_them(how):
    picture = picture_of(*linear())
    subject = subject_in(picture, Wish(of="map", how=how))
    steps = []

    def run() -> None:
        with _threads.stoppable(lambda: len(steps) == 3):
            for step in steps_of(subject):
                steps.append(step)  # noqa: PERF402 it is read meanwhile

    with pytest.raises(_threads.Stopped):
        run()

    assert [step.done for step in steps] == sorted({step.done for step in steps})
    assert steps[-1].done < steps[-1].total
    assert not is_quick(subject)


def test_what_was_covered_is_said_in_the_sentence():
    picture = picture_of(*linear())
    subject = subject_in(picture, Wish(how="occlusion", sampling=Sampling(cover=3, stride=2)))
    values = result_of(subject)

    shown = gradient_maps(picture, subject, values)

    assert [tile.title for tile in shown.tiles][1:] == ["covered"]
    row, column = np.unravel_index(np.abs(values[0]).argmax(), values[0].shape)
    assert f"row {row}, column {column}" in shown.sentence
    assert shown.sentence.startswith("Covering ")
