from dataclasses import replace

import numpy as np
import pytest

from convexplorer.model import edits
from convexplorer.model.folds import folds, folds_at
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.project import Project
from convexplorer.model.storage.documents import Node, ProjectError
from convexplorer.model.storage.schema import project_from_node, project_to_document
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources import Source
from convexplorer.sources.frame import Frame
from tests import stacks


def pools(*names):
    return tuple(make_layer("max_pool", id=name) for name in names)


@pytest.fixture
def project():
    return Project(Source("image", "p.png"), pools(*"abcdefgh"))


def groups(project):
    return [layer.group for layer in project.layers]


def test_neighbours_come_under_one_name_and_leave_it_again(project):
    grouped = edits.group_layers(project, 2, 4, " stage 1 ")

    assert groups(grouped) == ["", "", "stage 1", "stage 1", "stage 1", "", "", ""]
    renamed = edits.rename_group(grouped, "stage 1", "first")
    assert set(groups(renamed)) == {"", "first"}
    assert groups(edits.ungroup(renamed, "first")) == groups(project)
    assert edits.rename_group(grouped, "stage 1", "stage 1") is grouped


def test_what_cannot_be_grouped_says_why(project):
    grouped = edits.group_layers(project, 1, 5, "whole")

    for refused, reason in (
        (lambda: edits.group_layers(project, 3, 1, "x"), "a group has layers"),
        (lambda: edits.group_layers(project, 1, 8, "x"), "a group has layers"),
        (lambda: edits.group_layers(project, 1, 2, "  "), "needs a name"),
        (lambda: edits.group_layers(grouped, 6, 7, "whole"), "already"),
        (lambda: edits.group_layers(grouped, 2, 3, "middle"), "two parts"),
        (lambda: edits.rename_group(edits.group_layers(grouped, 6, 7, "end"), "end", "whole"), "already"),
        (lambda: edits.ungroup(grouped, "none"), "no group"),
        (lambda: edits.ungroup(grouped, ""), "no group"),
    ):
        with pytest.raises(ValueError, match=reason):
            refused()


def test_a_group_stays_in_one_piece_whatever_is_edited(project):
    grouped = edits.group_layers(edits.group_layers(project, 1, 3, "one"), 4, 6, "two")
    rng = np.random.default_rng(0)

    for _ in range(300):
        count = len(grouped.layers)
        at, to = (int(n) for n in rng.integers(0, count, 2))
        edit = [
            lambda p, i=at: edits.add_layer(p, make_layer("max_pool"), i),
            lambda p, i=at, j=to: edits.move_layer(p, i, j),
            lambda p, i=at: edits.duplicate_layer(p, i),
            lambda p, i=at: edits.remove_layer(p, i) if len(p.layers) > 4 else p,
        ][int(rng.integers(4))]
        grouped = edit(grouped)

        names = [fold.name for fold in folds(grouped.layers) if fold.name]
        assert len(set(names)) == len(names)


def test_what_is_put_into_a_group_belongs_to_it_and_what_is_put_beside_does_not(project):
    grouped = edits.group_layers(project, 2, 4, "g")

    assert groups(edits.add_layer(grouped, make_layer("max_pool"), 3))[2:6] == ["g"] * 4
    assert groups(edits.add_layer(grouped, make_layer("max_pool"), 5))[5] == ""
    assert groups(edits.add_layer(grouped, make_layer("max_pool"), 2))[2] == ""
    assert groups(edits.move_layer(grouped, 3, 7))[-1] == ""
    assert groups(edits.duplicate_layer(grouped, 4))[4:6] == ["g", "g"]


def test_groups_are_in_the_file_and_files_without_them_open(project):
    grouped = edits.group_layers(project, 2, 4, "stage “1”")

    document = project_to_document(grouped)
    again = project_from_node(Node(document, ""))

    assert groups(again) == groups(grouped)
    assert all("group" not in layer for layer in project_to_document(project)["layers"])
    for layer in document["layers"]:
        layer.pop("group", None)
    assert set(groups(project_from_node(Node(document, "")))) == {""}


def test_a_group_in_a_file_is_text(project):
    document = project_to_document(project)
    document["layers"][1]["group"] = 3

    with pytest.raises(ProjectError, match="group"):
        project_from_node(Node(document, ""))


def test_bundles_lie_within_groups_and_none_crosses_their_ends():
    layers = stacks.chain(8)  # convolutions and ReLUs in turn
    project = edits.group_layers(Project(Source("image", "p.png"), layers), 1, 4, "g")

    found = folds(project.layers)

    assert [(fold.first, fold.last, fold.name) for fold in found] == [(0, 0, ""), (1, 4, "g"), (6, 7, "")]
    assert [(fold.first, fold.last) for fold in found[1].inner] == [(2, 3), (4, 4)]
    assert [fold.name for fold in folds_at(found, 3)] == ["g", ""]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("conv1", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.downsample.0", "layer1.1.conv1", "layer1.1.bn1", "fc"),
         ["", "layer1.0", "layer1.0", "layer1.0", "layer1.1", "layer1.1", ""]),
        (("features.0", "features.1", "classifier.0"), ["", "", ""]),
        (("features.0.0", "features.0.1", "features.1.conv.0.0", "features.1.conv.1"),
         ["features.0", "features.0", "features.1", "features.1"]),
        (("conv1_conv", "conv2_block1_1_conv", "conv2_block1_out", "conv2_block2_1_conv", "conv2_block2_out"),
         ["", "conv2_block1", "conv2_block1", "conv2_block2", "conv2_block2"]),
        (("block_1_expand", "block_1_project", "block_2_expand"), ["block_1", "block_1", ""]),
        (("conv", "conv_2", "max_pool"), ["", "", ""]),
        (("a.0.x", "a.0.y", "b", "a.0.z", "a.0.w"), ["a.0", "a.0", "", "", ""]),
    ],
)  # fmt: skip
def test_names_in_the_file_of_a_network_tell_of_blocks(project, names, expected):
    opened = OpenedNetwork("net", pools(*names))

    assert groups(edits.replace_network(project, opened)) == expected


def test_grouping_computes_nothing_anew():
    rng = np.random.default_rng(0)
    frame = Frame(rng.normal(size=(3, 32, 32)).astype(np.float32), ("R", "G", "B"))
    project = Project(Source("image", "p.png"), stacks.chain(6))
    before = render(Job(frame, project, View()))

    grouped = edits.group_layers(project, 1, 3, "g")
    after = render(Job(frame, grouped, View()), before)

    assert all(one is other for one, other in zip(before.evaluation, after.evaluation, strict=True))
    assert replace(grouped.layers[1], group="").filters is project.layers[1].filters
