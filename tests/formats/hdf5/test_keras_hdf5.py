import random

import numpy as np
import pytest

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.hdf5 import keras_hdf5
from convexplorer.formats.hdf5.contents import hdf5_contents, keras_contents
from convexplorer.formats.hdf5.keras_hdf5 import read_hdf5, read_keras
from tests.formats.hdf5.test_contents import KERAS, OLD, WEIGHTS, hdf5


def everything(root):
    root["half"] = np.arange(3, dtype=np.float16)
    root["columns"] = np.asfortranarray(np.arange(12.0).reshape(3, 4))
    root["none"] = np.zeros((0, 3), np.float32)
    root["one"] = np.int64(7)
    root["mask"] = np.array([True, False])
    root.attrs["model_config"] = '{"class_name": "Sequential", "config": {"rate": NaN, "name": "\\u00e9\\ud800"}}'


@pytest.mark.parametrize(
    ("read", "here", "content"),
    [
        (read_keras, keras_contents, KERAS),
        (read_hdf5, hdf5_contents, OLD),
        (read_hdf5, hdf5_contents, WEIGHTS),
        (read_hdf5, hdf5_contents, hdf5(everything)),
    ],
)
def test_the_other_process_reads_what_this_one_would(tmp_path, read, here, content):
    path = tmp_path / "a.h5"
    path.write_bytes(content)

    found, expected = read(path), here(path)

    assert repr(found.config) == repr(expected.config)
    assert found.weights_of == expected.weights_of
    assert list(found.tensors) == list(expected.tensors)
    for name, array in expected.tensors.items():
        assert found.tensors[name].dtype == array.dtype
        np.testing.assert_array_equal(found.tensors[name], array)
        assert not found.tensors[name].flags.writeable


def test_a_refusal_comes_back_as_its_sentence(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(hdf5(lambda root: None))

    with pytest.raises(NetworkFileError, match=r"^a\.h5 cannot be read: it holds no weights\.$"):
        read_hdf5(path)


def test_what_is_no_file_is_refused_without_a_process(tmp_path):
    with pytest.raises(NetworkFileError, match="not there"):
        read_hdf5(tmp_path / "missing.h5")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "does not survive"),
        ("raise SystemExit(1)", "does not survive"),
        ("while True: pass", "comes to no end"),
    ],
)
def test_a_library_that_fails_fails_alone(tmp_path, monkeypatch, code, reason):
    path = tmp_path / "a.h5"
    path.write_bytes(OLD)
    monkeypatch.setattr(keras_hdf5, "_CODE", code)
    monkeypatch.setattr(keras_hdf5, "_LEAST_TIME_S", 0.5)

    with pytest.raises(NetworkFileError, match=reason):
        read_hdf5(path)


@pytest.mark.parametrize("seed", range(6))
def test_changed_bytes_are_borne(tmp_path, seed):
    rng = random.Random(seed)
    content = bytearray(OLD)
    for _ in range(4):
        content[rng.randrange(len(content))] = rng.randrange(256)
    path = tmp_path / "a.h5"
    path.write_bytes(content)

    try:
        read_hdf5(path)
    except NetworkFileError as error:
        assert str(error).startswith("a.h5 ")  # noqa: PT017
