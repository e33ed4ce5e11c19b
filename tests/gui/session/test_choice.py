from dataclasses import replace

from convexplorer.gui.session.choice import chosen_filter, chosen_layer, layer_index
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.view import View
from tests.model.examples import add_pool


def test_a_selection_that_outlived_its_layer_means_the_first_one() -> None:
    project = add_pool(default_project(), 0)

    assert layer_index(project, View(layer="gone")) == 0
    assert chosen_layer(project, View(layer="gone")) is project.layers[0]


def test_a_selection_follows_its_layer_to_another_place() -> None:
    project = edits.move_layer(add_pool(default_project(), 0), 1, 0)

    assert layer_index(project, View(layer="conv")) == 1
    assert chosen_layer(project, View(layer="max_pool")) is project.layers[0]


def test_a_selected_pool_means_the_filters_of_the_first_convolution() -> None:
    project = add_pool(default_project(), 0)

    chosen = chosen_filter(project, View(layer="max_pool", filter=2))

    assert chosen is not None
    assert chosen.layer_index == 0
    assert chosen.filter is project.layers[0].filters[2]


def test_a_filter_that_is_gone_means_the_last_one() -> None:
    chosen = chosen_filter(default_project(), View(filter=99))

    assert chosen is not None
    assert chosen.filter_index == 7


def test_a_project_of_pools_alone_has_no_filter() -> None:
    project = add_pool(default_project(), 0)
    pools = replace(project, layers=project.layers[1:])

    assert chosen_filter(pools, View()) is None
