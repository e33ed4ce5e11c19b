"""What people paste becomes the weights that their tool applies, with its border, bias, flip and divisor."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convexplorer.core.geometry.windows import BORDERS
from convexplorer.kernels.filter import KernelSizeError
from convexplorer.kernels.matrix import format_matrix
from convexplorer.kernels.pasted.reading import read_pasted
from tests.kernels.pasted.samples import SAMPLES, K

TEXTS = [sample.text for sample in SAMPLES.values()]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_form_gives_the_weights_that_its_tool_applies(name: str) -> None:
    sample = SAMPLES[name]

    read = read_pasted(sample.text)

    assert read.array.shape == np.shape(sample.array)
    assert read.array == pytest.approx(np.array(sample.array), rel=1e-14, abs=1e-17)
    assert {key: getattr(read, key) for key in sample.says} == sample.says


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_read_is_a_sentence_and_a_border_of_layers(name: str) -> None:
    read = read_pasted(SAMPLES[name].text)

    assert read.sentence.startswith(f"Read as {read.form}: ")
    assert read.sentence.endswith(".")
    assert read.border is None or read.border in BORDERS
    assert all(note.endswith(".") for note in read.notes)


@pytest.mark.parametrize(
    "text",
    [
        "1 2 1 2 4 2 1 2 1",
        "[1, 2, 1, 2, 4, 2, 1, 2, 1]",
        "float k[9] = {1, 2, 1, 2, 4, 2, 1, 2, 1};",
        "float[9](1,2,1,2,4,2,1,2,1)",
    ],
)
def test_nine_numbers_in_a_row_are_offered_as_a_square(text: str) -> None:
    square, row = read_pasted(text).alternatives

    assert square.array.shape == (3, 3)
    assert row.array.shape == (1, 9)
    assert square.array.ravel().tolist() == row.array.ravel().tolist()


@pytest.mark.parametrize("text", ["1\t2\t1\t2\t4\t2\t1\t2\t1", "[[1, 2, 1, 2, 4, 2, 1, 2, 1, 0]]", "1 2 1", "1 2 3 4"])
def test_cells_of_a_spreadsheet_and_other_counts_are_a_row(text: str) -> None:
    read = read_pasted(text)

    assert read.alternatives == ()
    assert read.array.shape[0] == 1


def test_a_kernel_of_imagemagick_without_its_method_is_asked_about_if_turning_matters() -> None:
    correlate, convolve = read_pasted("3x3: 1,2,3 4,5,6 7,8,9").alternatives

    assert np.array_equal(correlate.array, K)
    assert np.array_equal(convolve.array, K[::-1, ::-1])
    assert read_pasted("3x3: 0,1,0 1,-4,1 0,1,0").alternatives == ()


def test_a_table_that_may_have_a_line_of_libvips_above_it_is_asked_about() -> None:
    table, mask = read_pasted("4 3 2 0\n1 2 3 4\n5 6 7 8\n9 9 9 9").alternatives

    assert table.array.shape == (4, 4)
    assert mask.array.shape == (3, 4)
    assert mask.array[0].tolist() == [0.5, 1, 1.5, 2]


def test_several_kernels_of_a_script_are_a_bank_with_the_names_of_the_script() -> None:
    read = read_pasted(f"kx = np.array({json.dumps(K.tolist())})\nky = kx.T + 1\nkz = kx * 0")

    assert read.axes == "OHW"
    assert read.names == ("ky", "kz")
    assert np.array_equal(read.array[0], K.T + 1)


def test_two_calls_with_kernels_are_a_bank() -> None:
    read = read_pasted(
        "gx = cv2.filter2D(i, -1, np.array([[1, 0, -1]]))\ngy = cv2.filter2D(i, -1, np.array([[1, 2, 3]]))"
    )

    assert read.array.tolist() == [[[1, 0, -1]], [[1, 2, 3]]]
    assert read.border == "reflect"


def test_ffmpeg_with_a_kernel_for_each_colour_gives_filters_in_the_order_of_this_program() -> None:
    planes = ":".join(" ".join(f"{value:g}" for value in (K * scale).ravel()) for scale in (2, 3, 1))

    read = read_pasted(f'-vf "format=gbrp,convolution={planes}:0 0 0 0 1 0 0 0 0:1:1:1"')

    assert read.names == ("red", "green", "blue")
    assert [one[0, 0] for one in read.array] == [1, 2, 3]


def test_decimals_in_ffmpeg_are_read_with_a_warning() -> None:
    assert "whole numbers" in read_pasted("convolution=0m='0.5 0 0 0 0 0 0 0 0.5':0rdiv=1").notes[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no numbers"),
        ("hello", "no number"),
        ("1 2 3\n4 5", "row 2 has 2 numbers, row 1 has 3"),
        ("np.linalg.inv(np.array([[1, 2, 3], [4, 5, 6]]))", "“np.linalg.inv” is not known here"),
        ("__import__('os').remove('x')", "not computed"),
        ("np.array([[1, 2], ..., [3, 4]])", "shortened"),
        ("tensor([[[[ 1.0,  ..., 2.0]]]])", "shortened"),
        ("k = np.array([[1, 2], [3, 4]])\nfor i in range(2):\n    k[i] = k[i] * 2", "“k” is changed in a way"),
        ("k = np.array([[1, 2], [3, 4]])\nnp.fill_diagonal(k, 0)", "“np.fill_diagonal” is not known here"),
        ("fspecial('motion', 9, 0)", "fspecial('motion') is not computed"),
        ("np.ones((100000, 100000))", "a size has"),
        ("np.ones((2000, 300))", "at most 255 × 255"),
        ("np.eye(3000)", "a size has"),
        ("cv2.getGaussianKernel(4, 1)", "versions of OpenCV differ"),
        ('run("Convolve...", "text1=[] normalize");', "there are no numbers"),
        ("3x3: 1,2,3 4,5,6", "6 numbers do not make 3x3"),
        ("3x3+0+0: 1,2,3 4,5,6 7,8,9", "its origin is not the middle"),
        ('<feConvolveMatrix order="3" kernelMatrix="1 2 3"/>', "3 numbers do not make"),
        ("convolution=0m='1 2 3 4'", "9, 25 or 49"),
        ("np.array([1, 2, 3, 4]).reshape(3, 3)", "4 numbers do not make 3 × 3"),
        ("{width: 2, height: 2, kernel: [1, 2, 3]}", "3 numbers do not make"),
        ("(" * 1000 + "np.ones((3,3))", "deep"),
    ],
)
def test_what_is_no_kernel_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_pasted(text)

    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    "text", ["eval('1')", "open('x').read()", "[x for x in (1, 2)]", "lambda: 1", "f'{1}'", "`rm -rf /`"]
)
def test_nothing_is_evaluated(text: str) -> None:
    with pytest.raises(ValueError):
        read_pasted(text)


def test_the_largest_kernel_and_one_beyond_it() -> None:
    numbers = np.arange(255.0**2).reshape(255, 255)

    assert np.array_equal(read_pasted(format_matrix(numbers, "python")).array, numbers)
    with pytest.raises(KernelSizeError):
        read_pasted("1 2\n" * 256)


def test_what_is_not_finite_is_read() -> None:
    read = read_pasted("np.array([[np.nan, np.inf, -np.inf]])")

    assert np.isnan(read.array[0, 0])
    assert read.array[0, 1:].tolist() == [np.inf, -np.inf]


def test_no_file_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError):
        read_pasted("np.save('x.npy', np.ones((3, 3)))")

    assert list(tmp_path.iterdir()) == []


@given(st.text(alphabet="0123456789.,;:/*+-=@#|<>eE \t\n()[]{}'\"\\_npfxabc", max_size=60) | st.text(max_size=60))
def test_any_text_gives_weights_or_a_sentence(text: str) -> None:
    _read_or_refuse(text)


@given(st.data())
@settings(max_examples=300)
def test_damaged_samples_give_weights_or_a_sentence(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 20))
        other = data.draw(st.sampled_from(TEXTS))
        start = data.draw(st.integers(0, len(other)))
        put = data.draw(st.text("()[]{}<>,;:.'\"+-*/@=0 \n", max_size=3) | st.just(other[start : start + length]))
        text = text[:at] + put + text[at + data.draw(st.integers(0, 8)) :]
    _read_or_refuse(text)


@given(
    st.sampled_from(
        ["[", "(", "{", "a[", "a(", "-", "k=", "'", '"', "\n", "[[", "1,", "<", "a.b", "/*", "```", "float[", "1:"]
    )
)
@example("a[")
def test_repetition_of_a_mark_ends(mark: str) -> None:
    _read_or_refuse(mark * 2000)
    _read_or_refuse(f"k = np.ones((3, 3)); {mark * 2000}")


def _read_or_refuse(text: str) -> None:
    try:
        read = read_pasted(text)
    except ValueError:
        pass
    else:
        assert read.array.dtype == np.float64
        assert 2 <= read.array.ndim <= 4
        assert read.sentence
