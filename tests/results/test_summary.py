"""The table of a network: its numbers are those of the core and of Keras, branches and errors are named."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from convexplorer import core
from convexplorer.model.build import build
from convexplorer.model.default import default_project
from convexplorer.model.edits import add_layer, set_layer
from convexplorer.model.layer import make_layer
from convexplorer.model.layer_text import parse_layer
from convexplorer.model.project import Project
from convexplorer.model.ready.table import READY, ready_project
from convexplorer.results.summary import Summary, summarize
from convexplorer.results.summary_text import HEADS, as_csv, as_markdown, as_text, summary_cells, total_lines
from tests.networks.check_code import made, stored
from tests.networks.leaving import networks

SHAPE = (3, 16, 20)
COUNTED = [name for name in stored("keras").counts if "has zeros between" not in made("keras", networks()[name]).text]


def network(*texts: str) -> Project:
    project = default_project(kernels=("sobel-x", "laplacian"))
    for text in texts:
        project = add_layer(project, parse_layer(text, project))
    return project


def summary(*texts: str) -> Summary:
    return summarize(network(*texts).layers, SHAPE)


def test_numbers_are_those_of_the_core():
    project = network("relu", "max_pool", "flatten", "dense:units=5")
    evaluation = core.evaluate(build(project.layers, SHAPE).graph, np.zeros(SHAPE, np.float32))

    found = summarize(project.layers, SHAPE)

    assert [row.trainable for row in found.rows] == core.parameter_counts(evaluation.graph)
    assert [row.multiply_adds for row in found.rows] == core.multiply_adds(evaluation.graph, SHAPE)
    assert [row.field for row in found.rows] == core.receptive_field(evaluation.graph, SHAPE)
    assert [row.shape for row in found.rows] == [maps.shape for maps in evaluation]
    assert [row.map_bytes for row in found.rows] == [maps.nbytes for maps in evaluation]
    assert found.map_bytes == sum(maps.nbytes for maps in evaluation) + 4 * 3 * 16 * 20


@pytest.mark.parametrize("name", COUNTED)
def test_parameters_are_those_that_keras_counts(name: str):
    found = summarize(networks()[name].layers, networks()[name].shape)

    assert [found.parameters, found.trainable] == stored("keras").counts[name]


def test_whole_networks_are_among_those_that_keras_has_counted():
    assert {"lenet", "residual", "mobile", "u-net"} <= set(COUNTED)
    assert len(COUNTED) > 150


def test_values_without_places_keep_what_they_see_of_the_picture():
    found = summary("flatten", "group_norm")

    assert found.rows[2].field == found.rows[1].field


def test_a_layer_whose_axes_are_not_those_of_the_picture_has_no_field():
    layers = [
        make_layer("flatten", id="row"),
        make_layer("reshape", shape=(3, -1), id="signals"),
        make_layer("max_pool", rank=1, id="pool"),
        make_layer("global_average_pool", rank=1, id="means"),
    ]

    found = summarize(layers, SHAPE)

    assert [row.error for row in found.rows] == [""] * 4
    assert found.rows[2].field is None
    assert found.rows[3].field is None
    assert "pool (MaxPooling1D)" in as_text(found)


def test_a_branch_says_what_it_reads():
    project = add_layer(network("relu"), make_layer("add", inputs=("activation", "conv")))

    cells = summary_cells(summarize(project.layers, SHAPE))

    assert [row[3] for row in cells] == ["", "input", "conv", "activation, conv"]


def test_an_error_stands_in_the_row_of_its_layer_and_the_others_have_their_numbers():
    project = set_layer(network("relu"), 0, padding="valid", dilation_rate=(30, 30))
    project = add_layer(project, make_layer("max_pool", inputs=("input",)))

    found = summarize(project.layers, SHAPE)

    assert "spans" in found.rows[0].error
    assert found.rows[1].error == "not computed, because layer 1 failed"
    assert found.rows[2].shape == (3, 8, 10)
    line = as_text(found).splitlines()[3]
    assert line.split("  ")[0] == "conv (Conv2D)"
    assert found.rows[0].error in line


def test_the_sums_say_how_many_layers_they_do_not_know():
    project = set_layer(network("relu"), 0, padding="valid", dilation_rate=(30, 30))

    lines = dict(total_lines(summarize(project.layers, SHAPE)))

    assert lines["Total params"] == "0 (0 B), 2 layers not counted"
    assert lines["Not counted"] == "2 layers without maps: conv, activation"
    assert "ot counted" not in as_text(summary("relu"))


def test_the_cells_of_a_layer_that_failed_are_empty_in_csv_and_its_weights_in_no_sum():
    project = network("max_pool:pool_size=99", "conv", "global_average_pool")

    rows = list(csv.DictReader(io.StringIO(as_csv(summarize(project.layers, SHAPE)))))

    numbers = ("output_shape", "params", "trainable_params", "field", "field_step", "multiply_adds", "map_bytes")
    assert "" not in [rows[0][name] for name in numbers]
    assert [[row[name] for name in numbers] for row in rows[1:]] == [[""] * len(numbers)] * 3
    assert all(row["error"] for row in rows[1:])
    assert summarize(project.layers, SHAPE).parameters == int(rows[0]["params"])


def test_a_failed_layer_whose_weights_are_there_is_not_counted_either():
    project = set_layer(network("relu"), 0, padding="valid", dilation_rate=(30, 30))

    assert summarize(project.layers, SHAPE).parameters == 0


def test_values_without_places_have_no_step():
    rows = list(csv.DictReader(io.StringIO(as_csv(summary("flatten", "dense:units=3", "softmax")))))

    assert [row["field_step"] for row in rows] == ["1x1", "", "", ""]
    assert all(row["field"] for row in rows)


def test_fields_are_whole_numbers_of_cells_behind_layers_that_enlarge():
    project = network("max_pool:pool_size=4,strides=4", "upsample:size=4", "conv_transpose:strides=2,padding=valid")
    found = summarize(project.layers, (3, 64, 64))

    assert [row.field_size for row in found.rows[:3]] == [(3, 3), (6, 6), (6, 6)]
    assert [row[4] for row in summary_cells(found)[1:4]] == ["3 × 3", "6 × 6", "6 × 6"]
    assert all(cell.isdigit() for row in summary_cells(found)[1:] for cell in row[4].split(" × "))


def test_the_fields_of_a_u_net_are_those_of_its_values():
    project = ready_project(READY["u-net"])
    graph = build(project.layers, (3, 96, 96)).graph

    found = summarize(project.layers, (3, 96, 96))

    sizes = {row.id: row.field_size for row in found.rows}
    names = ("up2", "rise2_a", "rise2_b", "up1", "rise1_a", "rise1_b", "mask")
    assert [sizes[name] for name in names] == [(n, n) for n in (32, 36, 40, 40, 44, 44, 44)]
    for i, row in enumerate(found.rows):
        middle = [n // 2 for n in row.shape[1:]]
        boxes = [core.field_of(graph, (3, 96, 96), i, (middle[0] + k, middle[1])) for k in range(4)]
        assert max(stop - first for (first, stop), _ in boxes) == row.field_size[0]


def test_a_layer_that_is_off_says_so_and_costs_nothing():
    project = network("relu", "max_pool")
    project = replace(project, layers=(*project.layers[:2], replace(project.layers[2], is_enabled=False)))

    found = summarize(project.layers, SHAPE)

    assert summary_cells(found)[3][0] == "max_pool (MaxPooling2D, off)"
    assert found.map_bytes == 4 * (3 + 2 + 2) * 16 * 20


def test_the_columns_of_the_text_stand_below_each_other():
    lines = as_text(summary("max_pool", "flatten", "dense:units=1000")).splitlines()

    end = lines[0].index("Param #") + len("Param #")
    assert [line[:end].split()[-1] for line in lines[3:7]] == ["56", "0", "0", "161,000"]
    assert [line.partition(":")[0] for line in lines[-6:]] == [words for words, _ in total_lines(summary())]


def test_csv_has_plain_numbers_that_a_program_reads():
    rows = list(csv.DictReader(io.StringIO(as_csv(summary("batch_norm", "max_pool:strides=3")))))

    assert [row["params"] for row in rows] == ["56", "8", "0"]
    assert [row["trainable_params"] for row in rows] == ["56", "4", "0"]
    assert [row["output_shape"] for row in rows] == ["16x20x2", "16x20x2", "5x7x2"]
    assert [row["field_step"] for row in rows] == ["1x1", "1x1", "3x3"]
    assert rows[0]["multiply_adds"] == str(2 * 27 * 320)


def test_markdown_is_one_table_whose_cells_stay_cells():
    project = network("relu")
    project = replace(project, layers=(replace(project.layers[0], id="a|b"), project.layers[1]))

    lines = as_markdown(summarize(project.layers, SHAPE)).splitlines()

    assert lines[0] == f"| {' | '.join(HEADS)} |"
    assert "a\\|b (Conv2D)" in lines[3]
    assert all(line.replace("\\|", "").count("|") == len(HEADS) + 1 for line in lines[:5])
    assert lines[6].startswith("- Total params: 56")
