from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from convexplorer.core.layers import Activation
from convexplorer.model.folds import Part, folds, folds_at, parts
from convexplorer.model.layer import make_layer
from convexplorer.model.project import INPUT, Project
from convexplorer.sources import Source
from tests import stacks

RNG = np.random.default_rng(0)


def conv(name, channels=3, **others):
    return replace(stacks.conv(RNG, channels, 4, name), **others)


def norm(name, **others):
    return make_layer("batch_norm", id=name, **others)


def relu(name, **others):
    return make_layer("activation", activation=Activation("relu"), id=name, **others)


def pool(name, **others):
    return make_layer("max_pool", id=name, **others)


def ranges(*layers):
    project = Project(Source("image", "p.png"), layers)  # which checks them
    return [(fold.first, fold.last) for fold in folds(project.layers)]


def test_a_convolution_folds_with_its_norm_activation_and_pool():
    assert ranges(conv("a"), norm("n"), relu("r"), pool("p"), conv("b", 4), relu("r2")) == [(0, 3), (4, 5)]


def test_the_order_behind_the_convolution_is_free_and_each_kind_comes_once():
    assert ranges(conv("a"), relu("r"), norm("n"), pool("p")) == [(0, 3)]
    assert ranges(conv("a"), norm("n"), relu("r"), norm("n2"), relu("r2")) == [(0, 2)]


def test_a_padding_of_its_own_goes_with_the_convolution_behind_it():
    layers = (make_layer("zero_pad", id="z"), conv("a"), norm("n"))

    assert ranges(*layers) == [(0, 2)]
    assert folds(layers)[0].head == 1
    assert ranges(make_layer("zero_pad", id="z"), pool("p")) == []


def test_a_dense_layer_folds_with_its_softmax():
    assert ranges(stacks.dense(RNG, 8, 3, "d"), make_layer("softmax", id="s")) == [(0, 1)]


def test_a_lone_convolution_folds_with_the_activation_that_it_ends_in():
    assert ranges(conv("a"), conv("b", 4), pool("p")) == [(0, 0), (1, 2)]


def test_what_has_no_convolution_before_it_folds_with_nothing():
    assert ranges(norm("n"), relu("r"), pool("p")) == []
    assert ranges() == []


def test_what_two_layers_read_ends_a_unit():
    layers = (conv("a"), norm("n"), relu("r"), make_layer("add", inputs=("r", "n"), id="sum"))

    assert ranges(*layers) == [(0, 1)]


def test_what_reads_something_else_than_the_layer_before_begins_anew():
    assert ranges(conv("a"), relu("r", inputs=(INPUT,))) == [(0, 0)]
    assert ranges(conv("a"), relu("r", inputs=("a",))) == [(0, 1)]


@pytest.mark.parametrize("layers", [stacks.classifier(), stacks.residual(), stacks.chain(40)])
def test_units_are_disjoint_and_in_order(layers):
    found = folds(layers)

    assert all(one.last < other.first for one, other in pairwise(found))
    assert all(one.first <= one.head <= one.last for one in found)
    assert len({one.key for one in found}) == len(found)


@pytest.mark.parametrize("is_open", [lambda _: True, lambda _: False, lambda fold: fold.first % 4 == 0])
@pytest.mark.parametrize("layers", [stacks.classifier(), stacks.residual(), stacks.chain(40)])
def test_every_layer_has_exactly_one_card(layers, is_open):
    found = parts(len(layers), folds(layers), is_open, lambda _: True)

    assert [i for part in found for i in part.layers] == list(range(len(layers)))


def test_an_open_fold_has_a_card_before_its_layers_where_that_is_wished_for():
    (fold,) = folds((conv("a"), relu("r")))

    assert parts(2, [fold], lambda _: True, lambda _: True) == (Part(0, 1, fold, True), Part(0, 0), Part(1, 1))
    assert parts(2, [fold], lambda _: True, lambda _: False) == (Part(0, 0), Part(1, 1))
    assert folds_at([fold], 1) == (fold,)
    assert folds_at([fold], 2) == ()
