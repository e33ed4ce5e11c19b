import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image
from safetensors.numpy import load_file

from convexplorer import cli, core
from convexplorer.cli.progress import ProgressBar
from convexplorer.cli.table import COMMANDS
from convexplorer.core.kinds import KINDS
from convexplorer.core.layers import Activation
from convexplorer.export.arrays import save_array
from convexplorer.export.video import Recorder
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter, presets
from convexplorer.model.build import build, choose_input
from convexplorer.model.default import default_project
from convexplorer.model.library.entry import Entry
from convexplorer.model.library.library import Library
from convexplorer.model.project import Display, Project
from convexplorer.model.ready.digits import CLASS_NAMES
from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.model.storage.files import save_project
from convexplorer.sources import Source, open_image, open_reader, parse
from convexplorer.sources.cameras import Camera
from convexplorer.sources.frame import SourceInfo
from tests.model.examples import conv_layer, pool_layer
from tests.picture_server import Answer, PictureServer

ROOT = Path(__file__).parent.parent
Printed = pytest.CaptureFixture[str]
NETWORKS = Path(__file__).parent / "networks"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def photo() -> str:
    return make_photo("photo.png")


def make_photo(name: str, height: int = 20, width: int = 30) -> str:
    pixels = np.random.default_rng(len(name)).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(name)
    return name


def make_film(name: str, count: int = 6) -> str:
    with Recorder(name, 20.0) as recorder:
        for i in range(count):
            recorder.write(np.full((32, 48, 3), 5 * i, np.uint8))
    return name


def run(*words: str) -> int:
    """Run a command as the console does, where argparse leaves by SystemExit."""
    try:
        return cli.main(words)
    except SystemExit as stop:
        return int(stop.code or 0)


def test_the_number_of_threads_can_still_be_chosen_when_the_program_starts():
    code = "import sys, convexplorer.cli; sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, timeout=60).returncode == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_table_explains_itself(command: str, capsys: Printed):
    assert run(command, "--help") == 0

    assert f"usage: convexplorer {command} " in capsys.readouterr().out


# apply: pictures and arrays


def test_a_picture_becomes_a_picture(photo: str, capsys: Printed):
    assert run("apply", photo, "-o", "edges.png", "--kernel", "sobel-x") == 0

    with Image.open("edges.png") as edges:
        assert (edges.size, edges.mode) == ((30, 20), "RGB")
    assert capsys.readouterr().out == "1 file written.\n"


def test_several_filters_make_several_pictures(photo: str):
    run("apply", photo, "-o", "edges.png", "--kernel", "sobel-x", "--kernel", "gaussian:sigma=2")

    assert sorted(os.listdir()) == ["edges_gaussian.png", "edges_sobel-x.png", "photo.png"]


def test_filters_of_one_name_get_numbers(photo: str):
    run("apply", photo, "-o", "e.png", "--kernel", "gaussian:sigma=1", "--kernel", "gaussian:sigma=2")

    assert sorted(os.listdir()) == ["e_gaussian-1.png", "e_gaussian-2.png", "photo.png"]


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".tiff"])
def test_arrays_hold_the_exact_maps_of_all_filters(photo: str, suffix: str):
    settings = [
        "--strides",
        "2,1",
        "--padding",
        "1,2",
        "--border",
        "reflect",
        "--activation",
        "leaky_relu:negative_slope=0.5",
    ]
    run("apply", photo, "-o", f"maps{suffix}", "--kernel", "sobel-x", "--kernel", "emboss", *settings)

    image = open_image(photo)
    kernel = np.stack([np.repeat(make_filter(name).planes, 3, axis=0) for name in ("sobel-x", "emboss")])
    maps = core.conv(image, kernel.astype(np.float32), strides=(2, 1), padding=((1, 1), (2, 2)), border="reflect")
    expected = core.ACTIVATIONS["leaky_relu"](maps, negative_slope=0.5)
    np.testing.assert_allclose(read_maps(f"maps{suffix}"), expected, atol=1e-5)


def read_maps(name: str) -> np.ndarray:
    if name.endswith(".npy"):
        return np.load(name)
    if name.endswith(".npz"):
        with np.load(name) as file:
            return file["maps"]
    with Image.open(name) as file:
        pages = []
        for i in range(file.n_frames):
            file.seek(i)
            pages.append(np.asarray(file))
        return np.stack(pages)


@pytest.mark.parametrize(
    ("text", "padding"),
    [
        ("same", "same"),
        ("valid", "valid"),
        ("3", ((3, 3), (3, 3))),
        ("1,2", ((1, 1), (2, 2))),
        ("1,2,3,4", ((1, 2), (3, 4))),
    ],
)
def test_padding_can_be_said_in_every_form(photo: str, text: str, padding: object):
    run("apply", photo, "-o", "m.npy", "--kernel", "sobel-x", "--padding", text)

    kernel = np.repeat(make_filter("sobel-x").planes, 3, axis=0)[np.newaxis]
    expected = core.conv(open_image(photo), kernel.astype(np.float32), padding=padding)
    assert np.load("m.npy").shape == expected.shape


@pytest.mark.parametrize(("channels", "count"), [("color", 3), ("luminance", 1), ("2", 1)])
def test_the_channels_are_chosen(photo: str, channels: str, count: int):
    run("apply", photo, "-o", "m.npy", "--kernel", "identity", "--channels", channels)

    image = open_image(photo)
    expected = {"color": image.sum(axis=0), "luminance": core.luminance(image)[0], "2": image[2]}[channels]
    np.testing.assert_allclose(np.load("m.npy")[0], expected, atol=1e-5)


def make_transparent(name: str) -> str:
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (20, 30, 4), np.uint8)).save(name)
    return name


def test_alpha_that_is_left_out_is_said_once(photo: str, capsys):
    pictures = [make_transparent(name) for name in ("a.png", "b.png", "c.png")]
    run("apply", *pictures, photo, "-o", "out", "--format", "npy", "--kernel", "identity")

    assert capsys.readouterr().err.splitlines() == [
        "convexplorer: the alpha of a.png and of 2 more was left out; --channels all includes it"
    ]


def test_alpha_can_be_one_of_the_channels(capsys):
    picture = make_transparent("a.png")
    run("apply", picture, "-o", "m.npy", "--kernel", "identity", "--channels", "all")

    np.testing.assert_allclose(np.load("m.npy")[0], open_image(picture).sum(axis=0), atol=1e-5)
    assert capsys.readouterr().err == ""


def test_numbers_can_be_those_of_the_file(photo: str):
    run("apply", photo, "-o", "m.npy", "--kernel", "identity", "--channels", "1", "--numbers", "stored")

    with Image.open(photo) as picture:
        np.testing.assert_array_equal(np.load("m.npy")[0], np.asarray(picture)[:, :, 1])


