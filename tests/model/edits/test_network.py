"""Another network in place of the layers, and the names of its classes."""

import pytest

from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.opened import OpenedNetwork
from tests.model.examples import bank

OPENED = OpenedNetwork("tiny", (make_layer("flatten"), make_layer("dense", units=2)), class_names=("cat", "dog"))


def test_a_network_replaces_layers_and_names_and_nothing_else():
    before = edits.set_display(bank("sobel-x"), palette="gray")

    after = edits.replace_network(before, OPENED)

    assert [layer.kind for layer in after.layers] == ["flatten", "dense"]
    assert after.class_names == ("cat", "dog")
    assert (after.source, after.display) == (before.source, before.display)


def test_a_network_without_names_takes_those_of_the_last_one_away():
    before = edits.replace_network(bank("sobel-x"), OPENED)

    assert edits.replace_network(before, OpenedNetwork("other", OPENED.layers)).class_names == ()


def test_names_that_stay_are_no_edit():
    project = edits.set_class_names(bank("sobel-x"), ("cat", "dog"))

    assert edits.set_class_names(project, (" cat", "dog ")) is project


def test_a_class_without_a_name_is_refused():
    with pytest.raises(ValueError, match="name 2 of 2 is empty"):
        edits.set_class_names(bank("sobel-x"), ("cat", " "))
