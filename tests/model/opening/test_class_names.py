"""Names of classes are read as the lists of the world write them, and nothing else is taken for names."""

import pytest

from convexplorer.formats.errors import NetworkFileError
from convexplorer.model.opening.class_names import LARGEST_BYTES, MOST_NAMES, read_class_names


@pytest.mark.parametrize(
    "text",
    [
        "cat\ndog\ngreat white shark, Carcharodon\n",
        "\ufeffcat\r\n\r\ndog\r\ngreat white shark, Carcharodon",
        "0: cat\n1: dog\n2: great white shark, Carcharodon",
        "1 cat\n2 dog\n3 great white shark, Carcharodon",
        "n02123045 cat\nn02084071 dog\nn01484850 great white shark, Carcharodon",
        '["cat", "dog", "great white shark, Carcharodon"]',
        '{"1": ["n02", "dog"], "0": ["n01", "cat"], "2": ["n03", "great white shark, Carcharodon"]}',
        '{"0": "cat", "1": "dog", "2": "great white shark, Carcharodon"}',
    ],
)
def test_names_are_read_from_every_common_list(tmp_path, text):
    path = tmp_path / "classes.txt"
    path.write_bytes(text.encode())

    assert read_class_names(path) == ("cat", "dog", "great white shark, Carcharodon")


@pytest.mark.parametrize("text", ["0\n1\n2", "7 of hearts\n8 of hearts\n9 of hearts", "3d\n2d\n1d"])
def test_numbers_that_are_names_stay(tmp_path, text):
    path = tmp_path / "classes.txt"
    path.write_text(text)

    assert read_class_names(path) == tuple(text.split("\n"))


def test_what_acts_on_a_screen_is_not_kept(tmp_path):
    path = tmp_path / "classes.txt"
    path.write_text("cat\x1b[2J\ndog")

    assert "\x1b" not in "".join(read_class_names(path))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no class names"),
        (b"\n \n", "no class names"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "no text"),
        (b"[1, 2]", "must hold names"),
        (b'["cat", ""]', "empty class name"),
        (b'{"0": "cat", "2": "dog"}', "0 to 1"),
        (b'["cat", ', "no valid JSON"),
        (b"[" * 100_000, "no valid JSON"),
    ],
)
def test_what_holds_no_names_is_refused_in_a_sentence(tmp_path, content, words):
    path = tmp_path / "classes.txt"
    path.write_bytes(content)

    with pytest.raises(NetworkFileError, match=words) as caught:
        read_class_names(path)

    assert str(caught.value).startswith("classes.txt")


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "classes.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)

    with pytest.raises(NetworkFileError, match="too large"):
        read_class_names(path)


def test_more_names_than_classes_can_be_are_refused(tmp_path):
    path = tmp_path / "classes.txt"
    path.write_text("x\n" * (MOST_NAMES + 1))

    with pytest.raises(NetworkFileError, match="more than any network has classes"):
        read_class_names(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NetworkFileError, match=r"none\.txt cannot be read: it is not there"):
        read_class_names(tmp_path / "none.txt")