def test_a_project_gives_the_numbers(photo: str):
    save_project("p.json", replace(default_project(), numbers="stored", channels="0"))
    run("apply", photo, "-o", "m.npy", "--project", "p.json", "--kernel", "identity")

    with Image.open(photo) as picture:
        np.testing.assert_array_equal(np.load("m.npy")[0], np.asarray(picture)[:, :, 0])


def test_a_project_gives_layers_channels_and_colours(photo: str):
    layer = conv_layer((make_filter("sobel-x"),), activation=Activation("absolute"))
    project = Project(Source("sample", "cat"), (layer, pool_layer()), "luminance", Display("gray"))
    save_project("p.json", project)
    run("apply", photo, "-o", "map.png", "--project", "p.json")

    with Image.open("map.png") as picture:
        pixels = np.asarray(picture)
        assert picture.size == (15, 10)
    assert (pixels == pixels[..., :1]).all()


def test_options_are_stronger_than_the_project(photo: str):
    save_project("p.json", default_project())
    run("apply", photo, "-o", "m.npy", "--project", "p.json", "--kernel", "emboss", "--strides", "2", "--channels", "0")

    assert np.load("m.npy").shape == (1, 10, 15)


def test_locked_levels_make_pictures_comparable(photo: str):
    for name, levels in (("a.png", "--levels=-1,1"), ("b.png", "--levels=-100,100")):
        run("apply", photo, "-o", name, "--kernel", "sobel-x", "--gray", levels)

    with Image.open("a.png") as strong, Image.open("b.png") as weak:
        assert np.asarray(strong).std() > 10 * np.asarray(weak).std()


# apply: many inputs


def test_a_folder_becomes_a_folder():
    for name in ("b.png", "a.jpg"):
        make_photo(name)
    os.mkdir("in")
    for name in ("b.png", "a.jpg"):
        os.rename(name, f"in/{name}")

    assert run("apply", "in", "-o", "out/", "--kernel", "sobel-x") == 0

    assert sorted(os.listdir("out")) == ["a.png", "b.png"]


def test_a_broken_input_fails_and_the_others_are_done(photo: str, capsys: Printed):
    Path("broken.png").write_bytes(b"no picture")

    status = run("apply", "broken.png", "gone.png", photo, "-o", "out", "--kernel", "sobel-x")

    printed = capsys.readouterr()
    assert status == 1
    assert os.listdir("out") == ["photo.png"]
    assert printed.out == "1 file written.\n"
    assert "2 failed" in printed.err
    assert "broken.png" in printed.err
    assert "gone.png" in printed.err
    assert "Traceback" not in printed.err


def test_a_broken_file_in_a_folder_fails_by_its_own_name(capsys: Printed):
    os.mkdir("in")
    for name in ("a.png", "c.png"):
        os.rename(make_photo(name), f"in/{name}")
    Path("in/b.png").write_bytes(b"no picture")

    assert run("apply", "in", "-o", "out", "--kernel", "sobel-x", "--format", "npy") == 1

    assert sorted(os.listdir("out")) == ["a.npy", "c.npy"]
    assert "b.png" in capsys.readouterr().err


def test_inputs_of_one_name_do_not_overwrite_each_other(photo: str):
    os.mkdir("other")
    os.rename(make_photo("PHOTO.png"), "other/PHOTO.png")
    make_photo("photo.jpg")
    run("apply", photo, "photo.jpg", "other/PHOTO.png", "-o", "out", "--kernel", "sobel-x")

    assert len(os.listdir("out")) == 3


def test_a_kernel_larger_than_the_picture_is_a_sentence(photo: str, capsys: Printed):
    assert run("apply", photo, "-o", "m.npy", "--kernel", "gaussian:size=41", "--padding", "valid") == 1

    assert "photo.png: " in capsys.readouterr().err
    assert os.listdir() == ["photo.png"]


def test_a_pattern_is_an_input():
    assert run("apply", "pattern:zone-plate", "-o", "m.npy", "--kernel", "sobel-x") == 0


# apply: videos


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".avi", ".mkv"])
def test_a_video_becomes_a_video(suffix: str):
    film = make_film("film.avi")

    assert run("apply", film, "-o", f"out{suffix}", "--kernel", "sobel-x") == 0

    assert count_frames(f"out{suffix}") == 6


def count_frames(name: str) -> int:
    run("apply", name, "-o", "frames/", "--kernel", "identity", "--format", "npy")
    return len(os.listdir("frames"))


@pytest.mark.parametrize(
    ("name", "count"),
    [("browser.webm", 75), ("raw.264", 75), ("cam.mjpeg", 75), ("trimmed.mp4", 90), ("numbered.mpg", 100)],
)
def test_a_video_whose_header_says_no_true_length_is_applied_to_its_end(name: str, count: int):
    film = ROOT / "tests" / "cases" / "video" / name

    assert run("apply", str(film), "-o", "out.mkv", "--kernel", "box") == 0

    assert count_frames("out.mkv") == count


def test_a_video_of_several_filters_shows_them_side_by_side():
    film = make_film("film.avi")
    run("apply", film, "-o", "out.mkv", "--kernel", "sobel-x", "--kernel", "emboss")
    run("apply", "out.mkv", "-o", "sheet.npy", "--kernel", "identity")

    assert np.load("sheet_000000.npy").shape[2] > 2 * 48


def test_a_video_in_a_folder_of_results_stays_a_video(photo: str):
    run("apply", make_film("film.avi"), photo, "-o", "out", "--kernel", "sobel-x")

    assert sorted(os.listdir("out")) == ["film.mp4", "photo.png"]


def test_a_picture_makes_no_video(photo: str, capsys: Printed):
    assert run("apply", photo, "-o", "out.mp4", "--kernel", "sobel-x") == 1

    assert "has no time" in capsys.readouterr().err


