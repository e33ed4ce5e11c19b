import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convexplorer.export.files import ExportError
from convexplorer.export.kernels import load_bank, parse_kernels, save_bank
from convexplorer.export.weight_arrays import AxesQuestion
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.model.storage.files import save_project
from convexplorer.sources.frame import Source
from tests.model.examples import conv_layer, pool_layer

SOURCE = Source("sample", "astronaut")
WEIGHTS = st.floats(-1e6, 1e6, allow_subnormal=False)
RGB = np.random.default_rng(0).normal(size=(3, 3, 5))
BANK = conv_layer((Filter("vertical, thick", np.ones((1, 3, 5)) / 3, 0.1), Filter("colour", RGB, -2.5)))


def same(one: Filter, other: Filter) -> bool:
    return (one.name, one.bias) == (other.name, other.bias) and np.array_equal(one.planes, other.planes, equal_nan=True)


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_a_bank_comes_back_with_names_biases_and_full_precision(tmp_path: Path, suffix: str):
    save_bank(tmp_path / f"bank{suffix}", BANK)

    loaded = load_bank(tmp_path / f"bank{suffix}")

    assert all(same(one, other) for one, other in zip(loaded, BANK.filters, strict=True))


def test_an_archive_has_the_biases_of_all_maps_in_the_order_of_its_kernel(tmp_path: Path):
    biases = np.float32([[1, 2], [3, 4], [5, 6]])  # (channels, filters)
    layer = conv_layer((Filter("a", RGB), Filter("b", RGB)), kind="depthwise_conv")

    save_bank(tmp_path / "bank.npz", edits.set_weight_array(Project(SOURCE, (layer,)), 0, "bias", biases).layers[0])

    with np.load(tmp_path / "bank.npz") as file:
        assert file["bias"].shape == file["kernel"].shape[:2]
        np.testing.assert_array_equal(file["bias"], biases.T)
    assert [one.bias for one in load_bank(tmp_path / "bank.npz")] == [0, 0]


def test_a_preset_stays_a_preset_in_json(tmp_path: Path):
    gaussian = make_filter("gaussian", sigma=1.5)
    save_bank(tmp_path / "bank.json", conv_layer((gaussian,)))

    (loaded,) = load_bank(tmp_path / "bank.json")

    assert (loaded.preset, loaded.parameters) == ("gaussian", gaussian.parameters)


def test_an_array_comes_back_with_a_plane_for_each_channel(tmp_path: Path):
    save_bank(tmp_path / "bank.npy", BANK)

    loaded = load_bank(tmp_path / "bank.npy", AxesQuestion("OIHW"))

    assert np.load(tmp_path / "bank.npy").shape == (2, 3, 3, 5)
    np.testing.assert_array_equal(loaded[1].planes, RGB)
    np.testing.assert_array_equal(loaded[0].planes, np.ones((3, 3, 5)) / 3)


@settings(max_examples=40, deadline=None)
@given(
    planes=st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)).flatmap(
        lambda shape: arrays(np.float64, shape, elements=WEIGHTS)
    )
)
def test_csv_keeps_every_number(tmp_path_factory: pytest.TempPathFactory, planes: np.ndarray):
    path = tmp_path_factory.mktemp("csv") / "bank.csv"
    save_bank(path, conv_layer((Filter("f", planes),)))

    (loaded,) = load_bank(path)

    np.testing.assert_array_equal(loaded.planes, planes)


def test_an_archive_comes_back_without_a_question(tmp_path: Path):
    save_bank(tmp_path / "bank.npz", BANK)

    loaded = load_bank(tmp_path / "bank.npz")

    assert [(one.name, one.bias) for one in loaded] == [(one.name, one.bias) for one in BANK.filters]
    np.testing.assert_array_equal(loaded[1].planes, RGB)
    np.testing.assert_array_equal(loaded[0].planes, np.ones((3, 3, 5)) / 3)


def test_nan_and_infinity_are_kept(tmp_path: Path):
    planes = np.array([[[np.nan, np.inf], [-np.inf, 0]]])
    for suffix in (".json", ".csv", ".npy"):
        save_bank(tmp_path / f"bank{suffix}", conv_layer((Filter("f", planes),)))

        np.testing.assert_array_equal(load_bank(tmp_path / f"bank{suffix}", AxesQuestion("OIHW"))[0].planes, planes)


@pytest.mark.parametrize("name", ["sharp.csv", "sharp.txt"])
def test_a_bare_matrix_is_one_filter_named_after_its_file(tmp_path: Path, name: str):
    (tmp_path / name).write_text("0 -1 0\n-1 5 -1\n0 -1 0\n")

    (loaded,) = load_bank(tmp_path / name)

    assert loaded.name == "sharp"
    np.testing.assert_array_equal(loaded.planes, [[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]])


@pytest.mark.parametrize(("shape", "count"), [((3, 5), 1), ((1, 3, 3), 1), ((4, 1, 3, 3), 4)])
def test_arrays_of_two_to_four_axes_are_kernels(tmp_path: Path, shape: tuple[int, ...], count: int):
    np.save(tmp_path / "k.npy", np.ones(shape, np.int16))

    assert len(load_bank(tmp_path / "k.npy")) == count


