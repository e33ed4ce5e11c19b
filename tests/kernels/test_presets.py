"""The table of kernels: complete, and true in what it says of itself."""

import re

import numpy as np
import pytest

from convexplorer.kernels import presets as module
from convexplorer.kernels.presets import GROUP_ORDER, find_preset, groups, make_filter, presets
from convexplorer.kernels.sentences import SENTENCES
from convexplorer.kernels.table import FORMULAS

# Every family that a person may ask for, by a member of it.
EXPECTED = [
    "vertical-line",
    "horizontal-line",
    "diagonal-line-45",
    "diagonal-line-135",
    "line",
    "sobel-x",
    "sobel-y",
    "sobel-5x5-x",
    "sobel-5x5-y",
    "scharr-x",
    "scharr-y",
    "prewitt-x",
    "prewitt-y",
    "roberts-falling",
    "roberts-rising",
    "kirsch-n",
    "kirsch-ne",
    "kirsch-e",
    "kirsch-se",
    "kirsch-s",
    "kirsch-sw",
    "kirsch-w",
    "kirsch-nw",
    "robinson-n",
    "robinson-ne",
    "robinson-e",
    "robinson-se",
    "robinson-s",
    "robinson-sw",
    "robinson-w",
    "robinson-nw",
    "frei-chen-1",
    "frei-chen-2",
    "frei-chen-3",
    "frei-chen-4",
    "frei-chen-5",
    "frei-chen-6",
    "frei-chen-7",
    "frei-chen-8",
    "frei-chen-9",
    "laplacian",
    "laplacian-8",
    "log",
    "dog",
    "box",
    "gaussian",
    "binomial",
    "motion-blur",
    "sharpen",
    "unsharp",
    "emboss",
    "outline",
    "identity",
    "shift",
    "ridge",
    "corner",
    "spot",
    "gradient-x",
    "gradient-y",
    "gabor",
    "red-green",
    "blue-yellow",
    "luminance",
    "luminance-edge-x",
    "luminance-edge-y",
    "red-green-edge-x",
    "red-green-edge-y",
]

DIRECTIONS = {
    "n": (-1, 0),
    "ne": (-1, 1),
    "e": (0, 1),
    "se": (1, 1),
    "s": (1, 0),
    "sw": (1, -1),
    "w": (0, -1),
    "nw": (-1, -1),
}


def slope(planes: np.ndarray) -> tuple[float, float]:
    """Return the answers to brightness rising by 1 a pixel downwards, and to the right."""
    plane = planes.sum(axis=0)
    rows, columns = np.indices(plane.shape)
    return float((plane * rows).sum()), float((plane * columns).sum())


def is_zero_sum(planes: np.ndarray) -> bool:
    return abs(planes.sum()) < 1e-12 * max(1.0, np.abs(planes).sum())


@pytest.mark.parametrize("name", EXPECTED)
def test_the_known_kernels_are_there(name):
    assert name in presets()


def test_there_are_at_least_sixty():
    assert len(presets()) >= 60


@pytest.mark.parametrize("name", presets())
def test_every_preset_can_be_made_and_explained(name):
    preset = presets()[name]

    one = make_filter(name)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert (preset.name, one.name, one.preset) == (name, name, name)
    assert preset.label
    assert preset.group in GROUP_ORDER
    assert preset.explanation.endswith(".")
    assert len(preset.explanation) < 200
    assert np.isfinite(one.planes).all()
    assert set(one.parameters) == {parameter.name for parameter in preset.parameters}


@pytest.mark.parametrize("name", presets())
def test_an_explanation_is_true_about_the_sum(name):
    total = make_filter(name).planes.sum()
    text = presets()[name].explanation

    if re.search(r"sum is 0|add up to 0", text):
        assert total == pytest.approx(0, abs=1e-12)
    if re.search(r"sum is 1\b|add up to 1\b", text):
        assert total == pytest.approx(1)


@pytest.mark.parametrize("name", [name for name in presets() if re.search(r"(?<!second)-[xy]$", name)])
def test_derivatives_are_positive_where_brightness_rises_to_the_right_or_downwards(name):
    planes = make_filter(name).planes
    if "opponent" in presets()[name].keywords:
        # Grey slopes give 0 by design: let the channel rise that the name says first.
        planes = planes[[0]] if name.startswith("red") else planes[[2]]

    downwards, right = slope(planes)

    if name.endswith("-x"):
        assert right > 0
        assert downwards == pytest.approx(0, abs=1e-12)
    else:
        assert downwards > 0
        assert right == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "name", [name for name, preset in presets().items() if preset.group in ("Edges", "Frei–Chen", "Colour", "Sharpen")]
)
def test_no_edge_kernel_points_to_the_left_or_upwards(name):
    planes = make_filter(name).planes
    if not is_zero_sum(planes):
        return
    downwards, right = slope(planes)

    assert right >= -1e-12
    assert right > 1e-12 or downwards >= -1e-12


@pytest.mark.parametrize("family", ["kirsch", "robinson"])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_compass_kernels_point_where_their_name_says(family, direction):
    downwards, right = slope(make_filter(f"{family}-{direction}").planes)

    assert (np.sign(downwards), np.sign(right)) == DIRECTIONS[direction]


