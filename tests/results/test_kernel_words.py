"""What is said of kernels and fields, where the usual words would be untrue."""

import numpy as np

from convexplorer.kernels.filter import Filter
from convexplorer.results.field_words import field_sentence
from convexplorer.results.kernel_facts import derived
from tests.model.examples import conv_layer


def test_of_a_kernel_on_maps_nothing_is_said_of_pictures():
    one = Filter("learned", np.random.default_rng(0).normal(size=(4, 3, 3)))
    layer = conv_layer((one,))

    said, inner = derived(one, layer, 4), derived(one, layer, 4, reads_picture=False)

    assert any("picture" in sentence for sentence in said)
    assert not any(word in " ".join(inner) for word in ("picture", "grey", "brightness", "pixels"))


def test_of_a_kernel_on_maps_what_holds_for_any_numbers_is_said():
    one = Filter("product", np.outer([1, 2, 1], [1, 0, -1])[np.newaxis].astype(float))

    assert any("Rank one" in sentence for sentence in derived(one, conv_layer((one,)), 1, reads_picture=False))


def test_where_nothing_moves_a_value_the_sentence_says_so():
    sentence = field_sentence((7, 7), (0, 0), 0.95, (40, 50))

    assert "0 × 0" not in sentence
    assert sentence.endswith("In this picture nothing moves it: its gradient is 0.")
