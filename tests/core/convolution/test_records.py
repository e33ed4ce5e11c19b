"""What records decide, what they leave alone, and that the numbers of every winner are right."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer import _onnxruntime
from convexplorer.core.convolution import conv as module
from convexplorer.core.convolution import plans
from convexplorer.core.convolution.conv import conv, plan_in_force
from convexplorer.core.convolution.plans import plan
from convexplorer.core.convolution.race import candidates
from convexplorer.core.convolution.records import MOST_RECORDS, Record, Records, Work, using
from convexplorer.core.convolution.transpose import conv_transpose
from tests.core.cases import Expected, cases

EVERY_RANK = pytest.mark.parametrize("rank", [1, 2, 3])
RNG = np.random.default_rng(3)
X = RNG.normal(size=(3, 200, 300)).astype(np.float32)
KERNEL = RNG.normal(size=(8, 3, 3, 3)).astype(np.float32)


def work_of(x, kernel, bias=None, *, groups=1, **settings_):
    frame, rule = plans.resolve(
        x.shape, kernel.shape, plans.Setting.of(kernel.ndim - 2, **{**DEFAULTS, **settings_, "groups": groups})
    )
    return Work.of(frame, kernel, groups, has_bias=bias is not None), rule


DEFAULTS = {"strides": 1, "padding": "valid", "dilation_rate": 1, "groups": 1, "border": "zeros", "algorithm": "auto"}


def won_by(name, work, rule, seconds=0.001):
    """Return records in which an algorithm has won a race."""
    records = Records()
    records.add(work, Record.of(rule, {rule: 0.01, name: seconds}))
    return records


class Ticks:
    """A clock on which everything takes the same time."""

    def __init__(self, step_s):
        self.now_s, self.step_s = 0.0, step_s

    def __call__(self):
        self.now_s += self.step_s
        return self.now_s


@EVERY_RANK
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whoever_wins_agrees_with_plain_loops(rank, data):
    case = data.draw(cases(ranks=(rank,)))
    expected = Expected.of(case)
    big = tuple(rule for rule in plans.RULES if rule.algorithm != "flat")  # as if no input were small

    with (
        patch.object(plans, "RULES", big),
        patch.object(module, "_PRODUCTS_WORTH_A_RACE", 0),
        patch.object(module, "without_rim", lambda *_: None),
    ):
        plans.resolve.cache_clear()
        work, rule = work_of(case.x, case.kernel, case.bias, **case.settings)
        names = candidates(work, rule)
        for name in names:
            records = won_by(name, work, rule)
            with using(records), patch.object(records, "_usable", lambda record, *_: record.winner):
                y = conv(case.x, case.kernel, case.bias, **case.settings)
            assert name in (rule, records._used[work])
            expected.assert_equals(y, name)
    plans.resolve.cache_clear()
    assert len(names) == len(set(names))


def test_a_winner_computes_and_says_so():
    work, rule = work_of(X, KERNEL, padding="same")

    with using(won_by("pairs", work, rule)):
        y = conv(X, KERNEL, padding="same")
        chosen = plan_in_force(X.shape, KERNEL, padding="same")

    assert (rule, chosen.algorithm) == ("rows", "pairs")
    assert chosen.why == "the fastest here"
    assert chosen.race == "Won the race on this machine: 1.0 ms, and 10.0 ms by matrix products row by row."
    assert y.tobytes() == conv(X, KERNEL, padding="same", algorithm="pairs").tobytes()
    assert y.tobytes() != conv(X, KERNEL, padding="same").tobytes()


def test_maps_that_were_computed_before_their_race_ended_are_told_as_they_were_computed():
    work, rule = work_of(X, KERNEL)
    records = won_by("pairs", work, rule)

    with using(records):
        before = plan_in_force(X.shape, KERNEL)
        conv(X, KERNEL)
        after = plan_in_force(X.shape, KERNEL)

    assert before.algorithm == "rows"
    assert before.race == (
        "The race on this machine was won by matrix products of pairs of rows, used from the next picture on."
    )
    assert after.algorithm == "pairs"


def test_outside_nothing_depends_on_a_race():
    work, rule = work_of(X, KERNEL, padding="same")
    before = conv(X, KERNEL, padding="same").tobytes(), plan_in_force(X.shape, KERNEL, padding="same")
    records = won_by("pairs", work, rule)

    with using(records):
        conv(X, KERNEL, padding="same")

    assert (conv(X, KERNEL, padding="same").tobytes(), plan_in_force(X.shape, KERNEL, padding="same")) == before
    with using(records), using(None):
        assert conv(X, KERNEL, padding="same").tobytes() == before[0]


def test_records_that_are_off_decide_and_note_nothing():
    work, rule = work_of(X, KERNEL)
    records = won_by("pairs", work, rule)
    records.is_on, records.clock = False, Ticks(1.0)

    with using(records):
        assert conv(X, KERNEL).tobytes() == conv(X, KERNEL, algorithm="rows").tobytes()
        conv(X[:1], KERNEL[:, :1])

    assert not records.waiting


@pytest.mark.parametrize(("seconds", "winner"), [(0.0095, "rows"), (0.0085, "pairs"), (0.011, "rows")])
def test_the_fixed_plan_stands_unless_another_is_clearly_faster(seconds, winner):
    record = Record.of("rows", {"rows": 0.01, "pairs": seconds})

    assert record.winner == winner
    assert record.story.startswith("None was clearly faster in the race" if winner == "rows" else "Won the race")


def test_what_costs_much_and_comes_again_waits_for_its_race():
    records = Records(clock=Ticks(0.002))

    with using(records):
        conv(X, KERNEL, np.ones(8))
        assert [entry.kernel for entry in records.waiting.values()] == [None]
        conv(X + 1, KERNEL, np.ones(8))

    ((work, entry),) = records.waiting.items()
    assert work == work_of(X, KERNEL, np.ones(8))[0]
    assert np.array_equal(entry.kernel, KERNEL)
    assert entry.bias.tolist() == [1] * 8
    assert (entry.rule, entry.calls, entry.seconds) == ("rows", 2, pytest.approx(0.002))


def test_what_is_cheap_small_or_double_does_not_wait():
    cheap, dear = Records(clock=Ticks(0.001)), Records(clock=Ticks(1.0))

    for _ in range(2):
        with using(cheap):
            conv(X, KERNEL)
        with using(dear):
            conv(X[:, :20, :20], KERNEL)
            conv(X, KERNEL[:, :, :1, :1])
            conv(X.astype(np.float64), KERNEL)
            conv(X, KERNEL, algorithm="rows")
            conv_transpose(X, KERNEL[:3, :3], strides=2)  # its bands share the threads already

    assert not cheap.waiting
    assert not dear.waiting


def test_where_windows_lie_and_what_weights_are_makes_another_work():
    separable = np.ones((1, 1, 5, 5), np.float32)
    works = [
        work_of(X, KERNEL)[0],
        work_of(X, KERNEL, padding="same")[0],
        work_of(X, KERNEL, padding="same", border="edge")[0],
        work_of(X, KERNEL, np.ones(8))[0],
        work_of(X, KERNEL, strides=2)[0],
        work_of(X, KERNEL, dilation_rate=2)[0],
        work_of(X[:, :-1], KERNEL)[0],
        work_of(X, KERNEL[:4])[0],
        work_of(X[:1], separable)[0],
        work_of(X[:1], separable + RNG.normal(size=(5, 5)).astype(np.float32))[0],
        work_of(X, np.ones((3, 1, 3, 3), np.float32), groups=3)[0],
    ]

    assert len(set(works)) == len({work.label for work in works}) == len(works)


def test_records_are_bounded():
    records = Records()
    for width in range(MOST_RECORDS + 10):
        work, rule = work_of(np.empty((1, 5, 9 + width), np.float32), KERNEL[:, :1])
        records.add(work, Record.of(rule, {rule: 0.1}))

    assert len(records.known) == MOST_RECORDS
    assert records.find(work) is not None


def test_earlier_records_are_learned_but_replace_none():
    work, rule = work_of(X, KERNEL)
    other, _ = work_of(X, KERNEL, strides=2)
    records = won_by("pairs", work, rule)
    old = Record.of(rule, {rule: 1.0, "planes": 0.5})

    records.learn({work.label: old, other.label: old})

    assert records.find(work).winner == "pairs"
    assert records.find(other) is old


def test_a_record_that_cannot_be_is_not_believed():
    work, rule = work_of(X, KERNEL)
    records = Records()
    records.learn({work.label: Record.of(rule, {rule: 1.0, "signals": 0.1})})

    with using(records):
        assert np.isfinite(conv(X, KERNEL)).all()


def test_onnx_runtime_computes_filters_that_come_again():
    """It packs the weights of every kernel, which takes longer than it saves while an edit changes them."""
    work, rule = work_of(X, KERNEL)
    records = won_by("onnxruntime", work, rule)
    assert _onnxruntime.load()
    edited = KERNEL + 1

    def used_for(kernel):
        with using(records):
            conv(X, kernel)
            return plan_in_force(X.shape, kernel).algorithm

    assert [used_for(kernel) for kernel in (KERNEL, KERNEL, edited, edited.copy(), KERNEL)] == [
        "rows",
        "onnxruntime",
        "rows",
        "onnxruntime",
        "rows",
    ]


def test_a_picture_does_not_wait_for_onnx_runtime_to_load(monkeypatch):
    work, rule = work_of(X, KERNEL)
    records = won_by("onnxruntime", work, rule)
    monkeypatch.setattr(_onnxruntime, "is_loaded", lambda: False)

    with using(records):
        y = conv(X, KERNEL)
        chosen = plan_in_force(X.shape, KERNEL)

    assert y.tobytes() == conv(X, KERNEL).tobytes()
    assert records.wants_onnxruntime
    assert chosen.algorithm == "rows"
    assert chosen.race == "The race on this machine was won by ONNX Runtime, used from the next picture on."


def test_the_plan_in_force_is_that_of_the_kernel_without_its_rim():
    kernel = np.pad(KERNEL, ((0, 0), (0, 0), (9, 9), (9, 9)))

    chosen, by_shape = plan_in_force(X.shape, kernel), plan(X.shape, kernel.shape)

    assert (chosen.algorithm, by_shape.algorithm) == ("rows", "planes")
    assert chosen.multiply_adds == by_shape.multiply_adds


def test_a_race_of_an_earlier_run_is_run_again_until_there_were_three():
    """One may have met a busy machine: of each algorithm the least time counts."""
    work, rule = work_of(X, KERNEL)
    records = Records(clock=Ticks(0.002))
    records.learn({work.label: Record.of(rule, {rule: 0.02, "pairs": 0.004})})

    with using(records):
        conv(X, KERNEL)
        conv(X, KERNEL)
    assert records.waiting[work].kernel is not None
    records.add(work, Record.of(rule, {rule: 0.01, "pairs": 0.03}))
    with using(records):
        conv(X, KERNEL)

    assert not records.waiting  # not again in this run
    record = records.find(work)
    assert (record.winner, record.races, dict(record.seconds)) == ("pairs", 2, {rule: 0.01, "pairs": 0.004})
    settled = Records(clock=Ticks(0.002))
    settled.learn({work.label: Record.of(rule, {rule: 0.02, "pairs": 0.004}, races=3)})
    with using(settled):
        conv(X, KERNEL)
    assert not settled.waiting