def test_a_video_that_breaks_off_keeps_what_came_before_and_says_so(capsys: Printed):
    content = Path(make_film("film.avi", 40)).read_bytes()
    Path("cut.avi").write_bytes(content[: len(content) // 2])

    status = run("apply", "cut.avi", "-o", "out.mkv", "--kernel", "sobel-x")

    assert status == 1
    assert "cut.avi" in capsys.readouterr().err
    assert 0 < count_frames("out.mkv") < 40


# apply: misuse


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["-o", "x.png"], "--kernel NAME, --layer KIND or --project"),
        (["-o", "x.gif", "--kernel", "sobel-x"], "must end with"),
        (["-o", "x.png", "--kernel", "sobel-z"], "did you mean"),
        (["-o", "x.png", "--kernel", "gone.csv"], "no such file"),
        (["-o", "x.png", "--kernel", "sobel-x", "--strides", "0"], "must be ≥ 1"),
        (["-o", "x.png", "--kernel", "sobel-x", "--strides", "a"], "whole numbers"),
        (["-o", "x.png", "--kernel", "sobel-x", "--padding", "1,2,3"], "top, bottom, left, right"),
        (["-o", "x.png", "--kernel", "sobel-x", "--activation", "rlu"], "must be one of linear"),
        (["-o", "x.png", "--kernel", "sobel-x", "--levels", "2,1"], "the lower first"),
        (["-o", "x.png", "--kernel", "sobel-x", "--levels", "2"], "two numbers"),
        (["-o", "x/", "--kernel", "sobel-x", "--format", "gif"], "must be one of png"),
        (["-o", "x.png", "--project", "gone.json"], "gone.json"),
        (["-o", "x.png", "--kernel", "sobel-x", "--channels", "purple"], "purple"),
        (["-o", "photo.png/", "--kernel", "sobel-x"], "cannot be a folder"),
        (["--kernel", "sobel-x"], "-o"),
    ],
)
def test_a_wrong_option_is_a_sentence_and_nothing_is_written(
    photo: str, words: list[str], reason: str, capsys: Printed
):
    assert run("apply", photo, *words) == 2

    printed = capsys.readouterr().err
    assert reason in printed
    assert "Traceback" not in printed
    assert os.listdir() == ["photo.png"]


def test_a_result_that_cannot_be_written_is_a_sentence(photo: str, capsys: Printed):
    assert run("apply", photo, "-o", "nowhere/x.png", "--kernel", "sobel-x") == 1

    assert "no such file or directory" in capsys.readouterr().err


def test_a_camera_is_refused_because_it_never_ends(capsys: Printed):
    assert run("apply", "camera:77", "-o", "x.mp4", "--kernel", "sobel-x") == 1

    assert "77" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_to_a_person_only(photo: str, monkeypatch: pytest.MonkeyPatch, capsys: Printed):
    run("apply", photo, "-o", "a.png", "--kernel", "sobel-x")
    without = capsys.readouterr().err
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    run("apply", photo, "-o", "a.png", "--kernel", "sobel-x")

    assert without == ""
    assert "1 of 1" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\033[K")


@pytest.mark.parametrize(
    ("info", "wanted"),
    [
        (SourceInfo("clip.mp4", 150), "3 of 150 clip.mp4"),
        (SourceInfo("clip.mp4", 150, is_estimated=True), "3 of about 150 clip.mp4"),
        (SourceInfo("clip.webm", None), "3 of ? clip.webm"),
    ],
)
def test_progress_says_whether_the_frames_are_counted(info: SourceInfo, wanted: str):
    terminal = Terminal()

    with ProgressBar(terminal) as bar:
        bar.show(info, 3)

    assert wanted in terminal.getvalue()


def test_weights_in_the_order_of_keras_are_read_so_and_said(photo: str, capsys: Printed):
    kernel = np.random.default_rng(4).normal(size=(3, 3, 3, 8)).astype(np.float32)
    np.save("keras.npy", kernel)

    assert run("apply", photo, "-o", "m.npy", "--kernel", "keras.npy") == 0

    expected = core.conv(open_image(photo), np.ascontiguousarray(kernel.transpose(3, 2, 0, 1)), padding="same")
    np.testing.assert_allclose(np.load("m.npy"), expected, atol=1e-5)
    said = capsys.readouterr().err
    assert "keras: read as (rows, columns, channels in, filters), as Keras keeps them: 8 filters 3×3" in said


def test_ambiguous_weights_are_refused_until_an_option_names_their_axes(photo: str, capsys: Printed):
    kernel = np.random.default_rng(4).normal(size=(3, 3, 3, 3)).astype(np.float32)
    np.save("cube.npy", kernel)

    assert run("apply", photo, "-o", "m.npy", "--kernel", "cube.npy") == 2
    said = capsys.readouterr().err
    assert "can be read in 2 ways" in said
    assert "--kernel-axes HWIO" in said
    assert not Path("m.npy").exists()

    assert run("apply", photo, "-o", "m.npy", "--kernel", "cube.npy", "--kernel-axes", "OIHW") == 0
    np.testing.assert_allclose(np.load("m.npy"), core.conv(open_image(photo), kernel, padding="same"), atol=1e-5)


@pytest.mark.parametrize(
    ("axes", "kernel", "reason"),
    [("NCHW", "cube.npy", "letters O"), ("HWIO", "sobel-x", "no --kernel names one"), ("HWI", "cube.npy", "3 axes")],
)
def test_axes_that_cannot_be_are_a_sentence(photo: str, capsys: Printed, axes: str, kernel: str, reason: str):
    np.save("cube.npy", np.zeros((3, 3, 3, 3)))

    assert run("apply", photo, "-o", "m.npy", "--kernel", kernel, "--kernel-axes", axes) == 2

    assert reason in capsys.readouterr().err


# kernels and cameras


def test_kernels_lists_every_preset(capsys: Printed):
    assert run("kernels") == 0

    printed = capsys.readouterr().out
    assert all(f"  {name} " in printed for name in presets())
    assert "sigma=" in printed


def test_kernels_leave_in_the_form_of_another_program(capsys: Printed):
    assert run("kernels", "sobel-x", "--as", "vips") == 0

    assert capsys.readouterr().out.count("3 3 1 0\n-1 0 1\n-2 0 2\n-1 0 1\nEND\n") == 1


def test_a_text_of_any_form_becomes_one_of_another(capsys: Printed, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("ndimage.convolve(x, np.array([[1, 2, 3]]), mode='wrap')"))

    assert run("kernels", "-", "--as", "opencv") == 0

    printed = capsys.readouterr()
    assert "[[3, 2, 1]]" in printed.out
    assert "cv2.BORDER_WRAP" in printed.out
    assert "Read as SciPy: 1 × 3, turned by 180° as it turns kernels, border wrap." in printed.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--as", "vips"], "name them"),
        (["sobel-x", "--as", "cobol"], "invalid choice"),
        (["nothing", "--as", "vips"], "nothing"),
        (["box:size=9", "--as", "pillow"], "Pillow has kernels of 3×3 and 5×5"),
    ],
)
def test_what_cannot_leave_is_refused_in_words(words: list[str], sentence: str, capsys: Printed):
    assert run("kernels", *words) != 0

    assert sentence in capsys.readouterr().err


def test_kernels_speaks_json(capsys: Printed):
    assert run("kernels", "--json") == 0

    rows = json.loads(capsys.readouterr().out)
    assert {row["name"] for row in rows} == set(presets())
    assert all(row["explanation"] and row["group"] for row in rows)


