"""Edits: each returns a new project, leaves the old one alone, and refuses the impossible in words."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter
from convexplorer.model import edits
from convexplorer.model import layer as layer_module
from convexplorer.model.default import default_project
from convexplorer.model.project import Project
from convexplorer.model.storage.files import from_json, to_json
from convexplorer.sources.frame import Source
from tests.model.examples import PHOTO, add_pool, bank, conv, conv_layer, drawn, planes, projects

SHARPEN = make_filter("sharpen")
UNUSUAL = Filter("unusual", np.full((2, 3), 0.217), 0.123)

# One of each, with arguments that fit any project whose first layer is a convolution.
EVERY_EDIT = {
    "set_source": lambda p: edits.set_source(p, Source("image", "other.png")),
    "set_channels": lambda p: edits.set_channels(p, "1"),
    "set_display": lambda p: edits.set_display(p, coverage=0.123),
    "set_layer": lambda p: edits.set_layer(p, 0, strides=(11, 13), activation="exponential"),
    "set_kernel_size": lambda p: edits.set_kernel_size(p, 0, (6, 9)),
    "add_pool": lambda p: add_pool(p, 0),
    "add_filter": lambda p: edits.add_filter(p, 0, SHARPEN),
    "duplicate_filter": lambda p: edits.duplicate_filter(p, 0, 0),
    "rename_filter": lambda p: edits.rename_filter(p, 0, 0, "another name"),
    "replace_filter": lambda p: edits.replace_filter(p, 0, 0, UNUSUAL),
    "set_planes": lambda p: edits.set_planes(p, 0, 0, np.full(conv(p).kernel_size, 0.123)),
    "set_weight": lambda p: edits.set_weight(p, 0, 0, 0, 0, 0, 0.123),
    "set_bias": lambda p: edits.set_bias(p, 0, 0, 0.123),
    "negate": lambda p: edits.transform_filter(edits.set_weight(p, 0, 0, 0, 0, 0, 3.217), 0, 0, "negate"),
}


@pytest.mark.parametrize("name", EVERY_EDIT)
@settings(max_examples=20)
@given(project=projects.filter(lambda p: p.layers and p.layers[0].has_filters))
def test_every_edit_makes_a_new_project_and_leaves_the_old_one_alone(name, project):
    before = to_json(project)

    new = EVERY_EDIT[name](project)

    assert new is not project
    assert to_json(project) == before
    assert to_json(new) != before


@pytest.mark.parametrize("name", EVERY_EDIT)
def test_every_array_of_an_edited_project_is_read_only(name):
    project = EVERY_EDIT[name](bank("sobel-x", "red-green-edge-x"))

    assert [array.flags.writeable for array in _arrays(project)] == [False] * len(list(_arrays(project)))


REPEATABLE = sorted(set(EVERY_EDIT) - {"add_pool", "add_filter", "duplicate_filter", "replace_filter", "negate"})


@pytest.mark.parametrize("name", REPEATABLE)
def test_an_edit_that_changes_nothing_returns_the_same_project(name):
    once = EVERY_EDIT[name](bank("sobel-x"))

    assert EVERY_EDIT[name](once) is once


# Project and layers


def test_another_source_keeps_the_kernels():
    project = bank()

    assert edits.set_source(project, Source("camera", "0")).layers is project.layers


@pytest.mark.parametrize(("field", "value"), [("strides", (2, 3)), ("dilation_rate", (3, 1)), ("padding", "valid")])
def test_a_layer_setting_is_set(field, value):
    assert conv(edits.set_layer(bank(), 0, **{field: value}))[field] == value


def test_an_activation_can_be_set_by_name_or_with_parameters():
    by_name = edits.set_layer(bank(), 0, activation="leaky_relu")
    by_value = edits.set_layer(bank(), 0, activation=Activation("leaky_relu", {"negative_slope": 0.5}))

    assert conv(by_name).activation == Activation("leaky_relu")
    assert conv(by_value).activation.parameters["negative_slope"] == 0.5


def test_layers_that_did_not_change_are_shared():
    project = add_pool(bank(), 0)

    changed = edits.set_layer(project, 1, kind="average_pool")

    assert changed.layers[0] is project.layers[0]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda p: edits.set_layer(p, 0, stride=2), "Conv2D has no 'stride'; it has strides, dilation_rate, padding"),
        (lambda p: edits.set_layer(p, 0, filters=()), "has no 'filters'"),
        (
            lambda p: edits.set_layer(p, 1, border="wrap"),
            "MaxPooling2D has no 'border'; it has pool_size",
        ),
        (lambda p: edits.set_layer(p, 7, strides=2), "layer must lie in 0…1; got 7"),
        (lambda p: edits.set_layer(p, -1, strides=2), "layer must lie in 0…1; got -1"),
        (lambda p: edits.set_layer(p, 0, activation="rely"), "rely"),
        (lambda p: edits.set_display(p, colour="red"), "the display has no 'colour'"),
        (lambda p: edits.set_display(p, palette="rainbow"), "palette must be one of"),
        (lambda p: edits.set_channels(p, "red"), "channels must be"),
        (lambda p: edits.set_bias(p, 1, 0, 1.0), "layer 1 is MaxPooling2D and has no filters"),
        (lambda p: add_pool(p, 0, "median"), "kind must be one of conv, depthwise_conv,"),
        (lambda p: edits.set_layer(p, 0, kind="median"), "kind must be one of conv, depthwise_conv,"),
        (lambda p: edits.set_layer(p, 0, kind="max_pool"), "Conv2D can't become MaxPooling2D; add one instead"),
        (lambda p: edits.remove_layer(edits.remove_layer(p, 0), 0), "the only layer cannot be removed"),
    ],
)
def test_impossible_layer_edits_are_refused_in_words(edit, sentence):
    with pytest.raises(ValueError) as caught:
        edit(add_pool(bank(), 0))

    assert sentence in str(caught.value)


def test_a_pool_comes_behind_its_layer_and_goes_again():
    project = add_pool(bank(), 0, "average")

    assert project.layers[1].kind == "average_pool"
    assert len(edits.remove_layer(project, 1).layers) == 1


# Size


def test_resizing_keeps_the_centre_of_every_filter():
    project = edits.set_kernel_size(drawn(np.arange(9.0).reshape(3, 3), np.eye(3)), 0, (5, 4))

    assert conv(project).kernel_size == (5, 4)
    assert planes(project, 0)[0, 2, 1] == 4
    assert planes(project, 1)[0, 2, 1] == 1


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 9), st.integers(0, 9))
def test_growing_and_shrinking_back_changes_nothing(rows, columns, more_rows, more_columns):
    project = drawn(np.arange(1.0, rows * columns + 1).reshape(rows, columns))

    larger = edits.set_kernel_size(project, 0, (rows + more_rows, columns + more_columns))
    back = edits.set_kernel_size(larger, 0, (rows, columns))

    assert to_json(back) == to_json(project)


def test_a_preset_with_zeros_around_is_still_that_preset():
    project = edits.set_kernel_size(bank("sobel-x"), 0, 7)

    assert conv(project).filters[0].preset == "sobel-x"


def test_a_preset_that_lost_weights_is_edited_by_hand():
    project = edits.set_kernel_size(bank("sobel-5x5-x"), 0, 3)

    assert conv(project).filters[0].preset is None


def test_a_preset_with_a_size_of_its_own_is_computed_anew():
    project = edits.set_kernel_size(bank("gaussian"), 0, 9)

    one = conv(project).filters[0]
    assert one.preset == "gaussian"
    assert one.parameters["size"] == 9
    assert np.array_equal(one.planes, make_filter("gaussian", **one.parameters).planes)


def test_a_preset_that_has_no_such_size_gets_zeros_around():
    project = edits.set_kernel_size(bank("gaussian", "sobel-x"), 0, (15, 3))

    assert conv(project).kernel_size == (15, 3)


@pytest.mark.parametrize("size", [0, 1025, (3, 0), (3, 2000), 2.5, "3", (3, 3, 3)])
def test_impossible_sizes_are_refused(size):
    with pytest.raises(ValueError, match="kernel size must"):
        edits.set_kernel_size(bank(), 0, size)


@pytest.mark.parametrize("size", [1, 63, 65, (1, 255), (2, 4)])
def test_all_sizes_are_possible(size):
    assert (
        planes(edits.set_kernel_size(bank(), 0, size)).shape[1:]
        == conv(edits.set_kernel_size(bank(), 0, size)).kernel_size
    )


# Bank


def test_filters_are_added_at_the_end_or_where_asked():
    project = edits.add_filter(edits.add_filter(bank("sobel-x"), 0, SHARPEN), 0, make_filter("emboss"), at=0)

    assert [f.name for f in conv(project).filters] == ["emboss", "sobel-x", "sharpen"]


def test_a_larger_filter_makes_the_others_grow_without_losing_weights():
    project = edits.add_filter(bank("sobel-x"), 0, make_filter("sobel-5x5-x"))

    assert conv(project).kernel_size == (5, 5)
    assert np.array_equal(planes(project, 0)[:, 1:4, 1:4], make_filter("sobel-x").planes)


def test_a_smaller_filter_gets_zeros_around_and_stays_its_preset():
    project = edits.add_filter(bank("sobel-5x5-x"), 0, make_filter("sobel-x"))

    assert conv(project).kernel_size == (5, 5)
    assert conv(project).filters[1].preset == "sobel-x"


def test_a_layer_with_one_filter_takes_the_size_of_its_replacement():
    assert conv(edits.replace_filter(bank("sobel-5x5-x"), 0, 0, SHARPEN)).kernel_size == (3, 3)


def test_a_copy_has_a_name_of_its_own():
    project = bank("sobel-x")
    for _ in range(3):
        project = edits.duplicate_filter(project, 0, 0)

    assert sorted(f.name for f in conv(project).filters) == ["sobel-x", "sobel-x 2", "sobel-x 3", "sobel-x 4"]
    assert np.array_equal(planes(project, 3), planes(project, 0))


@given(st.integers(0, 4), st.integers(0, 4))
def test_a_moved_filter_is_where_it_was_asked_and_the_others_keep_their_order(index, to):
    names = ["identity", "sobel-x", "sobel-y", "sharpen", "emboss"]

    moved = [f.name for f in conv(edits.move_filter(bank(*names), 0, index, to)).filters]

    assert moved[to] == names[index]
    assert [name for name in moved if name != names[index]] == [name for name in names if name != names[index]]


def test_removing_a_filter_keeps_the_others_as_they_are():
    project = bank("sobel-x", "sobel-5x5-x")

    rest = edits.remove_filter(project, 0, 1)

    assert conv(rest).filters[0] is conv(project).filters[0]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda p: edits.remove_filter(edits.remove_filter(p, 0, 0), 0, 0), "last one"),
        (lambda p: edits.remove_filter(p, 0, 2), "filter must lie in 0…1; got 2"),
        (lambda p: edits.move_filter(p, 0, 0, 2), "filter must lie in 0…1; got 2"),
        (lambda p: edits.add_filter(p, 0, SHARPEN, at=3), "inserted at 0…2; got 3"),
        (lambda p: edits.rename_filter(p, 0, 0, " \n "), "name must have 1 to 200 characters"),
    ],
)
def test_impossible_bank_edits_are_refused_in_words(edit, sentence):
    with pytest.raises(ValueError) as caught:
        edit(bank("sobel-x", "sobel-y"))

    assert sentence in str(caught.value)


def test_a_bank_grows_beyond_64_filters():
    project = edits.duplicate_filter(bank(*["sobel-x"] * 64), 0, 0)

    names = [f.name for f in conv(project).filters]
    assert len(names) == 65
    assert names[1] == "sobel-x 2"


def test_a_bank_is_full_where_its_weights_are_too_many(monkeypatch):
    monkeypatch.setattr(layer_module, "MAX_WEIGHTS", 64 * 9)

    with pytest.raises(ValueError, match=r"a layer holds at most 576 weights .* got 585"):
        edits.duplicate_filter(bank(*["sobel-x"] * 64), 0, 0)


# Kernel


def test_one_weight_changes_one_cell_and_makes_it_hand_made():
    project = bank("sobel-x")

    changed = edits.set_weight(project, 0, 0, None, 1, 2, 2.5)

    difference = planes(changed) - planes(project)
    assert difference[0, 1, 2] == 0.5
    assert np.count_nonzero(difference) == 1
    assert conv(changed).filters[0].preset is None


def test_a_weight_is_set_in_one_plane_or_in_all():
    project = edits.split_planes(bank("identity"), 0, 0, 3)

    assert planes(edits.set_weight(project, 0, 0, 1, 0, 0, 5.0))[:, 0, 0].tolist() == [0, 5, 0]
    assert planes(edits.set_weight(project, 0, 0, None, 0, 0, 5.0))[:, 0, 0].tolist() == [5, 5, 5]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300, 5e-324])
def test_any_number_can_be_a_weight(value):
    assert np.array_equal(planes(edits.set_weight(bank(), 0, 0, None, 0, 0, value))[0, 0, 0], value, equal_nan=True)


@pytest.mark.parametrize(("plane", "row", "column"), [(1, 0, 0), (None, 3, 0), (None, 0, -1)])
def test_a_cell_outside_the_kernel_is_refused(plane, row, column):
    with pytest.raises(ValueError, match="must lie in 0…"):
        edits.set_weight(bank(), 0, 0, plane, row, column, 1.0)


def test_splitting_and_merging_leads_back():
    project = drawn(np.random.default_rng(0).normal(size=(3, 3)))

    split = edits.split_planes(project, 0, 0, 3)

    assert planes(split).shape == (3, 3, 3)
    assert to_json(edits.merge_planes(split, 0, 0)) == to_json(project)


def test_splitting_again_into_another_number_is_refused():
    with pytest.raises(ValueError, match="merge them"):
        edits.split_planes(edits.split_planes(bank(), 0, 0, 3), 0, 0, 4)


@pytest.mark.parametrize("operation", edits.TRANSFORMS)
def test_a_transform_can_be_applied_to_one_plane(operation):
    project = drawn(np.random.default_rng(1).normal(size=(3, 3, 3)))

    changed = edits.transform_filter(project, 0, 0, operation, plane=1)

    assert np.array_equal(planes(changed)[[0, 2]], planes(project)[[0, 2]])
    assert not np.array_equal(planes(changed)[1], planes(project)[1])


def test_a_transform_that_changes_nothing_leaves_the_preset():
    assert edits.transform_filter(project := bank("sobel-x"), 0, 0, "flip-vertical") is project


def test_turning_a_lone_kernel_turns_its_size():
    assert conv(edits.transform_filter(bank("gradient-x"), 0, 0, "rotate")).kernel_size == (3, 1)


@pytest.mark.parametrize("operation", ["rotate", "transpose"])
def test_turning_one_of_several_kernels_that_are_not_square_is_refused(operation):
    with pytest.raises(ValueError, match="turning a 1×3 kernel makes it 3×1, but all filters"):
        edits.transform_filter(bank("gradient-x", "gradient-x"), 0, 0, operation)


def test_turning_one_plane_that_is_not_square_is_refused():
    with pytest.raises(ValueError, match="turn all planes together"):
        edits.transform_filter(edits.split_planes(bank("gradient-x"), 0, 0, 3), 0, 0, "rotate", plane=0)


def test_turning_the_only_plane_of_a_lone_kernel_turns_its_size():
    assert conv(edits.transform_filter(bank("gradient-x"), 0, 0, "rotate", plane=0)).kernel_size == (3, 1)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda p: edits.transform_filter(p, 0, 0, "explode"), "operation must be one of rotate"),
        (lambda p: edits.transform_filter(p, 0, 0, "rotate", plane=1), "plane must lie in 0…0; got 1"),
        (lambda p: edits.transform_filter(p, 0, 0, "normalize-sum"), "add up to 0"),
        (lambda p: edits.set_planes(p, 0, 0, np.ones((0, 1))), "weights; got 1×0×1, that is 0"),
        (lambda p: edits.set_planes(p, 0, 0, np.ones((1, 1, 1, 1))), "planes must have 2 or 3 axes"),
        (lambda p: edits.split_planes(p, 0, 0, 0), "a filter has 1 plane or more; got 0"),
        (lambda p: edits.set_preset_parameter(p, 0, 0, "sigma", 1.0), "sobel-x has no parameter 'sigma'; it has none"),
        (
            lambda p: edits.set_preset_parameter(edits.set_weight(p, 0, 0, None, 0, 0, 3.0), 0, 0, "sigma", 1.0),
            "was edited by hand",
        ),
    ],
)
def test_impossible_kernel_edits_are_refused_in_words(edit, sentence):
    with pytest.raises(ValueError) as caught:
        edit(bank("sobel-x"))

    assert sentence in str(caught.value)


def test_a_preset_parameter_computes_the_weights_anew():
    project = edits.set_preset_parameter(bank("gaussian"), 0, 0, "sigma", 2.5)

    one = conv(project).filters[0]
    assert one.parameters["sigma"] == 2.5
    assert np.array_equal(one.planes, make_filter("gaussian", **one.parameters).planes)


def test_a_preset_parameter_out_of_range_is_refused():
    with pytest.raises(ValueError, match="sigma must lie in"):
        edits.set_preset_parameter(bank("gaussian"), 0, 0, "sigma", -1.0)


def test_a_preset_parameter_keeps_the_zeros_around_the_kernel():
    wide = edits.add_filter(bank("gaussian"), 0, Filter("large", np.ones((15, 15))))
    project = Project(PHOTO, (conv_layer(conv(wide).filters[:1]),))

    changed = edits.set_preset_parameter(project, 0, 0, "sigma", 1.5)

    assert conv(changed).kernel_size == (15, 15)


def test_a_larger_preset_size_makes_the_layer_grow():
    project = edits.set_preset_parameter(bank("gaussian", "sobel-x"), 0, 0, "size", 11)

    assert conv(project).kernel_size == (11, 11)


def _arrays(value):
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _arrays(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _arrays(getattr(value, field.name))


def test_planes_of_their_own_that_are_still_equal_are_still_the_preset():
    project = default_project()
    name = project.layers[0].filters[0].name

    apart = edits.split_planes(project, 0, 0, 3)
    together = edits.merge_planes(apart, 0, 0)
    read = from_json(to_json(apart))

    for one in (apart, together, read):
        assert (one.layers[0].filters[0].name, one.layers[0].filters[0].preset) == (name, "vertical-line")
    edited = edits.set_weight(apart, 0, 0, 1, 0, 0, 5.0)
    assert edited.layers[0].filters[0].preset is None
    assert edits.merge_planes(edited, 0, 0).layers[0].filters[0].preset is None
