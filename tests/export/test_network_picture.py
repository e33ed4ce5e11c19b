"""The picture of a network that leaves: the code that prepares it gives the numbers that the network gets here."""

import ast
from collections.abc import Iterator

import numpy as np
import pytest

from convexplorer.export.network.picture import picture_code, picture_metadata, picture_notes
from convexplorer.export.network.plan import plan_of
from convexplorer.export.network_code.keras_code import keras_code
from convexplorer.export.network_code.torch_code import torch_code
from convexplorer.model.build import choose_input
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.told import PREPROCESSING_KEY, told_preprocessing
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.sources import open_reader, parse
from convexplorer.sources.frame import Frame

CASES = [
    ("color", "unit", None),
    ("color", "stored", None),
    ("luminance", "unit", None),
    ("luminance", "stored", None),
    ("color", "unit", Preprocessing(order="bgr", high=255.0, mean=(103.939, 116.779, 123.68))),
    ("color", "unit", Preprocessing(mean=(0.485, 0.456, 0.406), deviation=(0.229, 0.224, 0.225))),
    ("0", "stored", Preprocessing(low=-1.0)),
    ("all", "unit", Preprocessing(order="grey", low=1.0, high=0.0, mean=(0.5,), deviation=(0.25,))),
]


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (6, 7, 3), np.uint8)


@pytest.fixture
def frame(picture: np.ndarray, tmp_path) -> Iterator[Frame]:
    from convexplorer.export.images import save_png

    save_png(tmp_path / "picture.png", picture)
    reader = open_reader(parse(str(tmp_path / "picture.png")))
    yield reader.read()
    reader.close()


@pytest.mark.parametrize(("channels", "numbers", "preprocessing"), CASES)
def test_the_code_makes_the_numbers_that_the_first_layer_gets(picture, frame, channels, numbers, preprocessing):
    expected, _ = choose_input(frame, channels, numbers, preprocessing)

    found: dict[str, np.ndarray] = {"picture": picture}
    exec("\n".join(picture_code(expected.shape, channels, numbers, preprocessing)), {"np": np}, found)

    x = np.moveaxis(found["x"], -1, 0)
    assert x.dtype == np.float32
    # The luminance of stored numbers is that of whole numbers here; rounding is in proportion to white.
    np.testing.assert_allclose(x, expected, rtol=1e-5, atol=1e-4 if np.abs(expected).max() > 2 else 1e-6)


@pytest.mark.parametrize(("shape", "channels"), [((4, 6, 7), "all"), ((1, 6, 7), "2"), ((3, 9), "color")])
def test_no_code_is_written_for_what_is_no_picture_in_colours(shape: tuple[int, ...], channels: str):
    assert picture_code(shape, channels, "unit") == []


@pytest.mark.parametrize(
    ("make", "result"), [(torch_code, "torch.from_numpy(np.moveaxis(x, -1, 0)"), (keras_code, "return x[np.newaxis]")]
)
def test_code_of_a_network_prepares_its_picture_in_its_order_of_axes(make, result: str):
    facts = ((3, 6, 7), "color", "unit", CASES[5][2])
    plan = plan_of([make_layer("activation", id="relu")], (3, 6, 7), picture_notes(*facts), picture_code(*facts))

    text = make(plan, "w.npz").text

    assert "def prepare(picture):" in text
    assert "x = x - np.float32([0.485, 0.456, 0.406])  # mean" in text
    assert result in text
    assert "minus 0.485, 0.456, 0.406, divided by 0.229, 0.224, 0.225" in text
    compile(text, "net.py", "exec")


@pytest.mark.parametrize(("channels", "numbers", "preprocessing"), CASES)
def test_what_a_file_tells_a_program_gives_the_same_numbers(frame, channels, numbers, preprocessing):
    expected, _ = choose_input(frame, channels, numbers, preprocessing)
    metadata = picture_metadata(expected.shape, channels, numbers, preprocessing)

    told, why_not = told_preprocessing(metadata, expected.shape[0], (expected.shape[1], expected.shape[2]))

    assert why_not == ""
    found, _ = choose_input(frame, "all", "unit", told)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4 if np.abs(expected).max() > 2 else 1e-6)


@pytest.mark.parametrize(("shape", "channels"), [((4, 6, 7), "all"), ((1, 6, 7), "2"), ((3, 9), "color")])
def test_a_program_is_told_nothing_of_what_is_no_picture_in_colours(shape: tuple[int, ...], channels: str):
    assert picture_metadata(shape, channels, "unit") == {}


def test_names_of_classes_leave_as_they_are():
    names = ('"quoted"', "it's", "größer · 🐈", "back\\slash")

    assert ast.literal_eval(picture_metadata((3, 6, 7), "color", "unit", None, names)["names"]) == list(names)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no complete JSON"),
        ("[1]", "must be an object"),
        ('{"size": [28]}', "must have 2 sizes"),
        ('{"size": [0, 28]}', "size must be rows and columns"),
        ('{"size": [28, 28]}', "size must be that of the network's input"),
        ('{"fit": "squeeze"}', "fit must be one of"),
        ('{"order": "grey"}', "order must give the network's 3 channels"),
        ('{"mean": [1, 2]}', "mean must have one number"),
        ('{"deviation": [0]}', "the deviation must not be 0"),
        ('{"low": "NaN"}', "finite numbers"),
        ('{"low": 1e999}', "finite numbers"),
        ('{"high": 1' + "0" * 400 + "}", "high"),
        ('{"high": 1' + "0" * 5000 + "}", "at most 4096"),
        ('{"mean": ' + "[" * 4000, "nested too deeply"),
        ('{"colour": 1}', "unknown field"),
    ],
)
def test_a_preprocessing_that_cannot_be_is_a_sentence(text: str, words: str):
    told, why_not = told_preprocessing({PREPROCESSING_KEY: text}, 3, (6, 7))

    assert told is None
    assert words in why_not
    assert why_not.startswith("What the file tells of its preprocessing is not used: ")
