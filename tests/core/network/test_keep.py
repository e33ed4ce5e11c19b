"""Maps that are not kept: released when nothing reads them, and computed again only when they are needed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.layers import Activation, Add, Conv, Identity, MaxPool
from convexplorer.core.network import Graph, evaluate, input_gradient
from tests.core.network.examples import NETWORKS, SHAPE

IMAGE = np.random.default_rng(0).normal(size=SHAPE)


class Counting(Activation):
    """An activation that counts how often it is computed, and how many maps are alive then."""

    calls = 0

    def __call__(self, x):
        type(self).calls += 1
        return super().__call__(x)


@pytest.fixture
def counting():
    Counting.calls = 0
    return Counting


def chain(count):
    return [Counting("tanh") for _ in range(count)]


@given(name=st.sampled_from(sorted(NETWORKS)), data=st.data())
@settings(max_examples=30)
def test_what_is_kept_is_what_is_computed_without_releasing(name, data):
    graph = NETWORKS[name]()
    everything = evaluate(graph, IMAGE)
    previous = None
    for _ in range(3):
        keep = data.draw(st.one_of(st.none(), st.sets(st.integers(0, len(graph) - 1))))

        previous = evaluation = evaluate(graph, IMAGE, previous, keep)

        for index, result in enumerate(evaluation.results):
            assert result.is_released == (keep is not None and index not in keep)
            assert result.shape == everything[index].shape
            assert result.error == ""
            assert evaluation.magnitudes(index) == everything.magnitudes(index)
        assert all(np.array_equal(evaluation[index], everything[index]) for index in (keep or ()))


def test_released_maps_say_so():
    evaluation = evaluate([Activation("relu"), MaxPool(2)], IMAGE, keep=[1])

    assert evaluation.maps_of(0) is None
    assert evaluation.inputs_of(1) == (None,)
    assert evaluation.results[0].seconds > 0
    with pytest.raises(ValueError, match="the maps of layer 1 were not kept"):
        evaluation[0]
    with pytest.raises(ValueError, match="the maps of layer 1 were not kept"):
        input_gradient(evaluation, np.ones(evaluation[1].shape))


def test_no_more_maps_are_alive_than_a_layer_reads_and_makes():
    alive, most = 0, 0

    class Weighed(Identity):
        def __call__(self, x):
            nonlocal alive, most
            y = x.copy().view(Tracked)
            alive, most = alive + 1, max(most, alive + 1)
            return y

    class Tracked(np.ndarray):
        def __del__(self):
            nonlocal alive
            if self.base is not None:
                alive -= 1

    evaluate([Weighed() for _ in range(6)], IMAGE, keep=[5])
    bounded, alive, most = most, 0, 0
    everything = evaluate([Weighed() for _ in range(6)], IMAGE)

    assert bounded <= 2
    assert most == len(everything) == 6


def test_the_same_again_computes_nothing(counting):
    layers = chain(4)
    first = evaluate(layers, IMAGE, keep=[3])

    again = evaluate(layers, IMAGE, first, keep=[3])

    assert counting.calls == 4
    assert again[3] is first[3]


def test_only_what_leads_to_new_maps_is_computed_again(counting):
    layers = [*chain(2), *chain(2)]
    graph = Graph(layers, [(-1,), (0,), (-1,), (2,)])
    first = evaluate(graph, IMAGE, keep=[1, 3])

    again = evaluate(graph, IMAGE, first, keep=[0, 3])

    assert counting.calls == 4 + 1
    assert np.array_equal(again[0], np.tanh(IMAGE))
    assert again[3] is first[3]


def test_an_edited_layer_computes_what_it_reads_and_what_reads_it(counting):
    layers = chain(4)
    first = evaluate(layers, IMAGE, keep=[3])

    edited = [*layers[:2], Activation("relu"), layers[3]]
    again = evaluate(edited, IMAGE, first, keep=[3])

    assert counting.calls == 4 + 3
    assert np.array_equal(again[3], evaluate(edited, IMAGE)[3])
    assert again.results[0].is_released
    assert again.results[1].is_released


def test_a_branch_is_reused_although_its_place_has_moved(counting):
    left, right = chain(2)
    first = evaluate(Graph([left, right, Add()], [(-1,), (-1,), (0, 1)]), IMAGE)

    again = evaluate(Graph([left, Identity(), right, Add()], [(-1,), (0,), (-1,), (1, 2)]), IMAGE, first)

    assert counting.calls == 2
    assert again[2] is first[1]


def test_another_image_computes_everything(counting):
    layers = chain(2)
    first = evaluate(layers, IMAGE, keep=[1])

    evaluate(layers, IMAGE.copy(), first, keep=[1])

    assert counting.calls == 4


def test_a_layer_that_is_not_computed_stays_failed_when_nothing_changes():
    layers = [Activation("relu"), Conv(np.ones((1, 9, 1, 1))), MaxPool(2)]
    first = evaluate(layers, IMAGE, keep=[2])

    again = evaluate(layers, IMAGE, first, keep=[0, 2])

    assert again[0].shape == SHAPE
    assert not again.results[1].is_released
    assert again.results[2].error == "not computed, because layer 2 failed"


def test_an_index_to_keep_must_be_that_of_a_layer():
    with pytest.raises(ValueError, match="index must be that of one of 1 layers, counted from 0; got 3"):
        evaluate([Identity()], IMAGE, keep=[3])
