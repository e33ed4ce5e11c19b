"""Ready networks: each does what its sentence says, and has the shapes and parameters of its author."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from convexplorer import core
from convexplorer.core.network import Evaluation
from convexplorer.core.network.summary import parameter_counts
from convexplorer.model.build import build
from convexplorer.model.default import default_project
from convexplorer.model.layer import Layer
from convexplorer.model.project import Display
from convexplorer.model.ready import by_hand
from convexplorer.model.ready.table import READY, find_ready, ready_project
from convexplorer.model.storage.files import from_json, to_json
from convexplorer.sources import parse
from convexplorer.sources.numbers import grid_of


def evaluated(layers: Sequence[Layer], image: np.ndarray) -> Evaluation:
    image = np.asarray(image, np.float32)
    found = core.evaluate(build(layers, image.shape).graph, image)
    assert [one.error for one in found.results] == [""] * len(layers)
    return found


def shape_given(name: str) -> tuple[int, ...]:
    """Return a shape that the network is given: its own, or one with two different sides."""
    row = READY[name]
    prepared = row.preprocessing
    is_grey = name == "life" or row.channels == "luminance" or (prepared is not None and prepared.order == "grey")
    size = prepared.size if prepared is not None and prepared.size else (60, 84)
    return (1 if is_grey else 3, *size)


def last_of(name: str, image: np.ndarray) -> np.ndarray:
    return evaluated(READY[name].make(), image)[-1]


def count_of(name: str) -> int:
    shape = shape_given(name)
    return sum(parameter_counts(build(READY[name].make(), shape).graph))


def shape_of(name: str, layer_id: str) -> tuple[int, ...]:
    layers = READY[name].make()
    found = evaluated(layers, np.zeros(shape_given(name)))
    return found[[layer.id for layer in layers].index(layer_id)].shape


@pytest.mark.parametrize("name", READY)
def test_every_layer_runs_and_answers_with_finite_numbers(name: str):
    image = np.random.default_rng(1).random(shape_given(name))

    found = evaluated(READY[name].make(), image)

    assert all(np.isfinite(found[i]).all() for i in range(len(found)))
    assert np.ptp(found[-1]) > 0


@pytest.mark.parametrize("name", READY)
def test_words_fit_a_card_and_weights_are_the_same_again(name: str):
    row = READY[name]
    image = np.random.default_rng(2).random(shape_given(name))

    assert len(row.title) <= 24
    assert len(row.explanation) <= 125
    assert row.explanation.endswith(".")
    np.testing.assert_array_equal(last_of(name, image), last_of(name, image))
    assert not row.class_names or len(row.class_names) == last_of(name, image).shape[0]


def test_an_unknown_network_suggests_a_known_one():
    with pytest.raises(ValueError, match="did you mean corners"):
        find_ready("corner")
    with pytest.raises(ValueError, match="there are edge-energy, corners"):
        find_ready("xyz")


@pytest.mark.parametrize("name", READY)
def test_a_network_keeps_source_and_colours_unless_it_needs_its_own(name: str):
    before = replace(default_project(), display=Display(palette="gray"))
    row = READY[name]

    project, alone = ready_project(row, before), ready_project(row)

    assert alone.source == parse(row.source)
    assert project.source == (alone.source if row.needs_source else before.source)
    assert project.display == before.display
    assert (project.class_names, project.preprocessing) == (row.class_names, row.preprocessing)
    assert [layer.id for layer in project.layers] == [layer.id for layer in row.make()]
    again = from_json(to_json(alone))
    assert (again.source, again.class_names, again.preprocessing) == (alone.source, row.class_names, row.preprocessing)


# Parameters and shapes, by the formulas of their authors


def conv(filters: int, channels: int, size: int) -> int:
    return filters * (channels * size * size + 1)


def dense(units: int, inputs: int) -> int:
    return units * (inputs + 1)


def test_lenet_5_has_the_61706_parameters_of_keras():
    by_layer = (conv(6, 1, 5), conv(16, 6, 5), conv(120, 16, 5), dense(84, 120), dense(10, 84))

    assert count_of("lenet-5") == sum(by_layer) == 61_706
    assert shape_of("lenet-5", "c5") == (120, 1, 1)


def test_tiny_vgg_has_the_maps_of_cnn_explainer():
    assert count_of("tiny-vgg") == conv(10, 3, 3) + 3 * conv(10, 10, 3) + dense(10, 1690)
    assert [shape_of("tiny-vgg", f"conv_{name}") for name in ("1_1", "1_2", "2_1", "2_2")] == [
        (10, 62, 62),
        (10, 60, 60),
        (10, 28, 28),
        (10, 26, 26),
    ]
    assert shape_of("tiny-vgg", "max_pool_2") == (10, 13, 13)


def test_vgg_halves_the_size_and_doubles_the_filters():
    assert [shape_of("vgg", f"pool_{block}") for block in (1, 2, 3)] == [(16, 32, 32), (32, 16, 16), (64, 8, 8)]
    convs = conv(16, 3, 3) + conv(16, 16, 3) + conv(32, 16, 3) + conv(32, 32, 3) + conv(64, 32, 3) + conv(64, 64, 3)
    assert count_of("vgg") == convs + dense(128, 4096) + dense(10, 128)


def test_resnet_50_begins_with_the_shapes_and_counts_of_keras():
    shapes = {"conv1_pad": (3, 230, 230), "conv1_conv": (64, 112, 112), "pool1_pool": (64, 56, 56)}

    assert {name: shape_of("resnet-50-start", name) for name in shapes} == shapes
    assert shape_of("resnet-50-start", "block1_out") == (256, 56, 56)
    convs = (conv(64, 3, 7), conv(64, 64, 1), conv(64, 64, 3), conv(256, 64, 1), conv(256, 64, 1))
    assert convs == (9_472, 4_160, 36_928, 16_640, 16_640)
    norms = 2 * (64 + 64 + 64 + 256 + 256)  # gamma and beta; Keras adds as many that are not learned by gradients
    assert count_of("resnet-50-start") == sum(convs) + norms


def test_a_padding_of_1_on_230_gives_113_and_valid_gives_112():
    layer = next(one for one in READY["resnet-50-start"].make() if one.id == "conv1_conv")

    shapes = [
        build([layer.with_settings(padding=padding)], (3, 230, 230)).layers[0].output_shape((3, 230, 230))
        for padding in ("valid", ((1, 1), (1, 1)))
    ]

    assert shapes == [(64, 112, 112), (64, 113, 113)]


def test_the_blocks_keep_what_their_sums_need():
    assert shape_of("resnet-block", "a_sum") == shape_of("resnet-block", "stem") == (16, 128, 128)
    assert shape_of("resnet-block", "b_out") == (32, 64, 64)
    assert shape_of("mobilenet-block", "depthwise") == (96, 64, 64)
    assert shape_of("mobilenet-block", "sum") == (16, 64, 64)
    assert shape_of("u-net", "bottom_b") == (32, 32, 32)
    assert shape_of("u-net", "mask") == (1, 128, 128)


# What those by hand mean


def square(top: int, left: int, side: int, size: int = 64) -> np.ndarray:
    picture = np.zeros((1, size, size))
    picture[0, top : top + side, left : left + side] = 1
    return picture


def disc(radius: float, size: int = 96) -> np.ndarray:
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    return np.clip(radius - np.hypot(rows, columns) + 0.5, 0, 1)[np.newaxis]


def test_edge_energy_is_the_length_of_both_slopes_in_every_direction():
    rows, columns = np.mgrid[:40, :40] / 10

    for angle in np.radians((0, 30, 45, 70)):
        energy = last_of("edge-energy", (rows * np.sin(angle) + columns * np.cos(angle))[np.newaxis])

        # Sobel's weights are 8 times those of a central difference of one pixel.
        np.testing.assert_allclose(energy[0, 5:-5, 5:-5], 0.8, rtol=1e-5)


def test_the_corner_detector_answers_at_the_four_corners_and_nowhere_along_the_edges():
    answer = last_of("corners", square(20, 24, 18))[0]

    for rows, row in ((slice(0, 29), 19.5), (slice(29, 64), 37.5)):
        for columns, column in ((slice(0, 33), 23.5), (slice(33, 64), 41.5)):
            quarter = answer[rows, columns]
            top = np.unravel_index(quarter.argmax(), quarter.shape)
            assert abs(top[0] + rows.start - row) <= 1.5
            assert abs(top[1] + columns.start - column) <= 1.5
            assert quarter.max() == pytest.approx(answer.max(), rel=1e-3)
    assert answer[29, 20:28].max() == answer[16:24, 32].max() == 0


def test_gabor_energy_does_not_depend_on_the_phase_and_knows_the_direction():
    columns = np.arange(64) * 2 * np.pi / 8
    strengths = []
    for phase in (0.0, 0.7, 1.9, 3.0):
        wave = np.tile(0.5 + 0.5 * np.sin(columns + phase), (64, 1))[np.newaxis]
        strengths.append(last_of("gabor-energy", wave)[:, 32, 32])

    np.testing.assert_allclose(strengths, np.tile(strengths[0], (4, 1)), rtol=0.02, atol=0.02 * max(strengths[0]))
    assert int(np.argmax(strengths[0])) == 0
    assert strengths[0][0] > 10 * strengths[0][2]


def test_the_blur_pyramid_halves_each_level_and_keeps_the_mean_of_flat_parts():
    found = evaluated(READY["blur-pyramid"].make(), np.full((3, 64, 80), 0.25))

    assert [found[i].shape for i in range(4)] == [(3, 32, 40), (3, 16, 20), (3, 8, 10), (3, 4, 5)]
    np.testing.assert_allclose(found[3], 0.25, rtol=1e-5)


@pytest.mark.parametrize("index", range(len(by_hand.SIGMAS) - 1))
def test_a_blob_answers_most_in_the_map_of_its_size_and_in_its_middle(index: int):
    narrow, wide = by_hand.SIGMAS[index : index + 2]
    radius = (2 * narrow * wide) ** 0.5

    answers = last_of("blobs", disc(radius))

    middle = answers[:, 47:49, 47:49].mean((1, 2))
    assert int(middle.argmax()) == index
    assert answers[index].max() == pytest.approx(middle[index], rel=0.02)


def test_local_contrast_has_mean_0_and_deviation_1_and_forgets_light_and_contrast():
    noise = np.random.default_rng(3).random((1, 128, 128))

    bright, dim = last_of("local-contrast", noise), last_of("local-contrast", 0.2 * noise + 0.7)

    assert abs(bright.mean()) < 0.01
    assert bright.std() == pytest.approx(1, abs=0.02)
    np.testing.assert_allclose(dim, bright, atol=0.05)
    assert not last_of("local-contrast", np.full((1, 64, 64), 0.4)).round(3).any()


@pytest.mark.parametrize("is_turned", [False, True])
def test_thin_edges_are_one_pixel_wide_where_the_step_is(is_turned: bool):
    step = np.zeros((1, 40, 40))
    step[:, :, 20:] = 1
    step = step.swapaxes(1, 2) if is_turned else step

    edge = last_of("thin-edges", step)[0]

    lines = edge.T if is_turned else edge
    assert [np.flatnonzero(line).tolist() for line in lines[5:-5]] == [[19]] * 30


# The game of life


def next_generation(cells: np.ndarray) -> np.ndarray:
    """Return Conway's rule by plain loops, on a torus."""
    rows, columns = cells.shape
    after = np.zeros_like(cells)
    for r in range(rows):
        for c in range(columns):
            around = [(r + i, c + j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
            neighbours = sum(cells[i % rows, j % columns] for i, j in around)
            after[r, c] = neighbours == 3 or (neighbours == 2 and cells[r, c])
    return after


def test_every_generation_of_life_follows_conways_rule_exactly():
    cells = (np.random.default_rng(4).random((23, 31)) < 0.4).astype(np.float32)
    generations = 12

    found = evaluated(by_hand.life(generations), cells[np.newaxis])

    for step in range(generations):
        cells = next_generation(cells)
        assert (found[3 * step + 2][0] == cells).all()
    assert cells.any()


def test_all_neighbourhoods_of_life_are_decided_exactly():
    for number in range(512):
        cells = np.zeros((5, 5), np.float32)
        cells[1:4, 1:4] = [[number >> (3 * r + c) & 1 for c in range(3)] for r in range(3)]

        assert evaluated(by_hand.life(1), cells[np.newaxis])[-1][0, 2, 2] == next_generation(cells)[2, 2]


def test_the_glider_of_the_gallery_has_moved_by_one_cell_after_four_generations():
    cells = grid_of(parse(READY["life"].source).address)

    after = last_of("life", cells)[0]

    assert (after[1:4, 1:4] == cells[0, :3, :3]).all()
    assert (after[4:, 2:] == cells[0, 4:, 2:]).all()  # a blinker and a block are back
