"""Numbers as a source: typed into the address, or in a text file; they are never rescaled."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convexplorer.kernels.matrix import format_matrix
from convexplorer.sources import SourceError, describe_source, open_reader, parse, to_text
from convexplorer.sources.numbers import grid_of, numbers_source

NUMBERS = st.floats(width=32, allow_nan=True, allow_infinity=True) | st.integers(-300, 300).map(float)


def image_of(text: str) -> np.ndarray:
    frame = open_reader(parse(text)).read()
    assert frame is not None
    return frame.image


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9)).flatmap(
        lambda shape: arrays(np.float64, shape, elements=NUMBERS)
    )
)
def test_a_grid_comes_back_from_its_address_as_it_was(values: np.ndarray):
    source = numbers_source(values)

    np.testing.assert_array_equal(grid_of(source.address), values)
    assert parse(to_text(source)) == source
    np.testing.assert_array_equal(image_of(to_text(source)), values.astype(np.float32))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numbers:10 10 0; 10 10 0", [[[10, 10, 0], [10, 10, 0]]]),
        ("numbers:1 2 3", [[[1, 2, 3]]]),
        ("numbers:7", [[[7]]]),
        ("numbers:0.5\n1/4", [[[0.5], [0.25]]]),
        ("numbers:[[1, 2], [3, 4]]", [[[1, 2], [3, 4]]]),
        ("numbers:np.array([[1, 2], [3, 4]])", [[[1, 2], [3, 4]]]),
        ("numbers:1\t2\n3\t4", [[[1, 2], [3, 4]]]),
        ("numbers:1,2\n3,4", [[[1, 2], [3, 4]]]),
        ("numbers:1 2 | 3 4", [[[1, 2]], [[3, 4]]]),
    ],
)
def test_numbers_are_taken_as_they_are_written(text: str, expected: list):
    np.testing.assert_array_equal(image_of(text), expected)


def test_an_array_with_its_channels_last_has_the_same_channels():
    values = np.arange(5.0 * 6 * 3).reshape(3, 5, 6)

    first, last = (parse("numbers:" + format_matrix(one, "python")) for one in (values, np.moveaxis(values, 0, 2)))

    assert first == last
    np.testing.assert_array_equal(grid_of(first.address), values)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("numbers:1 2; 3 x", "row 2, column 2: “x” is no number"),
        ("numbers:1 2; 3", "row 2 has 1 numbers, row 1 has 2"),
        ("numbers:1 2 | 3", "All channels must have rows and columns of one number"),
        ("numbers:1 | 2 | 3 | 4", "1 to 3 channels; this one has 4"),
        ("numbers:" + "1 " * 1025, "at most 4096"),
        ("numbers:" + "; ".join(["1 " * 65] * 64), "64 × 65 are 4160"),
        ("numbers:" + "9" * 3_000_000, "more than"),
        ("numbers: ", "no numbers"),
        ("numbers:[[1], [2, 3]]", "row 2 has 2 numbers"),
    ],
)
def test_what_is_no_grid_is_a_sentence(text: str, reason: str):
    with pytest.raises(SourceError, match=reason):
        parse(text)


def test_the_title_tells_the_size():
    assert describe_source(parse("numbers:1 2; 3 4")) == "2 × 2 numbers"
    assert describe_source(parse("numbers:1 2 | 3 4 | 5 6")) == "1 × 2 × 3 numbers"


# Files


@pytest.mark.parametrize("name", ["grid.csv", "grid.txt", "grid.tsv", "GRID.CSV"])
@pytest.mark.parametrize("style", ["comma", "tab", "semicolon", "python", "bom"])
def test_a_text_file_of_numbers_is_a_picture_with_these_numbers(tmp_path: Path, name: str, style: str):
    values = np.array([[10, -2.5, 0], [1e-3, 255, 7]])
    text = {
        "comma": "10,-2.5,0\n0.001,255,7\n",
        "tab": format_matrix(values),
        "semicolon": '"10";"-2,5";"0"\r\n"0,001";"255";"7"\r\n',
        "python": format_matrix(values, "python"),
        "bom": "\ufeff10 -2.5 0\n0.001 255 7",
    }[style]
    (tmp_path / name).write_text(text, encoding="utf-8")

    np.testing.assert_array_equal(image_of(str(tmp_path / name)), values[np.newaxis].astype(np.float32))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"1,2\n\n3,x\n", "line 3, column 2: “x” is no number"),
        (b"# typed by hand\n1 2\n3\n", "line 3 has 1 numbers, line 2 has 2"),
        (b"1,2,3\n4,,6\n", "line 2, column 2 is empty"),
        (b"[[1, 2],\n [3, what]]", "line 2, column 6: “what” is not computed here"),
        (b"Dear reader", "line 1, column 1: “Dear” is no number"),
        (b"1 2\xff", "byte 4 is no UTF-8 text"),
        (b"\n\n", "no numbers"),
        (b"", "0 bytes"),
    ],
)
def test_a_bad_file_is_a_sentence_with_line_and_column(tmp_path: Path, content: bytes, reason: str):
    (tmp_path / "grid.csv").write_bytes(content)

    with pytest.raises(SourceError, match=reason) as caught:
        image_of(str(tmp_path / "grid.csv"))

    assert str(caught.value).startswith("grid.csv")


def test_a_file_may_have_more_numbers_than_can_be_typed_but_not_any_number(tmp_path: Path, monkeypatch):
    from convexplorer.sources.decoders import table

    monkeypatch.setattr(table, "MOST_NUMBERS", 30_000)
    (tmp_path / "large.csv").write_text("\n".join([",".join(["1"] * 200)] * 100))
    (tmp_path / "huge.csv").write_text("\n".join([",".join(["1"] * 200)] * 200))

    assert image_of(str(tmp_path / "large.csv")).shape == (1, 100, 200)
    with pytest.raises(SourceError, match="200 × 200 numbers; at most 30000"):
        image_of(str(tmp_path / "huge.csv"))


def test_notes_in_a_folder_of_pictures_are_no_pictures(tmp_path: Path):
    np.save(tmp_path / "a.npy", np.ones((3, 3)))
    (tmp_path / "notes.txt").write_text("Dear reader")

    reader = open_reader(parse(str(tmp_path)))

    assert reader.info.frame_count == 1


def test_a_picture_that_is_called_txt_is_a_picture(tmp_path: Path):
    np.save(tmp_path / "a.npy", np.ones((3, 4)))
    (tmp_path / "a.npy").rename(tmp_path / "a.txt")

    assert image_of(str(tmp_path / "a.txt")).shape == (1, 3, 4)