@pytest.fixture
def library() -> Library:
    """The library of this test's user, with a kernel, a bank, and a file that cannot be read."""
    made = Library()
    soft = Filter("Soft edge", np.array([[1.0, 0.0, -1.0]]) / 2)
    made.save(Entry("soft-edge", "Soft edge", (soft,), tags=("edges", "own"), notes="From the lecture."))
    made.save(Entry("pair", "Pair", (make_filter("sobel-x"), make_filter("sobel-y")), is_bank=True))
    (made.folder / "bad.toml").write_text("no toml")
    return made


def test_kernels_lists_the_library_below_the_presets_and_says_what_cannot_be_read(library: Library, capsys: Printed):
    assert run("kernels") == 0

    printed = capsys.readouterr()
    assert printed.out.index("  sobel-x ") < printed.out.index(f"Library ({library.folder})")
    assert "  soft-edge              Soft edge. 1 × 3 #edges #own\n" in printed.out
    assert "  pair                   Pair. 2 filters of 3 × 3\n" in printed.out
    assert "in the library, bad.toml, line 1: this is no TOML" in printed.err


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["soft"], {"soft-edge/soft-edge"}),
        (["lecture"], {"soft-edge/soft-edge"}),
        (["#own"], {"soft-edge/soft-edge"}),
        (["pair", "2"], set()),
        (["SOFT", "LECTURE"], {"soft-edge/soft-edge"}),
        (["IDENTITY", "impulse"], {"identity"}),
    ],
)
@pytest.mark.usefixtures("library")
def test_kernels_are_searched_by_name_tag_and_note(words: list[str], names: set[str], capsys: Printed):
    assert run("kernels", "--json", *words) == 0

    assert {row["name"] for row in json.loads(capsys.readouterr().out)} == names


@pytest.mark.usefixtures("library")
def test_kernels_of_the_library_are_applied_by_name(photo: str):
    assert run("apply", photo, "-o", "own.npy", "--kernel", "soft-edge") == 0
    assert run("apply", photo, "-o", "pair.npy", "--kernel", "pair/pair") == 0
    assert run("apply", photo, "-o", "both.npy", "--kernel", "sobel-x", "--kernel", "sobel-y") == 0

    assert len(np.load("own.npy")) == 1
    assert np.array_equal(np.load("pair.npy"), np.load("both.npy"))


def test_a_file_of_the_library_is_a_file_of_kernels(photo: str, library: Library):
    assert run("apply", photo, "-o", "pair.npy", "--kernel", str(library.folder / "pair.toml")) == 0

    assert len(np.load("pair.npy")) == 2


def test_a_name_that_means_two_kernels_is_asked_about(photo: str, library: Library, capsys: Printed):
    library.save(Entry("sobel-x", "My Sobel", (Filter("mine", np.ones((1, 1))),)))

    assert run("apply", photo, "-o", "m.npy", "--kernel", "sobel-x") == 2
    assert "several kernels: write preset/sobel-x or sobel-x/sobel-x" in capsys.readouterr().err
    assert run("apply", photo, "-o", "preset.npy", "--kernel", "preset/sobel-x") == 0
    assert run("apply", photo, "-o", "mine.npy", "--kernel", "sobel-x/sobel-x") == 0
    assert not np.array_equal(np.load("preset.npy"), np.load("mine.npy"))
    run("kernels")
    assert "  sobel-x/sobel-x        My Sobel. 1 × 1\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kernel", "reason"),
    [
        ("soft-edge:sigma=2", "soft-edge/soft-edge is a kernel of the library, with fixed numbers"),
        ("soft-edg", "did you mean soft-edge"),
        ("soft-edge/soft", "did you mean soft-edge/soft-edge"),
    ],
)
@pytest.mark.usefixtures("library")
def test_a_wrong_use_of_the_library_is_said(photo: str, kernel: str, reason: str, capsys: Printed):
    assert run("apply", photo, "-o", "m.npy", "--kernel", kernel) == 2

    assert reason in capsys.readouterr().err


def test_cameras_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: Printed):
    monkeypatch.setattr("convexplorer.sources.cameras.list_cameras", lambda: [Camera(2, "Integrated Camera")])

    assert run("cameras") == 0
    assert capsys.readouterr().out == "camera:2  Integrated Camera\n"


def test_no_camera_is_no_error(monkeypatch: pytest.MonkeyPatch, capsys: Printed):
    monkeypatch.setattr("convexplorer.sources.cameras.list_cameras", list)

    assert run("cameras") == 0
    assert capsys.readouterr().out == "There is no camera.\n"


