"""`convexplorer value`, and `apply` to one map: what is printed and written is what the layers compute."""

import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from convexplorer.export.batch import Recipe, compute_maps
from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.sources import open_reader, parse
from tests.test_cli import Printed, make_film, make_photo, run

DIGITS = ("--project", "network:digits")
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8").splitlines()
COMMANDS = ("apply", "value", "summary", "patches", "statistics", "export")
# Whose layers, maps and cells are named: they are those of networks that come with the program.
OF_READY_NETWORKS = [
    line for line in README if line.startswith(tuple(f"convexplorer {one}" for one in COMMANDS)) and "network:" in line
]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def photo() -> str:
    return make_photo("photo.png")


def digits_maps(photo: str, layer: str) -> np.ndarray:
    project = ready_project(find_ready("digits"))
    layers = project.layers[: project.ids.index(layer) + 1]
    recipe = Recipe(layers, project.channels, project.display, preprocessing=project.preprocessing)
    frame = open_reader(parse(photo)).read()
    assert frame is not None
    return compute_maps(frame, recipe)[0]


def test_a_value_is_printed_so_that_a_program_can_read_it(photo: str, capsys: Printed):
    expected = digits_maps(photo, "conv2")[11, 3, 4]

    assert run("value", "conv2/11@(3,4)", photo, *DIGITS) == 0

    assert np.float32(capsys.readouterr().out) == expected


def test_the_brackets_that_a_shell_reads_may_be_missing(photo: str, capsys: Printed):
    run("value", "conv2/11@(3,4)", photo, *DIGITS)
    with_brackets = capsys.readouterr().out

    run("value", "conv2/11@3,4", photo, *DIGITS)

    assert capsys.readouterr().out == with_brackets


def test_a_value_is_explained_with_the_numbers_that_it_is_made_of(capsys: Printed):
    assert run("value", "conv/0@(1,1)", "numbers:1 2 3; 4 5 6; 7 8 9", "--kernel", "sobel-x", "--explain") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "conv/0@(1,1) = 8"
    assert "Keras conv[0, 1, 1, 0], PyTorch conv[0, 0, 1, 1]" in lines[2]
    rows = [line.split() for line in lines[4:] if "×" in line]
    assert [row[-7:] for row in rows] == [
        ["1", "2", "3", "×", "−1", "0", "1"],
        ["4", "5", "6", "×", "−2", "0", "2"],
        ["7", "8", "9", "×", "−1", "0", "1"],
    ]


def test_the_arithmetic_is_there_for_programs(capsys: Printed):
    words = ("numbers:1 2 3; 4 5 6; 7 8 9", "--kernel", "sobel-x", "--explain", "--json")

    assert run("value", "conv/sobel-x@(1,1)", *words) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["address"], told["value"], told["bias"]) == ("conv/0@(1,1)", 8.0, 0.0)
    assert np.multiply(told["values"], told["weights"]).sum() == 8.0
    assert told["reads"] == [[0, 1, 2], [0, 1, 2]]


def test_all_scores_are_printed_with_their_names(photo: str, capsys: Printed):
    expected = digits_maps(photo, "scores")

    assert run("value", "scores", photo, *DIGITS, "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert told["names"] == list("0123456789")
    np.testing.assert_array_equal(np.array(told["values"], np.float32), expected)


def test_a_map_is_told_in_a_line_for_a_person(photo: str, capsys: Printed):
    assert run("value", "conv2/11", photo, *DIGITS) == 0

    assert capsys.readouterr().out.startswith("conv2/11  14 × 14 × 1  ")


def test_a_value_of_a_video_is_that_of_its_first_frame(capsys: Printed):
    film = make_film("film.mp4")

    assert run("value", "input/0@(0,0)", film, "--kernel", "identity") == 0

    assert abs(float(capsys.readouterr().out)) < 0.05


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("conv9/1@1,1", *DIGITS), "there is no layer conv9; did you mean conv2"),
        (("conv2/99@1,1", *DIGITS), "conv2 has 16 maps, 0 to 15; got 99"),
        (("conv2/1@99,1", *DIGITS), "conv2/1 has 14 × 14 cells"),
        (("conv2/", *DIGITS), "the name of a map is missing"),
        (("conv2/1", "--explain", *DIGITS), "--explain is for one value, as in “conv2/1@(7,7)”"),
        (("conv2/1@1,1",), "say of which network"),
    ],
)
def test_what_is_wrong_is_a_sentence(photo: str, capsys: Printed, words: tuple[str, ...], said: str):
    assert run("value", words[0], photo, *words[1:]) == 2

    assert said in capsys.readouterr().err.replace("\n", " ")


def test_a_source_that_shows_nothing_by_itself_is_refused(capsys: Printed):
    assert run("value", "conv2/1@1,1", *DIGITS) == 2

    assert "shows no picture by itself" in capsys.readouterr().err


# apply


@pytest.mark.parametrize("name", ["conv2/11", "conv2/filter 12"])
def test_one_map_of_a_layer_is_written(photo: str, name: str):
    expected = digits_maps(photo, "conv2")[11:12]

    assert run("apply", photo, "-o", "map.npy", *DIGITS, "--layer", name) == 0

    np.testing.assert_array_equal(np.load("map.npy"), expected)


def test_one_map_is_one_picture(photo: str, tmp_path: Path):
    run("apply", photo, "-o", "map.png", *DIGITS, "--layer", "conv1/3")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.png", "photo.png"]


@pytest.mark.parametrize(
    ("command", "layers", "said"),
    [
        ("apply", ("conv2/99",), "conv2 has 16 maps, 0 to 15; got 99"),
        ("apply", ("conv2/1@(2,3)",), "“convexplorer value” prints"),
        ("apply", ("conv2/1", "relu"), "names one map, which no layer can follow"),
        ("apply", ("conv7/1",), "the project has the layers conv1"),
        ("summary", ("conv2/1",), "names one map; name its layer, conv2"),
    ],
)
def test_a_map_that_cannot_be_is_refused(photo: str, capsys: Printed, command: str, layers: tuple[str, ...], said: str):
    named = [word for layer in layers for word in ("--layer", layer)]
    output = ("-o", "out.npy") if command == "apply" else ()

    assert run(command, photo, *output, *DIGITS, *named) in (1, 2)

    assert said in capsys.readouterr().err
    assert not Path("out.npy").exists()


@pytest.mark.parametrize("line", OF_READY_NETWORKS)
def test_what_the_readme_asks_of_a_ready_network_is_there(line: str):
    for name in ("photo.jpg", "digit.png", "digits/1.png", "photos/1.png"):
        Path(name).parent.mkdir(exist_ok=True)
        make_photo(name)

    assert run(*shlex.split(line, comments=True)[1:]) == 0
