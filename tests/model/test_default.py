"""What a person sees first."""

import pytest

from convexplorer.kernels.presets import make_filter
from convexplorer.model.default import bank_layer, default_project, new_layer
from convexplorer.model.edits import add_layer
from convexplorer.model.layer import make_layer
from convexplorer.sources.frame import Source
from tests.model.examples import conv


def test_the_first_sight_is_eight_small_kernels_on_a_sample():
    project = default_project()

    assert project.source == Source("sample", "astronaut")
    assert [f.name for f in conv(project).filters] == [
        "vertical-line",
        "horizontal-line",
        "sobel-x",
        "sobel-y",
        "laplacian",
        "emboss",
        "diagonal-line-45",
        "sharpen",
    ]
    assert conv(project).kernel_size == (3, 3)
    assert conv(project)["padding"] == "same"
    assert conv(project).activation.name == "linear"


def test_kernels_and_source_can_be_asked_for():
    project = default_project(Source("camera", "0"), ["sobel-5x5-x", "sobel-x"])

    assert project.source.kind == "camera"
    assert [f.preset for f in conv(project).filters] == ["sobel-5x5-x", "sobel-x"]
    assert conv(project).kernel_size == (5, 5)


def test_an_unknown_kernel_is_refused_with_a_hint():
    with pytest.raises(ValueError, match="did you mean sobel-x"):
        default_project(kernels=["sobelx"])


def test_a_bank_without_a_filter_is_refused():
    with pytest.raises(ValueError, match="a layer holds 1 filter or more; got 0"):
        bank_layer([])


@pytest.mark.parametrize("count", [1, 65, 300])
def test_a_bank_may_have_as_many_filters_as_one_likes(count):
    assert len(bank_layer([make_filter("sobel-x")] * count).filters) == count


def test_an_unpooling_undoes_the_pooling_whose_maps_have_the_shape_of_those_before_it():
    project = default_project()
    for size in (2, 3):
        project = add_layer(project, make_layer("max_pool", pool_size=size, strides=size))
    project = add_layer(project, make_layer("unpool", inputs=("max_pool_2", "max_pool"), pool_size=3, strides=3))
    shapes = {"conv": (8, 12, 12), "max_pool": (8, 6, 6), "max_pool_2": (8, 2, 2), "unpool": (8, 6, 6)}

    new = new_layer("unpool", project, 4, shapes)

    assert new.inputs == ("unpool", "conv")
    assert (new["pool_size"], new["strides"]) == ((2, 2), (2, 2))


def test_a_merge_joins_the_layer_before_with_the_nearest_of_the_same_shape():
    project = default_project()
    for kind in ("activation", "max_pool", "activation"):
        project = add_layer(project, make_layer(kind))
    shapes = {"conv": (8, 12, 12), "activation": (8, 12, 12), "max_pool": (8, 6, 6), "activation_2": (8, 6, 6)}

    assert new_layer("add", project, 4, shapes).inputs == ("activation_2", "max_pool")
    assert new_layer("add", project, 2, shapes).inputs == ("activation", "conv")
