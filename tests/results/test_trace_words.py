"""The words beside a value: they say what its kind of layer does, with numbers that lead to the value."""

import re
from dataclasses import replace

import numpy as np
import pytest

from convexplorer.core.explain.trace import trace
from convexplorer.core.kinds import KINDS
from convexplorer.core.layers import OPERATIONS, Activation, BatchNorm, GroupNorm
from convexplorer.core.operators.activations import ACTIVATIONS, describe
from convexplorer.results.explanation import Explanation
from convexplorer.results.trace_words import WORDS, course_of, shows_weights, words_of
from convexplorer.words import degrees
from tests.results.every_kind import JOINED, explained, picture_of, project_of, shown

EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def lines_of(explanation: Explanation) -> dict[str, str]:
    return {
        line.text: line.value
        for line in words_of(explanation.trace).lines(explanation.trace, explanation.channel_names)
    }


def last_number(explanation: Explanation) -> float:
    return float(list(lines_of(explanation).values())[-1].replace("−", "-"))


@EVERY_KIND
def test_every_kind_says_how_its_value_comes_about(kind: str):
    explanation = explained(picture_of(kind))

    assert explanation.trace.kind in WORDS
    assert all(text for text in lines_of(explanation))


@EVERY_KIND
def test_the_course_of_a_sum_ends_at_the_value_before_activation(kind: str):
    trace = explained(picture_of(kind)).trace
    course = course_of(trace)

    if course is None:
        assert not words_of(trace).running or trace.running.size < 2
    elif kind != "local_response_norm":
        assert course.steps[-1] == pytest.approx(trace.linear, rel=1e-4, abs=1e-5)


def can_have_bias(kind: str) -> bool:
    return any(setting.name == "use_bias" for setting in KINDS[kind].settings)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [(kind, {}) for kind in KINDS] + [(kind, {"use_bias": False}) for kind in KINDS if can_have_bias(kind)],
)
def test_a_bias_is_named_where_there_is_one_and_nowhere_else(kind: str, settings: dict[str, bool]):
    has_bias = can_have_bias(kind) and not settings
    explanation = explained(shown(project_of(kind, **settings)))
    course = course_of(explanation.trace)

    said = [*lines_of(explanation), course.title if course is not None else ""]

    names_one = any("bias" in text for text in said)
    assert names_one == (has_bias or kind == "local_response_norm")  # whose formula has one of its own


@pytest.mark.parametrize("offset", [0.0, 0.5, -2.0])
def test_a_rescaled_value_is_the_product_and_then_the_offset(offset: float):
    explanation = explained(shown(project_of("rescaling", scale=2.0, offset=offset)))

    assert last_number(explanation) == pytest.approx(explanation.trace.value, rel=1e-3)
    assert any("offset" in text for text in lines_of(explanation)) == (offset != 0)


def test_a_large_count_is_written_with_its_thousands_apart():
    trace = explained(picture_of("global_average_pool")).trace
    wide = replace(trace, running=np.zeros(135_300))

    assert "135 300 shares" in course_of(wide).title


@pytest.mark.parametrize("kind", JOINED)
def test_a_joined_layer_has_neither_kernel_nor_bias(kind: str):
    explanation = explained(picture_of(kind))

    assert not shows_weights(explanation.trace)
    assert not any("bias" in text or "kernel" in text for text in lines_of(explanation))
    assert all(name.startswith(("layer 2 · ", "layer 3 · ")) for name in explanation.channel_names)


@pytest.mark.parametrize(("kind", "sign"), [("add", "+"), ("subtract", "−"), ("multiply", "·")])
def test_the_inputs_of_a_joined_layer_are_listed_with_their_sign(kind: str, sign: str):
    first, second = lines_of(explained(picture_of(kind)))

    assert first == "layer 3 · vertical-line"
    assert second == f"{sign} layer 2 · vertical-line"


@pytest.mark.parametrize(("kind", "better"), [("maximum", np.argmax), ("minimum", np.argmin)])
def test_the_input_that_wins_is_named_and_marked(kind: str, better):
    for cell in ((3, 4), (10, 20), (0, 0)):
        explanation = explained(picture_of(kind), cell=cell)
        winner = int(better(explanation.trace.values.reshape(-1)))

        assert explanation.channel_names[winner] in lines_of(explanation)
        assert words_of(explanation.trace).marked(explanation.trace) == (winner, 0, 0)


def test_concatenation_names_the_layer_and_the_map():
    explanation = explained(picture_of("concatenate"), channel=10)

    assert list(lines_of(explanation)) == ["from layer 2 · sobel-x", "its map 3 is map 11 here"]


def test_batch_normalisation_is_told_in_four_steps_that_end_at_the_value():
    project = project_of("batch_norm")
    weights = {
        "gamma": np.full(8, 1.5, np.float32),
        "beta": np.full(8, -0.25, np.float32),
        "moving_mean": np.full(8, 0.75, np.float32),
        "moving_variance": np.full(8, 4.0, np.float32),
    }
    layers = (*project.layers[:-1], replace(project.layers[-1], weights=weights))
    explanation = explained(shown(replace(project, layers=layers)))

    texts = list(lines_of(explanation))

    assert texts[0] == "− mean 0.75"
    assert texts[1].startswith("÷ √(variance + ε) 2")
    assert texts[2:] == ["· gamma 1.5", "+ beta −0.25"]
    assert last_number(explanation) == pytest.approx(explanation.trace.value, rel=1e-3)


