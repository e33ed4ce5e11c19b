"""LaTeX of a computation: well-formed, and every number in it."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core import (
    ACTIVATIONS,
    Activation,
    AveragePool,
    BatchNorm,
    CombineMaps,
    Conv,
    ConvTranspose,
    Dense,
    GlobalAveragePool,
    GlobalMaxPool,
    Identity,
    MaxPool,
    SeparableConv,
    trace,
)
from convexplorer.core.kinds import KINDS
from convexplorer.export.latex import to_document, to_latex
from tests.core.cases import cases
from tests.results.every_kind import JOINED, explained, picture_of


def assert_well_formed(source):
    """Environments and delimiters close in the order in which they open, and each matrix has its columns."""
    opened = []
    for begin, end in re.findall(r"\\begin\{([\w*]+)\}|\\end\{([\w*]+)\}", source):
        if begin:
            opened.append(begin)
        else:
            assert opened.pop() == end
    assert not opened
    assert source.count("\\left[") == source.count("\\right]")
    assert source.count("{") == source.count("}")
    for columns, body in re.findall(r"\\begin\{array\}\{(r+)\} (.*?) \\end\{array\}", source):
        assert {row.count("&") + 1 for row in body.split("\\\\")} == {len(columns)}
    outside = re.sub(r"\\begin\{array\}.*?\\end\{array\}", "", source)
    for row in outside.split("\\begin{align*}")[1].split("\\end{align*}")[0].split("\\\\"):
        assert row.count("&") == 1


def numbers_of(source):
    """Return all matrices, read back as numbers."""
    matrices = []
    for body in re.findall(r"\\begin\{array\}\{r+\} (.*?) \\end\{array\}", source):
        text = body.replace("\\mathrm{NaN}", "nan").replace("\\infty", "inf")
        text = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", text)
        matrices.append([[float(cell) for cell in row.split("&")] for row in text.split("\\\\")])
    return matrices


@given(case=cases(), data=st.data())
def test_every_number_of_a_convolution_can_be_read_back(case, data):
    layer = Conv(case.kernel, case.bias, **case.settings, activation="relu")
    place = tuple(data.draw(st.integers(0, n - 1)) for n in layer.output_shape(case.x.shape))
    traced = trace(layer, case.x, place)

    source = to_latex(traced, digits=9)

    assert_well_formed(source)
    matrices = numbers_of(source)
    read = np.concatenate([np.ravel(one) for one in matrices[::2]]).astype(np.float32)
    weights = np.concatenate([np.ravel(one) for one in matrices[1::2]]).astype(np.float32)
    assert np.array_equal(read, traced.values.reshape(-1))
    assert np.array_equal(weights, traced.weights.reshape(-1))
    sums = [*np.abs(traced.sums).tolist(), abs(traced.bias)] if len(traced.sums) > 1 or traced.bias else []
    for value in (traced.linear, traced.value, *sums):
        assert f"{value:.9g}".partition("e")[0] in source


def test_whole_numbers_have_all_their_digits():
    source = to_latex(trace(Conv([[[[-64, 1]]]], [0.0]), np.array([[[65535.0, 130.0]]]), (0, 0, 0)), digits=3)

    assert "65535 & 130" in source
    assert "-4194110" in source
    assert "10^" not in source


def test_a_small_computation_reads_as_on_the_board():
    layer = Conv([[[[1, 0], [0, -1]]]], [0.5], activation="relu")

    source = to_latex(trace(layer, np.array([[[1.0, 2.0], [3.0, 4.0]]]), (0, 0, 0)))

    assert source == (
        "\\begin{align*}\n"
        "  z &= \\sum \\underbrace{\\left[\\begin{array}{rr} 1 & 2 \\\\ 3 & 4 \\end{array}\\right] \\odot "
        "\\left[\\begin{array}{rr} 1 & 0 \\\\ 0 & -1 \\end{array}\\right]}_{\\text{channel 0}} + 0.5 \\\\\n"
        "  &= -3 + 0.5 \\\\\n"
        "  &= -2.5 \\\\\n"
        "  y &= \\operatorname{ReLU}(z) = 0\n"
        "\\end{align*}\n"
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_can_be_written(name):
    traced = trace(Activation(name), np.full((2, 3, 3), -0.25), (0, 1, 1))

    source = to_latex(traced)

    assert_well_formed(source)
    assert ("NaN" if np.isnan(traced.value) else f"{traced.value:.4g}".partition("e")[0]) in source
    assert "-0.25" in source


@pytest.mark.parametrize("layer", [MaxPool(2), AveragePool(2), AveragePool(3, padding="same"), Identity()])
def test_layers_without_a_kernel_can_be_written(layer):
    traced = trace(layer, np.array([[[1.0, 2.0], [7.0, 4.0]]]), (0, 0, 0))

    source = to_latex(traced)

    assert_well_formed(source)
    assert f"= {traced.value:.4g}" in source


def test_a_transposed_convolution_can_be_written():
    layer = ConvTranspose(np.arange(8.0).reshape(1, 2, 2, 2), strides=2)

    source = to_latex(trace(layer, np.array([[[1.5, 2.0]]]), (1, 1, 2)))

    assert_well_formed(source)
    assert numbers_of(source) == [[[0, 0], [2, 0]], [[4, 5], [6, 7]]]


def test_a_separable_convolution_is_written_in_two_steps():
    layer = SeparableConv(np.ones((2, 1, 2, 2)), [[[[3.0]], [[4.0]]]], [1.0])

    source = to_latex(trace(layer, np.arange(8.0).reshape(2, 2, 2), (0, 0, 0)))

    assert_well_formed(source)
    assert "d_{0} &= \\sum \\left[\\begin{array}{rr} 0 & 1 \\\\ 2 & 3 \\end{array}\\right]" in source
    assert "\\text{maps 0 to 1}" in source
    assert numbers_of(source)[-2:] == [[[6], [22]], [[3], [4]]]
    assert "y &= z = 107" in source


def test_a_dense_layer_is_written_as_one_column():
    source = to_latex(trace(Dense([[1.0, 2.0, 3.0]]), np.array([4.0, 5.0, 6.0]), (0,)))

    assert_well_formed(source)
    assert numbers_of(source) == [[[4], [5], [6]], [[1], [2], [3]]]


def test_large_small_and_impossible_numbers_have_their_own_signs():
    x = np.array([[1.5e-7, np.nan, -np.inf, 2e20]])

    source = to_latex(trace(MaxPool(4), x, (0, 0)))

    assert "1.5 \\cdot 10^{-7} & \\mathrm{NaN} & -\\infty & 2 \\cdot 10^{20}" in source
    assert_well_formed(source)


def test_the_sum_of_many_channels_is_broken_into_lines():
    traced = trace(Conv(np.ones((1, 20, 1, 1)), [1.0]), np.ones((20, 2, 2)), (0, 0, 0))

    source = to_latex(traced)

    assert_well_formed(source)
    assert max(line.count("+ 1") for line in source.splitlines()) == 8


def test_digits_must_be_some():
    with pytest.raises(ValueError, match="digits must be ≥ 1; got 0"):
        to_latex(trace(Identity(), np.ones((1, 1)), (0, 0)), digits=0)


def test_a_document_loads_all_that_the_formula_needs():
    source = to_document(to_latex(trace(Identity(), np.ones((1, 1)), (0, 0))))

    assert "\\usepackage{amsmath}" in source
    assert source.index("\\begin{document}") < source.index("\\begin{align*}") < source.index("\\end{document}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_has_a_formula_that_ends_at_its_value(kind):
    explanation = explained(picture_of(kind))

    source = to_latex(explanation.trace)

    assert_well_formed(source)
    value = explanation.trace.value
    last = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", source.split("=")[-1].split("\\")[0].strip().splitlines()[0])
    assert float(last or "nan") == pytest.approx(value, rel=1e-3, abs=1e-9) or "10^{" in source


def test_joined_layers_are_no_products_with_a_kernel():
    formulas = {kind: to_latex(explained(picture_of(kind), cell=(9, 9)).trace) for kind in JOINED}

    assert not any("odot" in formula for formula in formulas.values())
    assert " - " in formulas["subtract"]
    assert "\\frac" in formulas["average"]
    assert "\\cdot" in formulas["multiply"]
    assert "\\max" in formulas["maximum"]
    assert "x^{(1)}" in formulas["concatenate"]


def test_batch_normalisation_is_written_with_mean_variance_gamma_and_beta():
    layer = BatchNorm([2.0], [-1.0], [0.5], [4.0], epsilon=0.25)

    source = to_latex(trace(layer, np.array([[[3.0]]]), (0, 0, 0)))

    assert "\\frac{3 - 0.5}{\\sqrt{4 + 0.25}} \\cdot 2 - 1 = 1.425" in source


def test_more_numbers_than_a_page_holds_are_not_listed():
    x = np.random.default_rng(0).random((1, 300, 451))

    mean, largest = (to_latex(trace(layer, x, (0,))) for layer in (GlobalAveragePool(), GlobalMaxPool()))

    assert "\\frac{1}{135300} \\sum_{i=1}^{135300} x_i" in mean
    assert "\\max_{i = 1 \\dots 135300} x_i" in largest
    assert max(map(len, (mean, largest))) < 300
    assert_well_formed(mean)


def test_many_scores_are_not_listed_either():
    x = np.linspace(-1, 1, 1000, dtype=np.float32)

    source = to_latex(trace(Activation("softmax"), x, (7,)))

    assert "\\left(x_0, \\dots, x_{999}\\right)_{7}" in source
    assert_well_formed(source)


@pytest.mark.parametrize(
    ("operation", "formula"),
    [
        ("magnitude", "y &= \\sqrt{3^2 + \\left(-4\\right)^2} = 5"),
        ("orientation", "y &= \\operatorname{atan2}\\left(-4,\\ 3\\right) = -0.9273 = -53.13^\\circ"),
        ("subtract", "y &= 3 - \\left(-4\\right) = 7"),
        ("maximum", "y &= \\max\\left(3,\\ -4\\right) = 3"),
    ],
)
def test_two_combined_maps_are_a_formula(operation, formula):
    source = to_latex(trace(CombineMaps(operation), np.array([[[3.0]], [[-4.0]]]), (0, 0, 0)))

    assert_well_formed(source)
    assert formula in source


def test_channels_have_their_names_with_signs_that_latex_knows():
    layer = Conv(np.ones((1, 2, 1, 2)))
    traced = trace(layer, np.array([[[1.0, 2.0]], [[3.0, 4.0]]]), (0, 0, 0))

    named = to_latex(traced, names=("sobel_x", "50 %"))
    numbered = to_latex(traced, names=("one name for two",))

    assert "\\text{sobel\\_x}" in named
    assert "\\text{50 \\%}" in named
    assert "\\text{channel 1}" in numbered