# The window


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What the window would have been opened with."""
    calls: list[tuple[object, ...]] = []

    def open_nothing(*arguments: object, network: Path | None = None) -> int:
        calls.append(arguments if network is None else (*arguments, network))
        return 0

    monkeypatch.setattr("convexplorer.gui.window.app.run", open_nothing)
    return calls


def test_without_a_command_the_window_opens(opened: list[tuple[object, ...]]):
    words = ["pattern:zone-plate", "--kernel", "sobel-x", "--kernel", "gaussian:sigma=2", "--screenshot", "w.png"]

    assert run(*words, "--size", "1440x900", "--theme", "dark") == 0

    source, filters, *rest = opened[0]
    assert isinstance(source, Source)
    assert (source.kind, source.address) == ("pattern", "zone-plate")
    assert [one.name for one in filters] == ["sobel-x", "gaussian"]
    assert filters[1].parameters["sigma"] == 2
    assert rest == [None, Path("w.png"), (1440, 900), "dark"]


def test_without_arguments_the_window_opens_too(opened: list[tuple[object, ...]]):
    run()

    assert opened == [(None, [], None, None, None, None)]


@pytest.mark.parametrize("name", ["mine.json", "mine", "mine.png"])
def test_a_project_as_the_source_is_opened_as_a_project(name: str, opened: list[tuple[object, ...]]):
    save_project(name, default_project())

    assert run(name) == 0

    assert opened == [(None, [], Path(name), None, None, None)]


def test_a_project_that_is_not_there_is_opened_as_one(opened: list[tuple[object, ...]]):
    assert run("gone.json") == 0

    assert opened == [(None, [], Path("gone.json"), None, None, None)]


def test_a_picture_called_like_a_project_is_a_source(photo: str, opened: list[tuple[object, ...]]):
    Path(photo).rename("photo.json")

    run("photo.json")

    assert opened[0][0] == Source("image", "photo.json")


def test_a_worked_example_is_opened_as_a_project(opened: list[tuple[object, ...]], capsys: Printed):
    assert run("example:vertical-edge", "--screenshot", "w.png") == 0

    _source, _filters, project, *_ = opened[0]
    assert isinstance(project, Project)
    assert project.source.address == "; ".join(["10 10 10 0 0 0"] * 6)
    assert run("example:vertical-edge", "--project", "other.json") == 2
    assert run("example:horizontal") == 2
    assert "there is no worked example “horizontal”" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["net"], ["--network", "net"], ["photo.png", "--network", "net"]])
def test_a_trained_network_is_opened_whatever_it_is_called(
    words: list[str], photo: str, opened: list[tuple[object, ...]]
):
    shutil.copyfile(NETWORKS / "torch" / "lenet.pt", "net")

    assert run(*words) == 0

    source, _filters, project, *_, network = opened[0]
    assert (project, network) == (None, Path("net"))
    assert source == (Source("image", photo) if words[0] == "photo.png" else None)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["net", "--network", "other.onnx"], "net is a network"),
        (["net", "--kernel", "sobel-x"], "kernels of its own"),
    ],
)
def test_a_network_and_what_it_replaces_are_refused_together(words: list[str], reason: str, capsys: Printed):
    shutil.copyfile(NETWORKS / "torch" / "lenet.pt", "net")

    assert run(*words) == 2

    assert reason in capsys.readouterr().err


def test_a_network_that_cannot_be_read_is_said_in_a_sentence(capsys: Printed):
    Path("net.onnx").write_bytes(b"")

    assert run("net.onnx", "--screenshot", "w.png") == 2

    said = capsys.readouterr().err
    assert said.startswith("convexplorer: net.onnx cannot be read")
    assert not Path("w.png").exists()


def test_a_ready_network_is_opened_as_a_project(opened: list[tuple[object, ...]], capsys: Printed):
    assert run("network:digits", "--screenshot", "w.png") == 0

    _source, _filters, project, *_ = opened[0]
    assert isinstance(project, Project)
    assert project.source == Source("pad", "28")
    assert project.class_names == tuple("0123456789")
    assert run("network:lenet") == 2
    assert "there is no ready network “lenet”; did you mean lenet-5?" in capsys.readouterr().err


def test_typed_numbers_are_applied_without_a_change_of_scale():
    assert run("apply", "numbers:10 10 0; 10 10 0", "-o", "m.npy", "--kernel", "identity") == 0

    assert np.load("m.npy")[0].tolist() == [[10, 10, 0], [10, 10, 0]]


def test_two_projects_are_refused(opened: list[tuple[object, ...]], capsys: Printed):
    save_project("mine.json", default_project())

    assert run("mine.json", "--project", "other.json") == 2

    assert "mine.json is a project, and --project names another one" in capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--size", "huge"], "1440x900"),
        (["--screenshot", "window.gif"], "must end in .png; got 'window.gif'"),
        (["--size", "0x5"], "1440x900"),
        (["--size", "100000x100000"], "64 to 8192"),
        (["--size", "9" * 5000 + "x9"], "1440x900"),
        (["--size", "²x5"], "1440x900"),
        (["--theme", "pink"], "pink"),
        (["nothing-there.xyz"], "nothing-there.xyz"),
        (["--kernel", "sobel-z"], "did you mean"),
    ],
)
def test_a_wrong_option_is_said_before_a_window_opens(
    words: list[str], reason: str, opened: list[tuple[object, ...]], capsys: Printed
):
    assert run(*words) == 2

    assert reason in capsys.readouterr().err
    assert opened == []


def test_explanations_of_kernels_break_at_the_edge_of_the_terminal(capsys: Printed, monkeypatch: pytest.MonkeyPatch):
    run("kernels")
    piped = capsys.readouterr().out.split()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")

    run("kernels")
    shown = capsys.readouterr().out

    assert shown.split() == piped
    assert max(len(line) for line in shown.splitlines() if not line.lstrip().startswith(":")) <= 80


def test_the_version_is_told(capsys: Printed):
    assert run("--version") == 0
    assert "ConvExplorer" in capsys.readouterr().out


def test_a_picture_is_not_written_over_itself(photo: str, capsys: Printed):
    before = Path(photo).read_bytes()
    os.symlink(photo, "other.png")

    assert run("apply", photo, "-o", photo, "--kernel", "sobel-x") == 1
    assert run("apply", photo, "-o", "other.png", "--kernel", "sobel-x") == 1

    assert "one of the inputs" in capsys.readouterr().err
    assert Path(photo).read_bytes() == before


def test_a_project_is_not_written_over_itself(photo: str, tmp_path: Path, capsys: Printed):
    project = tmp_path / "mine.npy"
    save_project(project, default_project())
    before = project.read_bytes()

    assert run("apply", photo, "-o", str(project), "--project", str(project)) == 1

    assert project.read_bytes() == before
    assert "one of the inputs" in capsys.readouterr().err


def test_a_frame_that_would_replace_an_input_is_left_out_and_the_others_are_written(tmp_path: Path, capsys: Printed):
    frames = [Image.new("RGB", (8, 6), color) for color in ("red", "green", "blue")]
    frames[0].save(tmp_path / "clip.gif", save_all=True, append_images=frames[1:], duration=100)
    frames[0].save(tmp_path / "clip_000001.png")
    before = (tmp_path / "clip_000001.png").read_bytes()
    inputs = [str(tmp_path / name) for name in ("clip.gif", "clip_000001.png")]

    assert run("apply", *inputs, "-o", str(tmp_path), "--format", "png", "--kernel", "box") == 1

    assert (tmp_path / "clip_000000.png").exists()
    assert (tmp_path / "clip_000002.png").exists()
    assert (tmp_path / "clip_000001.png").read_bytes() == before
    assert "clip_000001.png" in capsys.readouterr().err


def test_a_folder_is_not_written_over_itself():
    Path("in").mkdir()
    before = Path(make_photo("in/a.png")).read_bytes()
    make_photo("in/b.bmp")

    assert run("apply", "in", "-o", "in", "--kernel", "sobel-x") == 1

    assert Path("in/a.png").read_bytes() == before
    assert Path("in/b.png").exists()


def test_a_video_is_not_written_over_itself(capsys: Printed):
    film = make_film("film.avi")
    before = Path(film).read_bytes()

    assert run("apply", film, "-o", film, "--kernel", "sobel-x") == 1

    assert Path(film).read_bytes() == before


def test_one_of_several_results_is_not_written_over_an_input(photo: str):
    other = Path(make_photo("photo_sobel-y.png"))
    before = other.read_bytes()

    assert run("apply", photo, str(other), "-o", ".", "--kernel", "sobel-x", "--kernel", "sobel-y") == 1

    assert other.read_bytes() == before
    assert not Path("photo_sobel-x.png").exists()


def test_a_channel_that_is_not_there_is_said(photo: str, capsys: Printed):
    assert run("apply", photo, "-o", "x.npy", "--kernel", "sobel-x", "--channels", "9") == 1

    assert "photo.png has no channel 9; it has 0 (R), 1 (G), 2 (B)" in capsys.readouterr().err
    assert not Path("x.npy").exists()


def test_rounding_is_not_drawn_as_edges(tmp_path: Path):
    assert (
        run("apply", "pattern:ramp", "-o", str(tmp_path / "flat.png"), "--kernel", "sobel-y", "--padding", "valid") == 0
    )

    drawn = open_image(tmp_path / "flat.png")
    assert np.ptp(drawn, axis=(1, 2)).max() < 0.02


def test_the_kinds_of_layers_are_listed_with_their_settings(capsys):
    assert run("layers") == 0

    text = capsys.readouterr().out
    assert all(name in text for name in KINDS)
    assert ":pool_size=,strides=,padding=" in text


def test_layers_are_put_behind_the_kernels(photo, tmp_path):
    assert run("apply", photo, "-o", "pooled.npy", "--kernel", "identity", "--layer", "max_pool:pool_size=2x4") == 0

    image = open_image(photo)
    assert np.load("pooled.npy").shape == (1, (image.shape[1] - 2) // 2 + 1, (image.shape[2] - 4) // 2 + 1)


def test_a_layer_that_cannot_be_is_refused_in_words(photo, capsys):
    assert run("apply", photo, "-o", "x.npy", "--layer", "max_pool:size=2") == 2
    assert "MaxPooling2D has no 'size'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("apply", "gone\x1b[2J.png", "--kernel", "sobel-x", "-o", "out.png"),
        ("apply", "photo.png", "--kernel", "none\x1b[2J", "-o", "out.png"),
        ("apply", "photo.png", "--project", "gone\x1b[2J.json", "-o", "out.png"),
        ("summary", "gone\x1b[2J.png", "--kernel", "sobel-x"),
        ("gone\x1b[2J",),
        ("photo.png", "second\x1b[2J.png"),
    ],
    ids=["input", "kernel", "project", "summary", "source", "too many"],
)
def test_names_do_not_act_on_the_terminal(photo: str, words: tuple[str, ...], capsys: Printed):
    assert run(*words) != 0

    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err
    assert "[2J" in printed.err


def test_a_name_that_is_no_text_is_said_nevertheless(capsys: Printed):
    assert run("apply", "gone\udcff.png", "--kernel", "sobel-x", "-o", "out.png") == 1

    assert "gone�.png" in capsys.readouterr().err


def test_a_password_is_not_printed(capsys: Printed):
    with socket.socket() as nobody:  # a port on which nobody listens
        nobody.bind(("127.0.0.1", 0))
        address = f"http://me:s3cret@127.0.0.1:{nobody.getsockname()[1]}/video"
        run("summary", address, "--kernel", "sobel-x")
        run("apply", address, "--kernel", "sobel-x", "-o", "out.png")

    printed = capsys.readouterr()
    assert "127.0.0.1" in printed.err
    assert "s3cret" not in printed.out + printed.err


def test_a_picture_on_the_network_is_an_input(photo: str, capsys: Printed):
    with PictureServer({"/a/holiday.png": Answer(Path(photo).read_bytes())}) as server:
        assert run("apply", f"{server.url}/a/holiday.png", "--kernel", "sobel-x", "-o", "out/") == 0

    assert [path.name for path in Path("out").iterdir()] == ["holiday.png"]


def test_the_summary_names_layers_as_keras_does_and_adds_up(photo: str, capsys: Printed):
    assert run("summary", photo, "--kernel", "sobel-x", "--layer", "relu", "--layer", "global_average_pool") == 0

    lines = capsys.readouterr().out.splitlines()
    assert [" ".join(line.split()[:2]) for line in lines[3:6]] == [
        "conv (Conv2D)",
        "activation (Activation)",
        "global_average_pool (GlobalAveragePooling2D)",
    ]
    assert "Total params: 28 (112 B)" in lines


def test_the_summary_of_a_network_by_name_has_the_size_that_is_asked_for(capsys: Printed):
    assert run("summary", "network:lenet-5", "--size", "32x32", "--format", "csv") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("layer,type,output_shape,params,")
    assert lines[1].startswith("c1,Conv2D,28x28x6,156,156,input,5x5,1x1,")


def test_the_summary_of_a_project_takes_its_picture(photo: str, capsys: Printed):
    project = Project(Source("image", str(Path(photo).resolve())), (conv_layer((make_filter("sobel-x"),)),))
    save_project(Path("work.json"), project)

    assert run("summary", "work.json") == 0
    assert "20 × 30 × 3" in capsys.readouterr().out.splitlines()[2]


def test_a_summary_with_a_layer_that_fails_says_so_to_scripts_too(capsys: Printed):
    words = ("--size", "64x64", "--kernel", "sobel-x", "--layer", "max_pool:pool_size=99", "--layer", "relu")

    assert run("summary", *words) == 1

    printed = capsys.readouterr().out
    assert "Total params: 28 (112 B), 2 layers not counted" in printed
    assert "Not counted: 2 layers without maps: max_pool, activation" in printed
    assert run("summary", *words, "--format", "csv") == 1
    assert run("summary", *words[:4], "--format", "csv") == 0


def test_values_without_places_are_written_with_their_names(photo: str, capsys: Printed):
    words = ("apply", photo, *["--kernel", "sobel-x", "--kernel", "laplacian", "--layer", "global_average_pool"])

    assert run(*words, "-o", "means.npy") == 0
    assert run(*words, "-o", "means.npz", "--scores", "means.csv", "--top", "all") == 0

    assert capsys.readouterr().out.splitlines() == ["1 file written.", "2 files written."]
    means = np.load("means.npy")
    assert means.shape == (2,)
    with np.load("means.npz") as archive:
        np.testing.assert_array_equal(archive["maps"], means)
        assert archive["names"].tolist() == ["sobel-x", "laplacian"]
    assert Path("means.csv").read_text().splitlines()[0] == "file,sobel-x,laplacian"


def test_flattened_values_have_the_names_of_their_cells(photo: str):
    words = ("apply", photo, "--kernel", "sobel-x", "--layer", "max_pool:pool_size=5", "--layer", "flatten")

    assert run(*words, "-o", "cells.npz") == 0

    with np.load("cells.npz") as archive:
        assert len(set(archive["names"].tolist())) == len(archive["maps"]) > 64
        assert all("sobel-x" in name for name in archive["names"].tolist())


@pytest.mark.parametrize("out", ["o.png", "out/", "o.tiff"])
def test_values_without_places_make_no_pictures(photo: str, out: str, capsys: Printed):
    words = ("--kernel", "sobel-x", "--kernel", "laplacian", "--layer", "global_average_pool")

    assert run("apply", photo, *words, "-o", out) == 1

    assert "write .npy or .npz" in capsys.readouterr().err
    assert not list(Path().rglob("o*.png"))
    assert not list(Path().rglob("o*.tiff"))


@pytest.mark.parametrize("size", ["0x3", "axb", "3x3x3x3", "", "1e3x2"])
def test_a_size_that_is_none_is_refused(size: str, capsys: Printed):
    assert run("summary", "--kernel", "sobel-x", "--size", size) == 2
    assert "must be rows x columns, as in 224x224, each from 1 to 99999" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((os.devnull, "--size", "20x20"), "say of which network"),
        (("photo.png",), "say of which network"),
        (("--size", "20x20"), "say of which network"),
        ((os.devnull, "--kernel", "sobel-x", "--size", "20x20"), "leave it out, or --size"),
        ((os.devnull, "--kernel", "sobel-x"), "no ordinary file"),
    ],
)
def test_a_summary_of_no_network_or_of_a_size_said_twice_is_refused(
    photo: str, capsys: Printed, words: tuple[str, ...], said: str
):
    words = tuple(photo if word == "photo.png" else word for word in words)

    assert run("summary", *words) == 2

    assert said in capsys.readouterr().err.replace("\n", " ")


def test_a_summary_without_a_size_says_how_to_give_one(capsys: Printed):
    assert run("summary", "--kernel", "sobel-x") == 2
    assert "--size 224x224" in capsys.readouterr().err


@pytest.mark.parametrize("source", ["camera:0", "gone.png"])
def test_a_project_whose_picture_is_not_at_hand_says_how_to_give_its_size(source: str, capsys: Printed):
    kind, address = ("camera", "0") if source == "camera:0" else ("image", source)
    save_project(Path("work.json"), Project(Source(kind, address), (conv_layer((make_filter("sobel-x"),)),)))

    assert run("summary", "work.json") == 2
    assert "--size 224x224" in capsys.readouterr().err
    assert run("summary", "work.json", "--size", "7x8") == 0
    assert "7 × 8 × 3" in capsys.readouterr().out


def test_a_network_is_written_as_onnx(capsys: Printed):
    assert run("export", "network:lenet-5", "--size", "32x32", "-o", "lenet.onnx") == 0

    model = onnx.load("lenet.onnx")
    onnx.checker.check_model(model, full_check=True)
    assert [one.name for one in model.graph.output] == ["softmax"]
    assert capsys.readouterr().out == "Written: lenet.onnx\n"


def test_every_layer_is_an_output_if_wished(photo: str, capsys: Printed):
    words = ("--kernel", "sobel-x", "--layer", "relu", "--layer", "max_pool", "--all-layers")

    assert run("export", photo, *words, "-o", "net.onnx") == 0

    assert [one.name for one in onnx.load("net.onnx").graph.output] == ["conv", "activation", "max_pool"]
    assert run("export", photo, *words, "-o", "net.npz") == 2
    assert "--all-layers is for ONNX" in capsys.readouterr().err


@pytest.mark.parametrize(("framework", "word"), [("keras", "keras.Sequential"), ("torch", "nn.Sequential")])
def test_a_network_is_written_as_code_with_its_weights(photo: str, framework: str, word: str, capsys: Printed):
    words = ("--kernel", "sobel-x", "--border", "edge", "--layer", "relu", "-o", "net.py")

    assert run("export", photo, *words, "--framework", framework) == 0

    assert word in Path("net.py").read_text()
    assert "its numbers are from 0 (black) to 1 (white)" in Path("net.py").read_text()
    with np.load("net.weights.npz") as arrays:
        assert {name.partition(".")[0] for name in arrays} == {"conv"}
    assert capsys.readouterr().out == "Written: net.py, net.weights.npz\n"


def test_code_of_no_framework_is_asked_for(photo: str, capsys: Printed):
    assert run("export", photo, "--kernel", "sobel-x", "-o", "net.py") == 2
    said = capsys.readouterr().err
    assert "net.py can be code of Keras or of PyTorch: say which with --framework keras or --framework torch." in said
    assert not Path("net.py").exists()


def test_weights_are_written_in_the_order_of_axes_that_is_asked_for(photo: str):
    for framework, name, shape in (("torch", "conv.weight", (1, 3, 3, 3)), ("keras", "conv.kernel", (3, 3, 3, 1))):
        assert run("export", photo, "--kernel", "sobel-x", "-o", "w.safetensors", "--framework", framework) == 0
        assert load_file("w.safetensors")[name].shape == shape


def test_a_network_is_not_written_over_what_it_is_made_of(photo: str, capsys: Printed):
    save_array("weights.npz", np.ones((1, 3, 3), np.float32), ["f"])

    assert run("export", photo, "--kernel", "weights.npz", "-o", "weights.npz") == 2
    assert "is one of the inputs" in capsys.readouterr().err


def test_a_layer_that_onnx_cannot_say_is_named(photo: str, capsys: Printed):
    words = ("--kernel", "sobel-x", "--kernel", "sobel-y", "--layer", "combine_maps:operation=orientation")

    assert run("export", photo, *words, "-o", "net.onnx") == 2
    assert "Layer “combine_maps” cannot leave in this form" in capsys.readouterr().err
    assert not Path("net.onnx").exists()


def test_a_trained_network_is_summed_up_and_leaves_in_another_form(capsys: Printed):
    assert run("export", "network:lenet-5", "--size", "32x32", "-o", "lenet.onnx") == 0

    assert run("summary", "lenet.onnx", "--size", "32x32", "--format", "csv") == 0
    assert "flatten" in capsys.readouterr().out
    assert run("export", "lenet.onnx", "--size", "32x32", "-o", "again.py", "--framework", "torch") == 0
    assert "nn.Linear(120, 84)" in Path("again.py").read_text()


@pytest.mark.parametrize("name", ["digits", "digits-on-paper"])
def test_a_network_that_went_out_as_onnx_gives_the_same_scores(name: str):
    assert run("export", f"network:{name}", "-o", "net.onnx") == 0

    for network in (f"network:{name}", "net.onnx"):
        table = f"{network.partition(':')[0]}.csv"
        assert run("apply", "sample:text", "--project", network, "--scores", table, "--top", "all") == 0

    before, after = (list(csv.reader(Path(one).read_text().splitlines())) for one in ("network.csv", "net.onnx.csv"))
    assert after[0] == before[0]
    assert [float(one) for one in after[1][1:]] == pytest.approx([float(one) for one in before[1][1:]], abs=1e-5)


def test_weights_without_layers_are_no_network(photo: str, capsys: Printed):
    assert run("export", photo, "--kernel", "sobel-x", "-o", "w.safetensors") == 0

    words = (["summary"], ["apply", photo, "-o", "m.npy", "--project"], ["--screenshot", "w.png"])
    for before in words:
        assert run(*before, "w.safetensors") == 2
        said = capsys.readouterr().err
        assert said.startswith(
            "convexplorer: w.safetensors holds weights without the layers they belong to: open it in"
        )
        assert "or export the whole network as ONNX" in said
    assert not Path("w.png").exists()


@pytest.mark.parametrize("words", [(), ("--project",)])
def test_a_size_that_no_file_tells_is_assumed_and_said(words: tuple[str, ...], capsys: Printed):
    shutil.copyfile(NETWORKS / "torch" / "vgg.pt", "net.pt")

    assert run("summary", *words, "net.pt") == 0

    out, err = capsys.readouterr()
    assert "224 × 224 × 3" in out
    assert "net.pt does not tell the size of its pictures; 224x224 is assumed; --size gives another" in err
    assert run("summary", *words, "net.pt", "--size", "40x32") == 0
    out, err = capsys.readouterr()
    assert "40 × 32 × 3" in out
    assert err == ""


@pytest.mark.parametrize("words", [(), ("--project",)])
def test_the_assumed_size_is_one_that_all_layers_can_read(words: tuple[str, ...], capsys: Printed):
    shutil.copyfile(NETWORKS / "keras" / "unet.keras", "net.keras")

    assert run("summary", *words, "net.keras") == 0

    assert "224x224 is assumed, which its layers can read; --size gives another" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [("summary",), ("export", "-o", "net.py", "--framework", "torch"), ("--screenshot", "w.png")]
)
@pytest.mark.parametrize(
    ("name", "seems"),
    [
        ("photo.png", "a PNG picture"),
        ("photo.onnx", "a PNG picture"),
        ("rnd.npz", "a NumPy archive"),
        ("a.txt", "a text"),
    ],
)
def test_what_is_neither_a_project_nor_a_network_is_called_what_it_seems(
    photo: str, words: tuple[str, ...], name: str, seems: str, capsys: Printed
):
    shutil.copyfile(photo, "photo.onnx")
    np.savez("rnd.npz", np.ones((3, 3)))
    Path("a.txt").write_text("1 2 3")

    assert run(*words, "--project", name) == 2

    expected = f"{name} is neither a project nor the file of a trained network; it seems to be {seems}."
    assert expected in capsys.readouterr().err


def test_the_window_takes_networks_as_projects_too(opened: list[tuple[object, ...]]):
    shutil.copyfile(NETWORKS / "torch" / "lenet.pt", "net.pt")

    assert run("--project", "network:digits") == 0
    assert run("--project", "net.pt") == 0

    assert isinstance(project := opened[0][2], Project)
    assert project.class_names == CLASS_NAMES
    *_, network = opened[1]
    assert (opened[1][2], network) == (None, Path("net.pt"))


def test_a_missing_file_is_answered_with_all_that_can_be_named(capsys: Printed):
    for words in (["--screenshot", "w.png"], ["summary"]):
        with suppress(SystemExit):
            run(*words, "nothere.onnx")
        said = " ".join(capsys.readouterr().err.split())
        assert "There is no file or folder “nothere.onnx”" in said
        assert "A project, a trained network, example:NAME or network:NAME can be here, too." in said


def digit(name: str, column: int) -> str:
    """Save a drawing of a stroke, as a one looks like."""
    pixels = np.zeros((28, 28), np.uint8)
    pixels[4:24, column : column + 3] = 255
    Path(name).parent.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(name)
    return name


def maps_of_digits(name: str) -> list[np.ndarray]:
    """Return every layer's maps of a file in the digit reader."""
    project = ready_project(find_ready("digits"))
    frame = open_reader(parse(name)).read()
    image, _ = choose_input(frame, project.channels, project.numbers, project.preprocessing)
    return list(core.evaluate(build(project.layers, image.shape).graph, image))


