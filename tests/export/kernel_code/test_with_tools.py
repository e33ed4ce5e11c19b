"""The exported code is run by the tool that it is for, and its pixels are compared with those of the program."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from convexplorer.core import conv
from convexplorer.core.geometry.windows import BORDERS
from convexplorer.export.kernel_code.leaving import Leaving
from convexplorer.export.kernel_code.table import kernel_text
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.pasted.magick_kernels import named_kernel

BYTES = np.random.default_rng(7).integers(0, 256, (20, 26), np.uint8)
K = np.array([[1.0, 2, 3], [0, 4, -1], [-2, 5, 1]]) / 16  # no symmetry; results in 0…255 for most pixels
WIDE = np.random.default_rng(8).integers(-3, 9, (5, 3)) / 64
EVEN = np.array([[1.0, 3], [2, -1]]) / 4
COLOUR = np.random.default_rng(9).normal(size=(3, 3, 3))


def leaving(planes: np.ndarray, border: str, bias: float = 0.0) -> Leaving:
    return Leaving((Filter("my kernel", planes, bias),), border=border, white=255.0)


def reference(x: np.ndarray, planes: np.ndarray, border: str, bias: float = 0.0) -> np.ndarray:
    """Return what the program computes, (rows, columns) float64, of a picture (rows, columns) or (C, rows, columns)."""
    x = x.astype(np.float64).reshape(-1, *x.shape[-2:])
    planes = planes.reshape(-1, *planes.shape[-2:])
    return conv(x, planes[np.newaxis], [bias], padding="same", border=border)[0]


def as_bytes(values: np.ndarray) -> np.ndarray:
    return np.clip(np.floor(values + 0.5), 0, 255)


def tool(name: str) -> str:
    """Return the path of a program, or skip the test with the reason."""
    names = ("convert-im6.q16", "convert") if name == "convert" else (name,)  # by Debian's own name first
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(text: str, folder: Path) -> None:
    """Run the command in an exported text."""
    Image.fromarray(BYTES).save(folder / "in.png")
    (line,) = (one for one in text.splitlines() if one and not one.startswith("#"))
    command = shlex.split(line)
    command[0] = tool(command[0])
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def pixels_of(folder: Path) -> np.ndarray:
    """Return the first channel of the picture that a tool has written, 0…255, of 8 or 16 bits."""
    pixels = cv2.imread(str(folder / "out.png"), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    values = pixels.astype(np.float64) / (257 if pixels.dtype == np.uint16 else 1)
    return values if values.ndim == 2 else values[..., 0]


@pytest.mark.parametrize("planes", [K, WIDE, EVEN], ids=["3×3", "5×3", "2×2"])
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("form", ["opencv", "scipy"])
def test_python_libraries_give_the_map(form: str, border: str, planes: np.ndarray) -> None:
    values = {"x": BYTES}

    exec(kernel_text(form, leaving(planes, border, 3.0)), values)

    assert values["y"] == pytest.approx(reference(BYTES, planes, border, 3.0), rel=1e-5, abs=1e-3)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("form", ["opencv", "scipy"])
def test_python_libraries_add_the_channels_of_a_colour_kernel(form: str, border: str) -> None:
    x = np.random.default_rng(3).random((3, 12, 14))
    values = {"x": x if form == "scipy" else x.transpose(1, 2, 0)}

    exec(kernel_text(form, leaving(COLOUR, border, 0.25)), values)

    assert values["y"] == pytest.approx(reference(x, COLOUR, border, 0.25), rel=1e-4, abs=1e-5)


def test_pillow_gives_the_pixels_inside_its_rim() -> None:
    values: dict[str, object] = {}
    code = kernel_text("pillow", leaving(K, "edge", 5.0))
    exec("\n".join(line for line in code.splitlines() if not line.startswith("image")), values)

    made = np.asarray(Image.fromarray(BYTES).filter(values["kernel"]))  # type: ignore[arg-type]

    assert np.array_equal(made[1:-1, 1:-1], as_bytes(reference(BYTES, K, "edge", 5.0))[1:-1, 1:-1])


@pytest.mark.parametrize("border", BORDERS)
def test_the_script_writes_the_map(border: str, tmp_path: Path) -> None:
    picture = np.random.default_rng(4).integers(0, 256, (15, 17, 3), np.uint8)
    Image.fromarray(picture).save(tmp_path / "in.png")
    one = Leaving((Filter("a map", COLOUR, 0.5),), border=border, white=1.0)
    (tmp_path / "script.py").write_text(kernel_text("script", one), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "script.py", "in.png"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stderr
    x = picture.transpose(2, 0, 1) / 255
    assert np.load(tmp_path / "1-a_map.npy") == pytest.approx(reference(x, COLOUR, border, 0.5), rel=1e-5, abs=1e-5)
    with Image.open(tmp_path / "1-a_map.png") as shown:
        assert shown.size == (17, 15)


def test_the_script_obeys_strides_dilation_and_padding(tmp_path: Path) -> None:
    Image.fromarray(np.stack([BYTES] * 3, axis=2)).save(tmp_path / "in.png")
    for padding in ("same", "valid"):
        one = Leaving((Filter("k", COLOUR),), strides=(2, 3), dilation=(2, 1), padding=padding, white=255.0)
        (tmp_path / "script.py").write_text(kernel_text("script", one), encoding="utf-8")
        command = [sys.executable, "script.py", "in.png"]
        subprocess.run(command, cwd=tmp_path, timeout=120, check=True)

        x = np.stack([BYTES] * 3).astype(np.float64)
        y = conv(x, COLOUR[np.newaxis], None, strides=(2, 3), dilation_rate=(2, 1), padding=padding)[0]
        assert np.load(tmp_path / "1-k.npy") == pytest.approx(y, rel=1e-5, abs=1e-3)


@pytest.mark.parametrize("border", ["zeros", "edge", "symmetric", "wrap"])
@pytest.mark.parametrize("planes", [K, WIDE, EVEN], ids=["3×3", "5×3", "2×2"])
def test_imagemagick_gives_the_pixels(border: str, planes: np.ndarray, tmp_path: Path) -> None:
    run(kernel_text("magick", leaving(planes, border, 10.0)), tmp_path)

    assert pixels_of(tmp_path) == pytest.approx(np.clip(reference(BYTES, planes, border, 10.0), 0, 255), abs=0.01)


@pytest.mark.parametrize("border", ["zeros", "edge", "symmetric", "wrap"])
@pytest.mark.parametrize("planes", [K, WIDE, EVEN], ids=["3×3", "5×3", "2×2"])
def test_gmic_gives_the_values(border: str, planes: np.ndarray, tmp_path: Path) -> None:
    run(kernel_text("gmic", leaving(planes, border, 10.0)), tmp_path)

    made = tifffile.imread(tmp_path / "out.tiff")
    assert made == pytest.approx(reference(BYTES, planes, border, 10.0), abs=1e-3)


def test_ffmpeg_gives_the_pixels(tmp_path: Path) -> None:
    program = tool("ffmpeg")
    version = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=True).stdout
    number = re.search(r"version n?(\d+)", version)
    if number is None or int(number[1]) < 6:
        pytest.skip(f"this ffmpeg ignores rdiv: {version.splitlines()[0]}")

    run(kernel_text("ffmpeg", leaving(K, "reflect", 10.0)), tmp_path)

    assert pixels_of(tmp_path) == pytest.approx(np.clip(reference(BYTES, K, "reflect", 10.0), 0, 255), abs=0.5001)


def test_an_old_ffmpeg_gives_the_pixels_of_a_mean(tmp_path: Path) -> None:
    mean = np.array([[1.0, 2, 3, 2, 1], [0, 4, 1, 2, 1], [2, 5, 1, 1, 1], [1, 1, 1, 0, 2], [1, 0, 0, 0, 3]])

    run(kernel_text("ffmpeg", leaving(mean / mean.sum(), "reflect")), tmp_path)  # whose divisor is the sum

    assert pixels_of(tmp_path) == pytest.approx(reference(BYTES, mean / mean.sum(), "reflect"), abs=0.5001)


@pytest.mark.parametrize("planes", [K, WIDE, EVEN], ids=["3×3", "5×3", "2×2"])
def test_libvips_gives_the_values(planes: np.ndarray, tmp_path: Path) -> None:
    script = kernel_text("vips", leaving(planes, "edge", 10.0)).replace("\nvips ", f"\n{tool('vips')} ")
    Image.fromarray(BYTES).save(tmp_path / "in.png")

    subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, timeout=60, check=True)

    made = tifffile.imread(tmp_path / "out.tif")
    assert made == pytest.approx(reference(BYTES, planes, "edge", 10.0), abs=1e-3)


def test_librsvg_gives_the_pixels_of_a_kernel_that_is_its_own_transpose(tmp_path: Path) -> None:
    program = tool("rsvg-convert")
    planes = np.array([[1.0, 2, 3], [2, 4, -1], [3, -1, 1]]) / 16
    Image.fromarray(BYTES).save(tmp_path / "in.png")
    whole = '<filter x="0" y="0" width="1" height="1" '  # else it grows beyond the picture, where nothing is
    text = kernel_text("svg", leaving(planes, "edge")).replace("<filter ", whole)
    rows, columns = BYTES.shape
    size = f'width="{columns}" height="{rows}"'
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    shown = f'<image xlink:href="in.png" {size} filter="url(#my_kernel)"/>'
    (tmp_path / "in.svg").write_text(f"<svg {spaces} {size}>{text}{shown}</svg>", encoding="utf-8")

    subprocess.run([program, "in.svg", "-o", "out.png"], cwd=tmp_path, timeout=60, check=True)

    assert pixels_of(tmp_path) == pytest.approx(np.clip(reference(BYTES, planes, "edge"), 0, 255), abs=1)


@pytest.mark.parametrize(
    "name",
    [
        "Sobel",
        "Sobel:90",
        "Prewitt:45",
        "Kirsch:315",
        "Roberts:90",
        "Compass:135",
        "Laplacian:5",
        "Gaussian:0x1",
        "Gaussian:2x0.7",
    ],
)
def test_the_kernels_with_a_name_are_those_of_imagemagick(name: str) -> None:
    command = [tool("convert"), "xc:", "-define", "morphology:showkernel=1", "-define", "precision=12"]
    command = [command[0], "-precision", "12", *command[1:4], "-morphology", "Convolve:0", name, "null:"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=True, env={**os.environ, "LC_ALL": "C"}
    )
    rows = re.findall(r"^\s*\d+:(.*)$", done.stderr, re.M)

    assert named_kernel(name) == pytest.approx(np.array([row.split() for row in rows], float), abs=1e-9)