@pytest.mark.parametrize("family", ["kirsch", "robinson"])
def test_compass_kernels_are_eight_different_turns_of_one_kernel(family):
    kernels = [make_filter(f"{family}-{direction}").planes for direction in DIRECTIONS]

    assert len({kernel.tobytes() for kernel in kernels}) == 8
    assert {tuple(sorted(kernel.ravel())) for kernel in kernels} == {tuple(sorted(kernels[0].ravel()))}


def test_frei_chen_is_an_orthonormal_basis():
    basis = np.array([make_filter(f"frei-chen-{number}").planes.ravel() for number in range(1, 10)])

    assert basis @ basis.T == pytest.approx(np.eye(9), abs=1e-15)


@pytest.mark.parametrize("name", ["vertical-line", "horizontal-line", "diagonal-line-45", "diagonal-line-135"])
def test_a_line_kernel_answers_most_to_its_own_line(name):
    lines = {
        "vertical-line": np.array([[0, 1, 0]] * 3),
        "horizontal-line": np.array([[0, 1, 0]] * 3).T,
        "diagonal-line-45": np.eye(3)[::-1],
        "diagonal-line-135": np.eye(3),
    }

    answers = {other: float((make_filter(name).planes[0] * picture).sum()) for other, picture in lines.items()}

    assert max(answers, key=answers.__getitem__) == name


@pytest.mark.parametrize("name", [name for name, preset in presets().items() if "opponent" in preset.keywords])
def test_opponent_colours_give_nothing_on_flat_grey(name):
    assert make_filter(name).planes.sum() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("direction", "row", "column"), [("right", 0, 1), ("left", 0, -1), ("down", 1, 0), ("up", -1, 0)]
)
def test_shifts_move_the_picture_where_they_say(direction, row, column):
    plane = make_filter(f"shift-{direction}").planes[0]

    # The pixel's new value comes from the side it moves away from.
    assert plane[1 - row, 1 - column] == 1
    assert plane.sum() == 1


def test_unsharp_is_twice_the_picture_minus_a_blurred_copy():
    row = np.array([1, 4, 6, 4, 1]) / 16
    twice = np.zeros((5, 5))
    twice[2, 2] = 2

    assert make_filter("unsharp").planes[0] == pytest.approx(twice - np.outer(row, row))


def test_groups_hold_every_preset_once_in_the_order_of_menus():
    names = [preset.name for members in groups().values() for preset in members]

    assert names == list(presets())
    assert list(groups()) == [group for group in GROUP_ORDER if group in groups()]


def test_no_name_is_used_twice():
    numbers = [preset.name for preset in module._number_presets()]

    assert len(numbers) == len(set(numbers))
    assert set(numbers).isdisjoint(FORMULAS)


def test_two_presets_of_one_name_are_an_error(monkeypatch):
    rows = module._number_presets()
    monkeypatch.setattr(module, "_number_presets", lambda: [*rows, rows[0]])

    with pytest.raises(ValueError, match="two presets are called"):
        module.presets.__wrapped__()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("sobel", "did you mean sobel"),
        ("Sobel X", "did you mean sobel-x"),
        ("gausian", "did you mean gaussian"),
        ("zzz", "lists them all"),
        ("", "lists them all"),
    ],
)
def test_an_unknown_name_gets_a_hint(name, hint):
    with pytest.raises(ValueError, match="there is no kernel named") as caught:
        find_preset(name)

    assert hint in str(caught.value)


@pytest.mark.parametrize("name", [name for name, preset in presets().items() if preset.parameters])
def test_every_parameter_works_at_both_ends(name):
    for parameter in presets()[name].parameters:
        for value in (parameter.minimum, parameter.maximum):
            planes = make_filter(name, **{parameter.name: value}).planes

            assert np.isfinite(planes).all()


def test_a_parameter_changes_the_weights():
    assert not np.array_equal(make_filter("gaussian", sigma=0.5).planes, make_filter("gaussian", sigma=2.0).planes)


def test_an_unknown_parameter_is_refused():
    with pytest.raises(ValueError, match="gaussian has no parameter 'width'; it has"):
        make_filter("gaussian", width=3)


def test_fixed_kernels_are_shared_and_read_only():
    with pytest.raises(ValueError, match="read-only"):
        presets()["sobel-x"].planes()[0, 0, 0] = 5


@pytest.mark.parametrize("name", presets())
def test_what_a_preset_says_of_its_sum_is_marked_so_that_it_is_not_said_again(name: str) -> None:
    preset = presets()[name]

    is_told = any(words in preset.explanation for words in ("add up to", "sum is", "sums to"))

    assert preset.says == (("sum",) if is_told else ())
    assert set(preset.says) <= set(SENTENCES)


def test_one_preset_is_found_without_reading_all_groups(monkeypatch):
    expected = dict(module.presets())
    read = []
    whole = module._read_group
    monkeypatch.setattr(module, "_read_group", lambda path: read.append(path.stem) or whole(path))
    module.preset_named.cache_clear()

    assert module.preset_named("gaussian") == expected["gaussian"]
    assert read == []
    assert module.preset_named("sharpen") == expected["sharpen"]
    assert len(read) == 1
    assert [module.preset_named(name) for name in expected] == list(expected.values())


def test_a_name_that_only_looks_like_an_entry_is_no_preset():
    assert module.preset_named("") is None
    assert module.preset_named("Identity") is None
    assert module.preset_named('identity"\nlabel = "Identity') is None