def test_a_layer_of_a_network_by_its_name_is_the_last_that_is_applied():
    project = ready_project(find_ready("digits"))
    name = digit("one.png", 12)
    for i, expected in enumerate(maps_of_digits(name)):
        if expected.ndim != 3:
            continue
        words = ("--project", "network:digits", "--layer", project.layers[i].id)

        assert run("apply", name, "-o", f"{i}.npy", *words) == 0

        np.testing.assert_allclose(np.load(f"{i}.npy"), expected, atol=1e-5)


def test_a_name_that_no_layer_has_is_answered_with_those_there_are(capsys: Printed):
    name = digit("one.png", 12)

    assert run("apply", name, "-o", "m.npy", "--project", "network:digits", "--layer", "conv9") == 2

    assert "the project has the layers conv1, relu1, pool1" in capsys.readouterr().err


def test_a_kind_behind_a_named_layer_is_added_there():
    name = digit("one.png", 12)
    first = ready_project(find_ready("digits")).layers[0].id

    assert run("apply", name, "-o", "m.npy", "--project", "network:digits", "--layer", first, "--layer", "crop") == 0

    assert np.load("m.npy").shape[1:] == tuple(n - 2 for n in maps_of_digits(name)[0].shape[1:])


def test_a_folder_gets_a_table_of_the_best_scores(capsys: Printed):
    names = [digit("drawn/one.png", 12), digit("drawn/two.png", 14)]

    assert run("apply", "drawn", "--project", "network:digits", "--scores", "scores.csv", "--top", "2") == 0

    with open("scores.csv", newline="") as file:
        head, *found = csv.reader(file)
    assert head == ["file", "class 1", "score 1", "class 2", "score 2"]
    for row, name in zip(found, names, strict=True):
        values = maps_of_digits(name)[-1]
        best = int(values.argmax())
        assert row[:2] == [Path(name).name, CLASS_NAMES[best]]
        assert float(row[2]) == pytest.approx(float(values[best]), rel=1e-4)
    assert capsys.readouterr().out == "1 file written.\n"


