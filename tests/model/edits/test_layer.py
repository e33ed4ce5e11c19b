"""Edits of whole layers: ids stay, named inputs stay true, whatever is added, moved and removed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.kinds import KINDS
from convexplorer.core.operators.initializers import INITIALIZERS
from convexplorer.model import edits
from convexplorer.model.build import build
from convexplorer.model.default import new_layer
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import INPUT, Project
from convexplorer.model.storage.files import from_json, to_json
from tests.model.examples import PHOTO, bank, conv, planes


def step(name: str, *inputs: str, kind: str = "activation") -> Layer:
    return make_layer(kind, id=name, inputs=inputs)


# a ─ b ─ c, and d beside them; e joins.
BRANCHES = Project(
    PHOTO, (step("a"), step("b"), step("c"), step("d", INPUT), step("e", "c", "d", kind="add"), step("f"))
)


def reads(project: Project) -> dict[str, tuple[str, ...]]:
    """Return the names of what each layer reads."""
    names = [*project.ids, INPUT]
    return {name: tuple(names[j] for j in project.inputs_of(i)) for i, name in enumerate(project.ids)}


# Adding


def test_a_layer_that_is_added_is_read_by_the_one_behind_it():
    found = reads(edits.add_layer(BRANCHES, make_layer("flatten"), 1))

    assert found["flatten"] == ("a",)
    assert found["b"] == ("flatten",)
    assert found["e"] == ("c", "d")


@pytest.mark.parametrize("at", [-1, 7])
def test_a_place_that_is_not_there_is_refused(at):
    with pytest.raises(ValueError, match=f"a layer can be inserted at 0…6; got {at}"):
        edits.add_layer(BRANCHES, make_layer("flatten"), at)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_layer_of_every_kind_can_be_added_anywhere_and_gives_maps(kind, at):
    project = edits.add_layer(bank(), make_layer("activation"))
    shapes = {"conv": (3, 12, 12), "activation": (3, 12, 12)}

    new = edits.add_layer(project, new_layer(kind, project, at, shapes), at)

    assert new.ids[at] not in project.ids
    assert new.layers[at].kind == kind
    if KINDS[kind].geometry not in ("unpool", "flat", "global"):  # these need a pool before, or leave no maps behind
        shapes_then = build(new.layers, (3, 12, 12)).input_shapes
        assert all(shapes_then)


def test_a_copy_reads_the_layer_that_was_copied():
    assert reads(edits.duplicate_layer(BRANCHES, 1))["activation"] == ("b",)
    copied = edits.duplicate_layer(BRANCHES, 4)
    assert reads(copied)["add"] == ("e", "d")
    assert reads(copied)["f"] == ("add",)


# Removing


def test_layers_that_read_a_removed_one_by_name_read_what_it_read():
    found = reads(edits.remove_layer(BRANCHES, 2))

    assert found["e"] == ("b", "d")


def test_the_layer_behind_a_removed_one_reads_the_one_before():
    assert reads(edits.remove_layer(BRANCHES, 1))["c"] == ("a",)


def test_a_branch_does_not_slip_to_another_when_its_beginning_goes():
    # d reads the picture and g reads d; without d, g must not read c.
    project = edits.add_layer(BRANCHES, make_layer("flatten"), 4)
    assert reads(project)["flatten"] == ("d",)

    assert reads(edits.remove_layer(project, 3))["flatten"] == (INPUT,)


def test_the_layer_behind_a_removed_join_reads_its_first_input():
    assert reads(edits.remove_layer(BRANCHES, 4))["f"] == ("c",)


def test_the_only_layer_stays():
    with pytest.raises(ValueError, match="the only layer cannot be removed; switch it off instead"):
        edits.remove_layer(bank(), 0)


def test_a_layer_that_was_added_and_removed_leaves_the_project_as_it_was():
    for at in range(len(BRANCHES.layers) + 1):
        added = edits.add_layer(BRANCHES, make_layer("flatten"), at)

        assert reads(edits.remove_layer(added, at)) == reads(BRANCHES)


# Moving


def test_a_moved_layer_keeps_its_id_and_reads_the_one_before_it_there():
    found = reads(edits.move_layer(BRANCHES, 0, 1))

    assert found["b"] == (INPUT,)
    assert found["a"] == ("b",)


def test_a_layer_cannot_move_before_what_it_reads_by_name():
    with pytest.raises(ValueError, match="inputs of 'e' must be layers before it or 'input'; got 'd'"):
        edits.move_layer(BRANCHES, 4, 3)


def test_moving_to_the_same_place_changes_nothing():
    assert edits.move_layer(BRANCHES, 2, 2) is BRANCHES


# Inputs and weights


def test_inputs_are_chosen_by_name_and_given_back():
    apart = edits.set_inputs(BRANCHES, 1, (INPUT,))

    assert reads(apart)["b"] == (INPUT,)
    assert reads(edits.set_inputs(apart, 1, ())) == reads(BRANCHES)
    assert edits.set_inputs(apart, 1, [INPUT]) is apart


@pytest.mark.parametrize(
    ("layer", "inputs", "sentence"),
    [
        (1, ("nobody",), "inputs of 'b' must be layers before it or 'input'; got 'nobody'"),
        (1, ("c",), "inputs of 'b' must be layers before it or 'input'; got 'c'"),
        (1, ("a", "input"), "Activation has 1 input(s); got 2"),
        (4, ("c",), "Add joins two inputs or more; got 1"),
        (4, (), "inputs of 'e' must name two or more layers; got none"),
    ],
)
def test_impossible_inputs_are_refused_in_words(layer, inputs, sentence):
    with pytest.raises(ValueError) as caught:
        edits.set_inputs(BRANCHES, layer, inputs)

    assert sentence in str(caught.value)


def test_weights_are_set_and_taken_back():
    project = Project(PHOTO, (make_layer("batch_norm"),))

    learned = edits.set_weight_array(project, 0, "gamma", [2.0, 3.0])

    assert learned.layers[0].weights["gamma"].tolist() == [2, 3]
    assert edits.set_weight_array(learned, 0, "gamma", np.array([2.0, 3.0])) is learned
    assert not edits.set_weight_array(learned, 0, "gamma", None).layers[0].weights
    assert edits.set_weight_array(project, 0, "gamma", None) is project
    with pytest.raises(ValueError, match="BatchNormalization has no 'delta'; it has beta, gamma"):
        edits.set_weight_array(project, 0, "delta", [1.0])


@pytest.mark.parametrize("name", INITIALIZERS)
def test_an_initializer_gives_every_filter_planes_for_the_channels(name):
    new = edits.initialize_layer(bank(), 0, name, channels=5, seed=3)

    assert [one.planes.shape for one in conv(new).filters] == [(5, 3, 3)] * 3
    assert len({one.name for one in conv(new).filters}) == 3
    again = edits.initialize_layer(bank(), 0, name, channels=5, seed=3)
    assert np.array_equal(planes(new, 1), planes(again, 1))


def test_an_initializer_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="initializer must be one of "):
        edits.initialize_layer(bank(), 0, "magic", channels=3)


# Kinds


@pytest.mark.parametrize("kind", ["depthwise_conv", "separable_conv", "conv_transpose"])
def test_another_kind_keeps_what_both_have(kind):
    old = edits.set_layer(bank(), 0, strides=2, activation="relu", groups=3)

    new = edits.set_layer(old, 0, kind=kind)

    assert new.ids == old.ids
    assert new.layers[0].filters == old.layers[0].filters
    assert (new.layers[0]["strides"], new.layers[0].activation.name) == ((2, 2), "relu")
    assert edits.set_layer(new, 0, kind=kind) is new


# Any sequence of edits


@st.composite
def edit_steps(draw):
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from(["add", "duplicate", "remove", "move", "read", "kind"]),
                st.integers(0, 9),
                st.integers(0, 9),
                st.sampled_from(sorted(KINDS)),
            ),
            max_size=12,
        )
    )


def applied(project: Project, name: str, one: int, other: int, kind: str) -> Project:
    """Return the project after an edit with numbers that fit it; the project itself where it is refused."""
    count = len(project.layers)
    one, other = one % count, other % count
    known: dict = {
        "add": lambda: edits.add_layer(project, new_layer(kind, project, one), one),
        "duplicate": lambda: edits.duplicate_layer(project, one),
        "remove": lambda: edits.remove_layer(project, one),
        "move": lambda: edits.move_layer(project, one, other),
        "read": lambda: edits.set_inputs(project, one, (project.ids[other],) * max(len(project.layers[one].inputs), 1)),
        "kind": lambda: edits.set_layer(project, one, kind=kind),
    }
    try:
        return known[name]()
    except ValueError:
        return project


@settings(max_examples=60)
@given(edit_steps())
def test_after_any_edits_ids_are_unique_inputs_true_and_the_file_comes_back(steps):
    project = bank("sobel-x")
    for number in steps:
        before = project
        project = applied(project, *number)

        assert len(set(project.ids)) == len(project.ids)
        assert INPUT not in project.ids
        assert all(j < i for i in range(len(project.layers)) for j in project.inputs_of(i))
        if number[0] in ("add", "duplicate", "move", "kind"):
            assert set(before.ids) <= set(project.ids)
        if number[0] == "remove":
            kept = [name for name in before.ids if name in project.ids]
            assert list(project.ids) == kept

    assert to_json(from_json(to_json(project))) == to_json(project)
    assert len(build(project.layers, (3, 8, 8)).layers) == len(project.layers)
