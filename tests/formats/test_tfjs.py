import json
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.tfjs import read_tfjs
from tests.formats.attacking import bear, cuts, mutations, refusal

RNG = np.random.default_rng(0)
KERNEL = RNG.normal(size=(3, 3, 1, 2)).astype(np.float32)
BIAS = np.array([0.5, -1], np.float32)
CONFIG = {"class_name": "Sequential", "config": {"name": "small", "layers": []}}


def weight(name, array, **more):
    return {"name": name, "shape": list(array.shape), "dtype": str(array.dtype), **more}


def model(weights, paths=("a.bin",), topology=CONFIG, **more):
    manifest = [{"paths": list(paths), "weights": weights}]
    return json.dumps(
        {"format": "layers-model", "modelTopology": topology, "weightsManifest": manifest} | more
    ).encode()


SMALL = model([weight("conv10/bias", BIAS), weight("conv2/kernel", KERNEL)], ["a.bin", "b.bin"])
DATA = BIAS.tobytes() + KERNEL.tobytes()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.bin").write_bytes(DATA[:13])  # in the middle of a number
    (tmp_path / "b.bin").write_bytes(DATA[13:])
    return tmp_path


def test_weights_are_read_across_the_files(folder):
    path = folder / "model.json"
    path.write_bytes(SMALL)

    found = read_tfjs(path)

    assert found.config == CONFIG
    assert list(found.tensors) == ["conv2/kernel", "conv10/bias"]
    np.testing.assert_array_equal(found.tensors["conv2/kernel"], KERNEL)
    np.testing.assert_array_equal(found.tensors["conv10/bias"], BIAS)


@pytest.mark.parametrize("topology", [{"model_config": CONFIG}, {"model_config": json.dumps(CONFIG)}, CONFIG])
def test_the_config_is_found_where_each_version_keeps_it(tmp_path, topology):
    path = tmp_path / "model.json"
    path.write_bytes(model([], [], topology))

    assert read_tfjs(path).config == CONFIG


@pytest.mark.parametrize(("kind", "scale", "least"), [("uint8", 0.02, -2.5), ("uint16", 1e-4, -3.0)])
def test_quantised_weights_are_what_tensorflow_js_computes_with(tmp_path, kind, scale, least):
    stored = RNG.integers(0, np.iinfo(kind).max, (2, 5)).astype(kind)
    (tmp_path / "a.bin").write_bytes(stored.tobytes())
    path = tmp_path / "model.json"
    entry = {"name": "w", "shape": [2, 5], "dtype": "float32"}
    path.write_bytes(model([entry | {"quantization": {"dtype": kind, "scale": scale, "min": least}}]))

    found = read_tfjs(path).tensors["w"]

    assert found.dtype == np.float32
    np.testing.assert_allclose(found, stored * scale + least, rtol=1e-6)


def test_halves_become_float32(tmp_path):
    (tmp_path / "a.bin").write_bytes(BIAS.astype(np.float16).tobytes())
    path = tmp_path / "model.json"
    path.write_bytes(model([weight("w", BIAS, quantization={"dtype": "float16"})]))

    assert read_tfjs(path).tensors["w"].dtype == np.float32
    np.testing.assert_array_equal(read_tfjs(path).tensors["w"], BIAS)


HUGE = {"name": "w", "shape": [1 << 40], "dtype": "float32"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{}", "does not describe the layers"),
        (b'{"modelTopology": {"model_config": "no"}}', "no JSON text"),
        (model([], format="graph-model"), "ONNX instead"),
        (model([HUGE]), "its weights take 4398046511104 bytes"),
        (model([weight("w", KERNEL)], ["missing.bin"]), 'in the file "missing.bin", which is not beside it'),
        (model([weight("w", KERNEL)], ["../a.bin"]), 'names the file "../a.bin", which is not in its folder'),
        (model([weight("w", KERNEL)], ["/etc/passwd"]), "not in its folder"),
        (model([weight("w", KERNEL)], ["a\0b"]), "not in its folder"),
        (model([weight("w", KERNEL)], [7]), "list of files"),
        (model([weight("w", KERNEL)], ["a.bin", "./a.bin"]), "twice"),
        (model([weight("w", KERNEL)], [""]), "files beside it have"),
        (model([{"name": "w", "shape": [2], "dtype": "string"}]), "type"),
        (model([{"name": "w", "shape": [-2], "dtype": "float32"}]), "shape"),
        (model([{"shape": [2], "dtype": "float32"}]), "no name"),
        (model([weight("w", BIAS, quantization={"dtype": "int4"})]), "quantised"),
        (model([weight("w", BIAS, quantization={"dtype": "uint8", "scale": float("nan"), "min": 0})]), "scale"),
        (model([weight("w", BIAS[:1]), weight("w", BIAS)], ["twelve.bin"]), "two of its weights"),
        (json.dumps({"modelTopology": CONFIG, "weightsManifest": [3]}).encode(), "list of weights"),
    ],
)
def test_a_description_that_cannot_be_is_refused(folder, content, reason):
    (folder / "twelve.bin").write_bytes(bytes(12))

    assert reason in refusal(read_tfjs, folder / "model.json", content)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.bin").write_bytes(BIAS.tobytes())
    try:
        os.symlink(tmp_path / "secret.bin", inside / "a.bin")
    except OSError:
        pytest.skip("this system makes no links")

    assert "not in its folder" in refusal(read_tfjs, inside / "model.json", model([weight("w", BIAS)]))


def test_a_folder_in_place_of_numbers_is_refused(tmp_path):
    (tmp_path / "sub").mkdir()
    size = (tmp_path / "sub").stat().st_size // 4
    path = tmp_path / "model.json"
    path.write_bytes(model([{"name": "w", "shape": [size], "dtype": "float32"}], ["sub"]))

    with pytest.raises(NetworkFileError, match="cannot be read"):
        read_tfjs(path)


def test_a_file_cut_anywhere_is_refused(folder):
    for content in cuts(SMALL):
        assert bear(read_tfjs, folder / "model.json", content), len(content)


@given(content=mutations(SMALL))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changed_bytes_are_borne(folder, content):
    bear(read_tfjs, folder / "model.json", content)