def test_all_scores_have_a_column_for_each_class():
    digit("drawn/one.png", 12)

    assert run("apply", "drawn", "--project", "network:digits", "--scores", "scores.csv", "--top", "all") == 0

    with open("scores.csv", newline="") as file:
        assert next(csv.reader(file)) == ["file", *CLASS_NAMES]


def test_maps_have_no_table_of_scores(photo: str, capsys: Printed):
    assert run("apply", photo, "--kernel", "sobel-x", "--scores", "scores.csv") == 1
    assert "gives maps, not a score for each class" in capsys.readouterr().err
    assert not Path("scores.csv").exists()


@pytest.mark.parametrize(
    ("words", "sentence"), [(("--top", "0"), "a number of scores, or all"), ((), "-o OUT for maps")]
)
def test_a_wrong_wish_for_scores_is_said(photo: str, words: tuple[str, ...], sentence: str, capsys: Printed):
    assert run("apply", photo, "--kernel", "sobel-x", *words) == 2
    assert sentence in capsys.readouterr().err


def test_a_frame_of_a_film_has_its_number_in_the_table():
    make_film("film.mp4", 2)

    words = ("--kernel", "sobel-x", "--layer", "global_average_pool", "--scores", "s.csv")
    assert run("apply", "film.mp4", *words) == 0

    assert [line.split(",")[0] for line in Path("s.csv").read_text().splitlines()] == [
        "file",
        "film.mp4#0",
        "film.mp4#1",
    ]
