"""Matrices as people paste them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from convexplorer.kernels import matrix
from convexplorer.kernels.filter import KernelSizeError
from convexplorer.kernels.matrix import format_matrix, parse_matrix

SQUARE = [[1, 2], [3, 4]]

TWO_BY_TWO = [
    "1 2\n3 4",
    "1\t2\n3\t4\n",
    "1\t2\r\n3\t4\r\n",
    "1,2\n3,4",
    "1, 2,\n3, 4,",
    "1;2\n3;4",
    "1 2; 3 4",
    "1, 2; 3, 4;",
    "[1 2; 3 4]",
    "[1, 2; 3, 4];",
    "[1 2\n3 4]",
    "K = [1 2; 3 4];",
    "[[1, 2], [3, 4]]",
    "((1, 2), (3, 4))",
    "[\n    [1, 2],\n    [3, 4],\n]",
    "[[1. 2.]\n [3. 4.]]",
    "array([[1., 2.],\n       [3., 4.]], dtype=float32)",
    "np.array([[1, 2], [3, 4]], dtype=np.float32)",
    "kernel = np.array([[1, 2], [3, 4]]).astype(np.float32)",
    "tensor([[1., 2.],\n        [3., 4.]], device='cuda:0')",
    "torch.tensor([[1., 2.], [3., 4.]], requires_grad=True).to('cuda')",
    "tf.constant([[1, 2], [3, 4]], tf.float32)",
    "[[np.float64(1.0), np.float64(2.0)], [np.float64(3.0), np.float64(4.0)]]",
    "[[[[1, 2], [3, 4]]]]",
    "static const float kernel[2][2] = {{1.f, 2.f}, {3.f, 4.f}};",
    "float k[] = { {1, 2}, {3, 4} };",
    "np.array([[4, 8], [12, 16]]) / 4",
    "1/4 * np.array([[4, 8], [12, 16]])",
    "(1/4) * [[4, 8], [12, 16]]",
    "[[0.5, 1], [1.5, 2]] * 2",
    "-[[-1, -2], [-3, -4]]",
    "2/2 4/2\n9/3 8/2",
    "\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}",
    "\\begin{pmatrix}1&2\\\\3&4\\\\\\end{pmatrix}",
    "$$\\frac{1}{4} \\left[ \\begin{array}{cc} 4 & 8 \\\\ 12 & \\frac{32}{2} \\end{array} \\right]$$",
]


@pytest.mark.parametrize("text", TWO_BY_TWO)
def test_the_ways_people_write_a_matrix_are_understood(text):
    assert parse_matrix(text).tolist() == SQUARE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0,5;1,5\n2;3", [[0.5, 1.5], [2, 3]]),
        ("0,5\t1,5\n2\t3", [[0.5, 1.5], [2, 3]]),
        ("0,5 1,5\n2 3", [[0.5, 1.5], [2, 3]]),
        ("−1 2", [[-1, 2]]),
        ("1 -2", [[1, -2]]),
        ("[1 -2]", [[1, -2]]),
        ("1/9 -1/9", [[1 / 9, -1 / 9]]),
        ("[1/9, -1 / 9]", [[1 / 9, -1 / 9]]),
        ("1e-3 .5 5. +2", [[1e-3, 0.5, 5, 2]]),
        ("5", [[5]]),
        ("1\n2\n3", [[1], [2], [3]]),
        ("[1, 2, 3]", [[1, 2, 3]]),
        ("[[1, 2,\n 3], [4, 5,\n 6]]", [[1, 2, 3], [4, 5, 6]]),
        ("[[1]] / 3 / 3", [[1 / 9]]),
    ],
)
def test_numbers_are_read_as_written(text, expected):
    assert parse_matrix(text) == pytest.approx(np.array(expected), rel=1e-15)


def test_a_blank_line_begins_the_next_plane():
    assert parse_matrix("1 2\n3 4\n\n5 6\n7 8\n").tolist() == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]


def test_three_levels_of_brackets_are_planes():
    assert parse_matrix("[[[1, 2]], [[3, 4]], [[5, 6]]]").shape == (3, 1, 2)


def test_what_is_not_finite_can_be_pasted():
    values = parse_matrix("nan inf -inf")

    assert np.isnan(values[0, 0])
    assert values[0, 1:].tolist() == [np.inf, -np.inf]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no numbers"),
        ("  \n\t\n", "no numbers"),
        ("[]", "no numbers"),
        ("[[], []]", "no numbers"),
        ("1 2 3\n4 5", "row 2 has 2 numbers, row 1 has 3"),
        ("[[1, 2], [3]]", "row 2 has 1 numbers, row 1 has 2"),
        ("[[[1, 2]], [[3]]]", "all planes must have one size; the text has 1×1 and 1×2"),
        ("a\tb", "row 1, column 1: “a” is no number"),
        ("1\t\t2", "row 1, column 2 is empty"),
        ("[1,, 2]", "missing"),
        ("[[1, 2], 3]", "side by side"),
        ("[[1, 2], [3, 4]", "not closed"),
        ("[[1, 2], [3, 4]]]", "not understood"),
        ("[1, 2}", "not understood"),
        ("[1, 2] [3, 4]", "not understood"),
        ("[1-2]", "“1-2” is no number"),
        ("1/0", "divided by zero"),
        ("[[1]]/0", "divided by zero"),
        ("1,2;3,4", "two ways"),
        ("1.234,5\t2", "no number"),
        ("[1, ..., 3]", "shortened"),
        ("[[1, 2], [3, 4]].T", "not computed"),
        ("[1 2]'", "not understood"),
        ("np.flip([[1, 2]])", "not computed"),
        ("[[1, 2]] * [[1, 2]]", "two matrices"),
        ("1 / [1, 2]", "divided by a matrix"),
        ("__import__('os').remove('x')", "not computed"),
        ("[__import__('os')]", "not computed"),
        ("[" * 50_000, "deep"),
        ("(" * 50_000 + "1", "deep"),
        ("[[[[1]], [[2]]], [[[1]], [[2]]]]", "4 levels"),
        ("1j 2j", "no number"),
        ("True False", "no number"),
    ],
)
def test_what_cannot_be_a_kernel_is_refused_in_words(text, sentence):
    with pytest.raises(ValueError) as caught:
        parse_matrix(text)

    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_text_may_hold_the_largest_kernel():
    numbers = np.arange(255.0**2).reshape(255, 255)

    assert np.array_equal(parse_matrix(format_matrix(numbers)), numbers)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1\t2\t3\n" * 20000, "20000 × 3"),
        ("1 2\n" * 256, "256 × 2"),
        ("\t".join(["1"] * 256), "1 × 256"),
        ("[" + "[1, 2], " * 256 + "]", "256 × 2"),
        ("1\n\n" + "1\n" * 256, "256 × 1"),
    ],
    ids=["spreadsheet", "blanks", "one row", "brackets", "second plane"],
)
def test_a_table_beyond_a_kernel_is_refused_with_its_size(text, size):
    with pytest.raises(KernelSizeError) as caught:
        parse_matrix(text)

    assert str(caught.value) == f"a kernel has at most 255 × 255 cells; this table has {size}"


def test_a_text_beyond_all_measure_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(matrix, "MAX_CHARACTERS", 100)

    with pytest.raises(ValueError, match="this is no kernel: the text has 127 characters"):
        parse_matrix("\t".join(["1"] * 64))


@given(st.text(alphabet="0123456789.,;/*+-eE \t\n()[]{}=abfint'\"\\&_jx", max_size=40) | st.text(max_size=40))
def test_any_text_gives_a_matrix_or_a_sentence(text):
    try:
        values = parse_matrix(text)
    except ValueError as error:
        values, sentence = np.zeros((1, 1)), str(error)
    else:
        sentence = "a matrix"

    assert sentence
    assert values.dtype == np.float64
    assert values.ndim in (2, 3)


@pytest.mark.parametrize("style", ["tab", "python"])
@given(planes=arrays(np.float64, array_shapes(min_dims=3, max_dims=3, max_side=5)))
def test_what_is_copied_out_can_be_pasted_in_exactly(style, planes):
    pasted = parse_matrix(format_matrix(planes, style)).reshape(planes.shape)

    assert np.array_equal(pasted, planes, equal_nan=True)
    assert np.array_equal(np.signbit(pasted[pasted == 0]), np.signbit(planes[planes == 0]))


@given(planes=arrays(np.float64, array_shapes(min_dims=3, max_dims=3, max_side=5)))
def test_copied_python_runs_and_makes_the_array(planes):
    made: dict[str, object] = {}

    exec(format_matrix(planes, "python", comment="Mine,\nall\u2028of\0 it"), made)

    expected = planes[0] if len(planes) == 1 else planes
    assert made["kernel"].dtype == np.float64
    np.testing.assert_array_equal(made["kernel"], expected)


def test_python_text_shows_a_matrix():
    text = format_matrix(np.array([[1, 0.5], [-2, 1 / 3]]), "python", comment="Mine.")

    assert "np.array(\n    [[1, 0.5],\n     [-2, 0.3333333333333333]],\n" in text
    assert "# Mine.\n" in text
    assert parse_matrix(text).tolist() == [[1, 0.5], [-2, 1 / 3]]


def test_spreadsheet_text_has_tabs_and_a_blank_line_between_planes():
    assert format_matrix(np.array([[[1, 2]], [[3, 4]]])) == "1\t2\n\n3\t4\n"


def test_an_unknown_style_is_refused():
    with pytest.raises(ValueError, match="style"):
        format_matrix(np.zeros((1, 1)), "csv")
