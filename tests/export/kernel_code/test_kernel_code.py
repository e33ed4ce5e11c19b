"""Kernels leave in many forms, and each form is read back as the kernel it was."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convexplorer.export.kernel_code.leaving import Leaving, leaving_of, of_filters
from convexplorer.export.kernel_code.table import KERNEL_FORMS, kernel_text
from convexplorer.export.kernel_code.whole_weights import whole_weights
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.pasted.reading import read_pasted
from convexplorer.model import edits
from convexplorer.model.default import default_project

K = np.arange(1.0, 10).reshape(3, 3) / 4  # no symmetry, and whole numbers over 4
# Of these forms the numbers are written with a divisor, which rounds the last digit.
WHOLE = ("ffmpeg", "vapoursynth")
FRAMED = ("gimp",)  # always 5 × 5


def leaving(planes: np.ndarray = K, bias: float = 0.0, name: str = "my kernel", **settings: object) -> Leaving:
    return Leaving((Filter(name, planes, bias),), **settings)  # type: ignore[arg-type]


def inner(array: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Return an array without axes of length 1 in front, and without the zeros around a kernel of this size."""
    array = array.reshape(array.shape[-2:]) if array.ndim > 2 else array
    top, left = ((n - m) // 2 for n, m in zip(array.shape, size, strict=True))
    return array[top : top + size[0], left : left + size[1]]


@pytest.mark.parametrize("form", KERNEL_FORMS)
def test_a_kernel_is_read_back_as_it_was(form: str) -> None:
    text = kernel_text(form, leaving(white=255.0))

    read = read_pasted(text)

    assert read.alternatives == ()
    array = read.array.transpose(3, 2, 0, 1) if read.axes == "HWIO" else read.array
    assert inner(array, K.shape) == pytest.approx(K, rel=1e-12 if form in WHOLE else 0)
    assert read.array.size in (9, 25)


@pytest.mark.parametrize("form", [form for form in KERNEL_FORMS if form not in (*WHOLE, "pillow", "gimp")])
@given(
    plane=arrays(
        np.float64, st.tuples(st.sampled_from((3, 5, 7)), st.sampled_from((3, 5))), elements=st.floats(-99, 99)
    )
)
@settings(max_examples=15)
def test_any_weights_are_read_back_exactly(form: str, plane: np.ndarray) -> None:
    read = read_pasted(kernel_text(form, leaving(plane)))

    array = read.array.transpose(3, 2, 0, 1) if read.axes == "HWIO" else read.array
    assert np.array_equal(array.reshape(plane.shape), plane)


@pytest.mark.parametrize(
    "form", ["opencv", "torch", "keras", "ffmpeg", "vips", "svg", "sharp", "magick", "vapoursynth", "pillow", "csv"]
)
def test_a_bias_is_read_back(form: str) -> None:
    read = read_pasted(kernel_text(form, leaving(bias=24.0, white=255.0)))

    assert read.bias_on_scale(255.0) == pytest.approx((24.0,))


@pytest.mark.parametrize("form", ["opencv", "scipy", "torch", "matlab", "magick", "gmic", "svg"])
@pytest.mark.parametrize("border", ["zeros", "edge"])
def test_a_border_is_read_back(form: str, border: str) -> None:
    assert read_pasted(kernel_text(form, leaving(border=border))).border == border


@pytest.mark.parametrize("form", ["numpy", "torch", "keras", "csv", "script"])
def test_a_bank_of_colour_kernels_is_read_back(form: str) -> None:
    planes = np.random.default_rng(1).normal(size=(2, 3, 3, 3))
    bank = of_filters([Filter("one", planes[0], 0.5), Filter("other", planes[1])])

    read = read_pasted(kernel_text(form, bank))

    array = read.array.transpose(3, 2, 0, 1) if read.axes == "HWIO" else read.array
    assert np.array_equal(array, planes)
    assert read.axes in ("OIHW", "HWIO")


@pytest.mark.parametrize("form", ["c", "matlab", "markdown", "opencv", "scipy", "glsl"])
def test_several_kernels_are_read_back_as_several(form: str) -> None:
    bank = of_filters([Filter("one", K), Filter("other", K.T)])

    read = read_pasted(kernel_text(form, bank))

    arrays = [one.array.reshape(3, 3) for one in read.alternatives] if read.alternatives else list(read.array)
    assert [one.tolist() for one in arrays] == [K.tolist(), K.T.tolist()]


@pytest.mark.parametrize("form", KERNEL_FORMS)
@pytest.mark.parametrize(
    "planes",
    [
        np.ones((1, 1)),
        np.ones((2, 4)),
        np.ones((1, 9)),
        np.full((3, 3), np.nan),
        np.ones((3, 3, 3)),
        np.ones((255, 255)),
    ],
    ids=["1×1", "even", "row", "nan", "colour", "largest"],
)
def test_any_kernel_leaves_or_is_refused_in_words(form: str, planes: np.ndarray) -> None:
    try:
        text = kernel_text(form, leaving(planes, bias=-0.5))
    except ValueError as error:
        text = f"{error}\n"
        is_told = "“my kernel” has" in text or "not finite" in text
    else:
        is_told = True

    assert is_told
    assert text.endswith("\n")


@pytest.mark.parametrize("form", ["script", "numpy", "opencv", "scipy", "torch", "keras", "pillow"])
@pytest.mark.parametrize("name", ['a"b\\', "a\nb", "'''", "for", "日本", "a # b", "--> </svg>"])
def test_code_of_python_compiles_whatever_a_filter_is_called(form: str, name: str) -> None:
    compile(kernel_text(form, leaving(name=name)), form, "exec")


def test_what_a_target_cannot_carry_stands_in_a_comment() -> None:
    project = edits.set_layer(default_project(), 0, strides=(2, 2), activation="relu", border="wrap")

    text = kernel_text("imagej", leaving_of(project.layers[0]))

    assert "// ImageJ's border is edge; the layer's is wrap." in text
    assert "// The layer's strides, 2 × 2, are left out." in text
    assert "// The layer's activation, relu, is left out." in text


def test_a_layer_that_turns_kernels_gives_them_turned() -> None:
    project = edits.set_planes(default_project(), 0, 0, K)
    flipped = edits.set_layer(project, 0, is_flipped=True)

    text = kernel_text("tab", leaving_of(flipped.layers[0], [0]))

    assert np.array_equal(read_pasted(text).array, K[::-1, ::-1])


def test_whole_weights_are_exact_where_that_is_possible() -> None:
    whole, divisor, error = whole_weights(np.array([[1 / 9, -2 / 9, 1 / 3]]))
    assert (whole.tolist(), divisor) == ([[1, -2, 3]], 9)
    assert error < 1e-16

    whole, divisor, error = whole_weights(np.array([[np.pi, np.e]]))
    assert np.array_equal(whole, np.rint(whole))
    assert 0 < error == np.abs(whole / divisor - [[np.pi, np.e]]).max()


def test_the_rounding_error_is_said() -> None:
    text = kernel_text("ffmpeg", leaving(K * np.pi))

    assert "Weights are rounded to whole numbers: each errs by up to" in text


def test_an_unknown_form_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"a form is one of numpy, opencv, .*; got 'cobol'"):
        kernel_text("cobol", leaving())