def test_the_kernels_of_a_project_can_be_used(tmp_path: Path):
    save_project(tmp_path / "p.json", Project(Source("sample", "cat"), (pool_layer(), BANK)))

    assert [one.name for one in load_bank(tmp_path / "p.json")] == ["vertical, thick", "colour"]


def test_json_is_readable(tmp_path: Path):
    save_bank(tmp_path / "bank.json", BANK)

    text = (tmp_path / "bank.json").read_text()

    assert json.loads(text)["filters"][1]["bias"] == -2.5
    assert max(map(len, text.splitlines())) < 140


def test_filters_with_different_planes_are_no_array(tmp_path: Path):
    layer = conv_layer((Filter("a", np.ones((2, 3, 3))), Filter("b", np.ones((3, 3, 3)))))

    with pytest.raises(ExportError, match="JSON keeps them"):
        save_bank(tmp_path / "bank.npy", layer)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("words.csv", b"hello, world"),
        ("ragged.csv", b"1,2,3\n4,5"),
        ("heading.csv", b"# nonsense\n1,2"),
        ("bias.csv", b"# bias=much name=f\n1,2"),
        ("binary.csv", bytes(range(256))),
        ("broken.json", b"{"),
        ("other.json", b'{"a": 1}'),
        ("newer.json", b'{"format": 99, "filters": [{"name": "f", "planes": [[[1]]]}]}'),
        ("pool.json", b'{"format": 1, "source": {"kind": "sample", "address": "cat"}, "layers": []}'),
        ("empty.npy", b""),
        ("garbage.npy", b"garbage"),
        (
            "huge.npy",
            b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 9), }"
            + b" " * 40
            + b"\n",
        ),
    ],
)
def test_what_is_no_bank_is_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(ExportError, match=name):
        load_bank(tmp_path / name)


@pytest.mark.parametrize(
    "array", [np.array("text"), np.ones(3), np.ones((0, 3)), np.ones((1, 1, 1, 3, 3)), np.ones((2, 2)) * 1j]
)
def test_arrays_that_are_no_kernels_are_refused(tmp_path: Path, array: np.ndarray):
    np.save(tmp_path / "k.npy", array)

    with pytest.raises(ExportError, match=r"k\.npy could not be read as kernels"):
        load_bank(tmp_path / "k.npy")


@pytest.mark.parametrize(("shape", "count"), [((64, 64), 1), ((65, 1, 3, 3), 65)])
def test_arrays_beyond_64_rows_or_filters_are_kernels_too(tmp_path: Path, shape: tuple[int, ...], count: int):
    numbers = np.arange(np.prod(shape), dtype=float).reshape(shape)
    np.save(tmp_path / "k.npy", numbers)

    filters = load_bank(tmp_path / "k.npy")

    assert len(filters) == count
    assert np.array_equal(np.stack([one.planes for one in filters]), numbers.reshape(count, 1, *shape[-2:]))


@pytest.mark.parametrize("name", ["k.npy", "k.csv", "k.json"])
def test_a_file_beyond_a_kernel_is_refused_with_both_sizes(tmp_path: Path, name: str):
    numbers = np.zeros((20000, 3))
    if name == "k.npy":
        np.save(tmp_path / name, numbers)
    elif name == "k.csv":
        (tmp_path / name).write_text("0,0,0\n" * 20000)
    else:
        (tmp_path / name).write_text(json.dumps({"filters": [{"name": "f", "planes": [numbers.tolist()]}]}))

    with pytest.raises(ExportError, match=r"a kernel has at most 255 × 255 cells; this .* has 20000 × 3"):
        load_bank(tmp_path / name)


def test_pickles_are_never_loaded(tmp_path: Path):
    np.save(tmp_path / "k.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)

    with pytest.raises(ExportError):
        load_bank(tmp_path / "k.npy")


def test_a_missing_file_is_a_sentence(tmp_path: Path):
    with pytest.raises(ExportError, match="no such file"):
        load_bank(tmp_path / "gone.json")


def test_a_kernel_is_said_by_name_with_parameters_or_by_file(tmp_path: Path):
    save_bank(tmp_path / "bank.csv", BANK)

    assert parse_kernels("sobel-x").filters[0].preset == "sobel-x"
    assert parse_kernels("gaussian:sigma=2.5").filters[0].parameters["sigma"] == 2.5
    assert len(parse_kernels(str(tmp_path / "bank.csv")).filters) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sobel-z", "did you mean"),
        ("gaussian:width=3", "no parameter"),
        ("gaussian:sigma", "name=number"),
        ("gaussian:sigma=big", "name=number"),
        ("gone.csv", "no such file"),
    ],
)
def test_a_kernel_that_is_not_there_is_a_sentence(text: str, reason: str):
    with pytest.raises(ValueError, match=reason):
        parse_kernels(text)


def test_damage_in_the_header_of_an_array_is_a_sentence():
    with pytest.raises(ExportError, match=r"damaged\.npy could not be read as kernels: it is damaged"):
        load_bank(Path(__file__).parents[1] / "cases" / "kernels" / "damaged.npy")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("name", ["k.json", "k.npy", "k.csv"])
def test_a_pipe_is_no_bank_and_does_not_hang(tmp_path: Path, name: str):
    os.mkfifo(tmp_path / name)

    with pytest.raises(ExportError, match="is no ordinary file but a pipe"):
        load_bank(tmp_path / name)
