"""A bank that is learned from frames: round by round, stopped and continued, from one picture or many."""

import numpy as np
import pytest

from convexplorer import _threads
from convexplorer.kernels.learning.methods import METHODS
from convexplorer.kernels.recipes import sentence_of
from convexplorer.model.project import Project
from convexplorer.results.learning import Learning, LearnWish
from convexplorer.sources import open_reader, parse
from convexplorer.sources.frame import Frame, Source

PROJECT = Project(parse("sample:cat"), ())
CAT = open_reader(parse("sample:cat")).read()
WISH = LearnWish(size=7, count=6)


def learned(wish=WISH, rounds=4, frames=(CAT,), project=PROJECT):
    learning, told = Learning(wish, project), []
    for i, frame in enumerate(frames):
        learning.add(frame, f"picture {i}")
    learning.learn(rounds, told.append)
    return learning, told


@pytest.mark.parametrize("method", METHODS)
def test_the_bank_is_told_after_each_round_and_becomes_filters_with_their_recipe(method):
    wish = LearnWish(method, 5, 6, seed=2)
    _, told = learned(wish)

    bank = told[-1].bank()
    numbers = [one.round.number for one in told]
    assert numbers == list(range(numbers[0], numbers[0] + len(told)))
    assert [one.planes.shape for one in bank] == [(1, 5, 5)] * 6
    sentence = sentence_of(bank[1].recipe)
    assert sentence.startswith(
        f"{METHODS[method].label}, 2 of 6 filters learned from {told[-1].patches} patches of pic"
    )
    assert sentence.endswith("in grey, seed 2")


def test_it_goes_on_where_it_was_stopped():
    learning, first = learned(rounds=3)
    more = []
    learning.learn(4, more.append)
    _, whole = learned(rounds=7)

    assert [one.round.number for one in (*first, *more)] == list(range(7))
    assert np.array_equal(more[-1].planes, whole[-1].planes)


def test_a_stop_between_two_rounds_loses_nothing():
    learning, told = Learning(WISH, PROJECT), []
    learning.add(CAT, "cat")

    with pytest.raises(_threads.Stopped), _threads.stoppable(lambda: len(told) == 2):
        learning.learn(10, told.append)
    learning.learn(1, told.append)

    assert [one.round.number for one in told] == [0, 1, 2]


def test_what_has_settled_is_told_so_and_stays():
    learning, told = learned(LearnWish("pca", 5, 4), rounds=3)
    learning.learn(3, told.append)

    assert len(told) == 1
    assert told[0].is_over
    assert told[0].sentence.endswith("nothing changes any more")


def test_the_bank_stands_in_the_order_of_the_shares():
    _, told = learned(rounds=6)

    shares = told[-1].ranked().round.shares

    assert np.all(np.diff(shares) <= 0)
    assert np.array_equal(told[-1].bank()[0].planes, told[-1].planes[told[-1].round.shares.argmax()])


def test_in_colour_each_channel_has_a_plane():
    _, told = learned(LearnWish(size=5, count=4, is_grey=False), rounds=2)

    assert told[-1].planes.shape == (4, 3, 5, 5)


def test_the_channels_are_those_that_the_layers_get():
    project = Project(parse("sample:cat"), (), channels="1")
    learning = Learning(LearnWish(size=5, count=4, is_grey=False), project)
    learning.add(CAT, "cat")
    told = []
    learning.learn(1, told.append)

    assert told[0].planes.shape == (4, 1, 5, 5)


def test_pictures_of_a_folder_are_learned_from_and_failures_told(tmp_path):
    from PIL import Image

    rng = np.random.default_rng(0)
    for i in range(3):
        Image.fromarray(rng.integers(0, 255, (30, 40, 3), np.uint8)).save(tmp_path / f"{i}.png")
    Image.fromarray(rng.integers(0, 255, (2, 40, 3), np.uint8)).save(tmp_path / "low.png")
    learning, told = Learning(WISH, PROJECT), []

    learning.add_all(Source("folder", str(tmp_path)), told.append)
    learning.learn(2, told.append)

    assert "3 pictures" in told[-1].sentence
    assert told[-1].failures == (("low.png", "A picture of 2 × 40 has no patch of 7 × 7."),)
    assert any(one.sentence == "Taking patches: picture 3 of 4" for one in told)


def test_what_cannot_be_learned_from_is_refused_with_a_sentence():
    learning = Learning(WISH, PROJECT)
    with pytest.raises(ValueError, match="pictures of rows and columns"):
        learning.add(Frame(np.zeros((1, 50), np.float32), ("Y",)), "signal")
    with pytest.raises(ValueError, match="no picture to learn from"):
        learning.learn(1, lambda _: None)
    learning.add(Frame(np.zeros((3, 50, 50), np.float32), ("R", "G", "B")), "black")
    with pytest.raises(ValueError, match="0 have contrast enough"):
        learning.learn(1, lambda _: None)
    with pytest.raises(ValueError, match="method must be one of"):
        Learning(LearnWish("nmf"), PROJECT)


def test_the_sentence_tells_how_much_better_it_has_become():
    _, told = learned(rounds=8)

    less = 1 - told[-1].round.energy / told[0].round.energy
    assert f"{100 * less:.2g} % less" in told[-1].sentence
    assert told[0].sentence.startswith("To begin with · ")
    assert "patches of picture 0" in told[-1].sentence