def test_a_divisor_that_is_nearly_1_is_not_written_as_1():
    # √(1 + 0.001): divided by 1, 0.2078 would not become 0.2077.
    layer = BatchNorm(np.ones(1), np.zeros(1), np.zeros(1), np.ones(1), epsilon=1e-3)
    found = trace(layer, np.full((1, 1, 1), 0.2078429, np.float32), (0, 0, 0))

    assert [line.text for line in words_of(found).lines(found, ["Y"])][1] == "÷ √(variance + ε) 1.0005"


@pytest.mark.parametrize(("groups", "of"), [(1, "of 4 maps"), (2, "of 2 maps"), (4, "of the map")])
def test_a_group_normalisation_says_what_its_mean_is_of(groups: int, of: str):
    layer = GroupNorm(np.ones(4), np.zeros(4), groups=groups)
    x = np.random.default_rng(1).normal(size=(4, 3, 3)).astype(np.float32)
    found = trace(layer, x, (1, 0, 0))

    text = words_of(found).lines(found, ["b"])[0].text
    assert text.startswith(f"− mean {of} ")


def test_local_response_normalisation_ends_at_the_quotient():
    explanation = explained(picture_of("local_response_norm"), channel=2, cell=(10, 20))

    assert last_number(explanation) == pytest.approx(explanation.trace.value, rel=1e-3, abs=1e-9)
    assert explanation.channel_names[words_of(explanation.trace).marked(explanation.trace)[0]] == "sobel-x"


@pytest.mark.parametrize("shift", [0.0, 2000.0])
def test_softmax_is_a_share_of_all_powers(shift: float):
    project = project_of("softmax")
    first, *others = project.layers
    biased = replace(first, filters=tuple(replace(one, bias=shift) for one in first.filters))
    explanation = explained(shown(replace(project, layers=(biased, *others))))

    own, total = (float(value.replace("−", "-")) for value in lines_of(explanation).values())

    assert own / total == pytest.approx(explanation.trace.value, rel=2e-3)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if describe(name).is_over_channels])
def test_every_activation_that_joins_channels_has_words(name: str):
    x = np.linspace(-1, 2, 6 * 4, dtype=np.float32).reshape(6, 2, 2)
    traced = trace(Activation(name), x, (1, 0, 1))

    lines = words_of(traced).lines(traced, [f"map {i}" for i in range(6)])

    assert all(line.text for line in lines)
    if name == "glu":
        value, share = (float(line.value.replace("−", "-")) for line in lines)
        assert value * share == pytest.approx(traced.value, rel=2e-3)


def test_a_flattened_value_says_place_and_map():
    explanation = explained(picture_of("flatten"), cell=(2, 3))
    x = picture_of("flatten").evaluation.given_to(3)[0]
    texts = list(lines_of(explanation))

    name, cell = texts[0].removeprefix("map "), texts[1]

    row, column = (int(i) for i in re.findall(r"\d+", cell))
    channel = [one.name for one in picture_of("flatten").project.layers[0].filters].index(name)
    assert x[channel, row, column] == explanation.trace.value
    assert cell == f"row {row}, column {column}"
    assert explanation.title == f"{name} ({row}, {column})"


def test_a_zero_that_was_added_is_no_cell_of_the_input():
    picture = picture_of("zero_pad")

    assert list(lines_of(explained(picture, cell=(0, 0)))) == ["a zero that was added"]
    assert list(lines_of(explained(picture, cell=(4, 5)))) == ["row 3, column 4, as it is"]


def test_unpooling_says_where_a_value_was_put_back():
    picture = picture_of("unpool")
    cells = ((4, 6), (4, 7), (5, 6), (5, 7))
    told = [next(iter(lines_of(explained(picture, cell=cell)))) for cell in cells]

    assert sorted(told) == ["a maximum was here", *["no maximum was here"] * 3]


def test_a_bias_that_the_layer_does_not_have_is_not_listed():
    project = project_of("dense", use_bias=False)
    explanation = explained(shown(project))

    assert not any("bias" in text for text in lines_of(explanation))
    course = course_of(explanation.trace)
    assert course is not None
    assert not course.has_bias
    assert "bias" not in course.title


@pytest.mark.parametrize("operation", OPERATIONS)
def test_two_combined_maps_are_named_with_their_numbers_and_lead_to_the_value(operation: str):
    explanation = explained(shown(project_of("combine_maps", operation=operation, first=2, second=1)))
    names, values = explanation.channel_names, explanation.trace.values.reshape(-1)
    told = lines_of(explanation)

    assert names == ("sobel-x", "horizontal-line")
    assert any(names[0] in text or names[1] in text for text in told)
    if operation in ("magnitude", "orientation"):
        a, b, value = (float(text.replace("−", "-")) for text in list(told.values())[:3])
        assert (a, b) == pytest.approx(values, rel=1e-3, abs=1e-6)
        assert value == pytest.approx(explanation.trace.value, rel=1e-3)
    if operation == "orientation":
        assert told["in degrees"] == degrees(explanation.trace.value)
