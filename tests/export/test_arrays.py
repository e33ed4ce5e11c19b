from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageSequence

from convexplorer.export.arrays import save_array
from convexplorer.export.files import ExportError
from convexplorer.sources import Source, open_reader

NAMES = ("sobel-x", "σ × 2")


@pytest.fixture
def maps() -> np.ndarray:
    maps = np.random.default_rng(0).normal(size=(2, 5, 7)).astype(np.float32)
    maps[0, 0, 0], maps[1, 1, 1] = np.nan, -np.inf
    return maps


def test_npy_holds_the_exact_values(tmp_path: Path, maps: np.ndarray):
    save_array(tmp_path / "maps.npy", maps, NAMES)

    np.testing.assert_array_equal(np.load(tmp_path / "maps.npy"), maps)


def test_npz_holds_the_names_too(tmp_path: Path, maps: np.ndarray):
    save_array(tmp_path / "maps.npz", maps, NAMES)

    with np.load(tmp_path / "maps.npz") as read:
        np.testing.assert_array_equal(read["maps"], maps)
        assert tuple(read["names"]) == NAMES


@pytest.mark.parametrize("suffix", [".tif", ".tiff"])
def test_tiff_has_one_float_page_a_map_with_its_name(tmp_path: Path, maps: np.ndarray, suffix: str):
    path = tmp_path / f"maps{suffix}"
    save_array(path, maps, NAMES)

    with Image.open(path) as read:
        pages = []
        names = []
        for i in range(read.n_frames):
            read.seek(i)
            pages.append(np.asarray(read))
            names.append(read.tag_v2[270])
    np.testing.assert_array_equal(pages, maps)
    assert names[0] == "sobel-x"
    assert len(names) == 2


@pytest.mark.parametrize("shape", [(2, 5, 7), (3, 1, 1), (4, 3, 3), (1, 1, 9), (4, 6, 4)])
def test_a_tiff_has_the_same_pages_for_this_program_tifffile_and_pillow(tmp_path: Path, shape: tuple[int, ...]):
    path = tmp_path / "maps.tiff"
    maps = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    save_array(path, maps, [f"map {i}" for i in range(len(maps))])

    reader = open_reader(Source("image", str(path)))
    frames = list(iter(reader.read, None))
    reader.close()
    with tifffile.TiffFile(path) as file:
        pages = [page.asarray() for page in file.pages]
    with Image.open(path) as picture:
        others = [np.asarray(one) for one in ImageSequence.Iterator(picture)]

    assert {frame.channels for frame in frames} == {("Y",)}
    np.testing.assert_array_equal([frame.image[0] for frame in frames], maps)
    np.testing.assert_array_equal(pages, maps)
    np.testing.assert_array_equal(others, maps)


def test_the_names_of_maps_keep_their_letters(tmp_path: Path, maps: np.ndarray):
    save_array(tmp_path / "maps.tiff", maps, NAMES)

    with tifffile.TiffFile(tmp_path / "maps.tiff") as file:
        assert tuple(page.description for page in file.pages) == NAMES


def test_read_only_and_strided_maps_are_written(tmp_path: Path, maps: np.ndarray):
    view = maps[:, ::2, ::-1]
    view.flags.writeable = False
    save_array(tmp_path / "maps.tiff", view, NAMES)

    with Image.open(tmp_path / "maps.tiff") as read:
        np.testing.assert_array_equal(np.asarray(read), view[0])


def test_an_unknown_suffix_is_refused(tmp_path: Path, maps: np.ndarray):
    with pytest.raises(ExportError, match=r"\.npy or \.npz or \.tif"):
        save_array(tmp_path / "maps.exr", maps, NAMES)


@pytest.mark.parametrize("shape", [(2,), (2, 5), (2, 3, 5, 7)])
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_arrays_take_values_without_places_and_maps_of_any_axes(tmp_path: Path, shape: tuple[int, ...], suffix: str):
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    path = tmp_path / f"values{suffix}"

    save_array(path, values, NAMES)

    read = np.load(path)
    np.testing.assert_array_equal(read if suffix == ".npy" else read["maps"], values)


@pytest.mark.parametrize("shape", [(2,), (2, 5), (2, 3, 5, 7)])
def test_tiff_refuses_what_has_no_rows_and_columns_and_says_what_takes_it(tmp_path: Path, shape: tuple[int, ...]):
    with pytest.raises(ExportError, match=r"write \.npy or \.npz"):
        save_array(tmp_path / "values.tiff", np.ones(shape), NAMES)

    assert not list(tmp_path.iterdir())


def test_every_map_needs_a_name(tmp_path: Path, maps: np.ndarray):
    with pytest.raises(ValueError, match="a name each"):
        save_array(tmp_path / "maps.npy", maps, ["one"])
