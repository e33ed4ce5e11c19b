import io
import json
import struct
import sys
import zipfile

import h5py
import numpy as np
import pytest

from convexplorer.formats.hdf5.contents import hdf5_contents, keras_contents
from tests.formats.attacking import bear, cuts, refusal

RNG = np.random.default_rng(0)
KERNEL = RNG.normal(size=(3, 3, 1, 2)).astype(np.float32)
BIAS = np.array([0.5, -1], np.float32)
CONFIG = {"class_name": "Sequential", "config": {"name": "small", "layers": []}}


def hdf5(write) -> bytes:
    """Return an HDF5 file into which a function has written."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as root:
        write(root)
    return buffer.getvalue()


def weights(root) -> None:
    for layer in ("conv2d", "conv2d_10", "conv2d_2"):
        root[f"layers/{layer}/vars/0"] = KERNEL
    root.create_dataset("layers/conv2d/vars/1", data=BIAS, chunks=(2,), compression="gzip", shuffle=True)
    root["optimizer/vars/0"] = BIAS
    root.create_group("layers/flatten/vars")


def old(root, *, long=False) -> None:
    root.attrs["model_config"] = json.dumps(CONFIG)
    group = root.create_group("model_weights")
    names = np.array([b"conv", b"relu", b"outer/inner"])
    if long:
        group.attrs["layer_names0"], group.attrs["layer_names1"] = names[:1], names[1:]
    else:
        group.attrs["layer_names"] = names
    for layer, listed in (("conv", [b"conv/kernel:0", b"conv/bias:0"]), ("relu", []), ("outer/inner", [b"w"])):
        group.create_group(layer).attrs["weight_names"] = np.array(listed, dtype="S20")
    group["conv/conv/kernel:0"], group["conv/conv/bias:0"], group["outer/inner/w"] = KERNEL, BIAS, BIAS
    root["optimizer_weights/m"] = BIAS


def archive(files: dict[str, bytes], compression=zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return buffer.getvalue()


WEIGHTS, OLD = hdf5(weights), hdf5(old)
KERAS = archive({"config.json": json.dumps(CONFIG).encode(), "model.weights.h5": WEIGHTS})
PLACES = [f"layers/{name}" for name in ("conv2d/vars/0", "conv2d/vars/1", "conv2d_2/vars/0", "conv2d_10/vars/0")]


def test_a_keras_file_gives_its_config_and_its_weights_by_their_places(tmp_path):
    path = tmp_path / "a.keras"
    path.write_bytes(KERAS)

    found = keras_contents(path)

    assert found.config == CONFIG
    assert list(found.tensors) == PLACES  # without those of the optimizer
    np.testing.assert_array_equal(found.tensors["layers/conv2d/vars/0"], KERNEL)
    np.testing.assert_array_equal(found.tensors["layers/conv2d/vars/1"], BIAS)
    assert not found.tensors["layers/conv2d/vars/0"].flags.writeable


def test_a_file_of_weights_has_no_config(tmp_path):
    path = tmp_path / "a.weights.h5"
    path.write_bytes(WEIGHTS)

    found = hdf5_contents(path)

    assert found.config is None
    assert list(found.tensors) == PLACES


@pytest.mark.parametrize("long", [False, True])
def test_an_old_file_lists_the_weights_of_each_layer(tmp_path, long):
    path = tmp_path / "a.h5"
    path.write_bytes(hdf5(lambda root: old(root, long=long)))

    found = hdf5_contents(path)

    assert found.config == CONFIG
    assert found.weights_of == {
        "conv": ("conv/conv/kernel:0", "conv/conv/bias:0"),
        "relu": (),
        "outer/inner": ("outer/inner/w",),
    }
    assert set(found.tensors) == {place for places in found.weights_of.values() for place in places}


def test_the_places_of_keras_2_are_those_of_keras_3(tmp_path):
    def write(root):
        root["_layer_checkpoint_dependencies/conv2d/vars/0"] = KERNEL
        root["_layer_checkpoint_dependencies\\dense\\vars/0"] = BIAS  # as it was written on Windows

    path = tmp_path / "a.h5"
    path.write_bytes(hdf5(write))

    assert list(hdf5_contents(path).tensors) == ["layers/conv2d/vars/0", "layers/dense/vars/0"]


def test_numbers_of_any_order_of_bytes_are_native(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(hdf5(lambda root: root.create_dataset("w", data=KERNEL.astype(">f8"))))

    found = hdf5_contents(path).tensors["w"]

    assert found.dtype == np.float64
    assert found.dtype.isnative
    np.testing.assert_array_equal(found, KERNEL)


def test_a_missing_library_is_named_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)

    for read, content in ((keras_contents, KERAS), (hdf5_contents, OLD)):
        assert "pip install h5py" in refusal(read, tmp_path / "a.h5", content)


@pytest.fixture
def secret(tmp_path):
    """A file of the user beside the network's, as bytes and as HDF5."""
    (tmp_path / "secret.txt").write_bytes(bytes(64))
    with h5py.File(tmp_path / "secret.h5", "w") as root:
        root["w"] = np.arange(16.0)
    return tmp_path


def external_storage(root, folder):
    root.create_dataset("w", (8,), "f8", external=[(str(folder / "secret.txt"), 0, 64)])


def external_link(root, folder):
    root["w"] = h5py.ExternalLink(str(folder / "secret.h5"), "/w")


def external_group(root, folder):
    root["model_weights"] = h5py.ExternalLink(str(folder / "secret.h5"), "/")


def soft_link(root, folder):
    root["layers/w"] = KERNEL
    root["v"] = h5py.SoftLink("/layers/w")


def dangling_link(root, folder):
    root["v"] = h5py.SoftLink("/nowhere")


def virtual(root, folder):
    layout = h5py.VirtualLayout((16,), "f8")
    layout[:] = h5py.VirtualSource(str(folder / "secret.h5"), "w", (16,))
    root.create_virtual_dataset("w", layout)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (external_storage, 'weight "w" lies in another file'),
        (external_link, 'part "w" is a link'),
        (external_group, 'part "model_weights" is a link'),
        (soft_link, 'part "v" is a link'),
        (dangling_link, 'part "v" is a link'),
        (virtual, 'weight "w" lies in another file'),
    ],
)
def test_nothing_outside_the_file_is_opened(secret, write, reason):
    content = hdf5(lambda root: write(root, secret))

    assert reason in refusal(hdf5_contents, secret / "a.h5", content)
    inside = archive({"config.json": json.dumps(CONFIG).encode(), "model.weights.h5": content})
    assert reason in refusal(keras_contents, secret / "a.keras", inside)


def petabytes(root):
    root.create_dataset("w", (1 << 25, 1 << 25), "f4", chunks=(64, 64))  # nothing of it is written


def lately_allocated(root):
    root.create_dataset("w", (1 << 40,), "f4")


def bomb(root):
    root.create_dataset("w", data=np.zeros(1 << 25, "f4"), chunks=(1 << 20,), compression="gzip")


def large_chunk(root):
    root.create_dataset("w", (4,), "f4", chunks=(1 << 28,), maxshape=(None,), compression="gzip")


def cycle(root):
    root["a/b"] = BIAS
    root["a/c"] = root["a"]


def twice(root):
    root["a"] = BIAS
    root["b"] = root["a"]


def foreign_filter(root):
    root.create_dataset("w", data=KERNEL, chunks=True, compression="lzf")


def texts(root):
    root["w"] = np.array([b"a"])


def complex_numbers(root):
    root["w"] = np.array([1j])


def no_network(root):
    root.attrs["model_config"] = json.dumps({"layers": []})


def no_text(root):
    root.attrs["model_config"] = "{"


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (petabytes, "claims to unpack 0 bytes"),
        (lately_allocated, "needs 4398046511104 bytes; it has 0"),
        (bomb, "claims to unpack"),
        (large_chunk, "claims to unpack 0 bytes to 1073741824"),
        (cycle, "contain themselves"),
        (twice, "contain themselves"),
        (foreign_filter, "filter"),
        (texts, "no real numbers"),
        (complex_numbers, "no real numbers"),
        (no_network, "does not describe the layers"),
        (no_text, "no JSON text"),
        (lambda root: None, "no weights"),
    ],
)
def test_what_no_network_holds_is_refused(tmp_path, write, reason):
    assert reason in refusal(hdf5_contents, tmp_path / "a.h5", hdf5(write))


def test_many_small_bombs_are_refused_together(tmp_path):
    def write(root):
        for i in range(9):
            root.create_dataset(f"w{i}", data=np.zeros(1 << 21, "f4"), chunks=(1 << 21,), compression="gzip")

    assert "claim more memory" in refusal(hdf5_contents, tmp_path / "a.h5", hdf5(write))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (archive({"model.weights.h5": WEIGHTS}), '"config.json" is missing'),
        (archive({"config.json": json.dumps(CONFIG).encode()}), "not in one model.weights.h5"),
        (archive({"config.json": b"[]", "model.weights.h5": WEIGHTS}), "no JSON object"),
        (archive({"config.json": b"{}", "model.weights.h5": WEIGHTS}), "does not describe the layers"),
        (archive({"config.json": json.dumps(CONFIG).encode(), "model.weights.h5": b"x"}), "no HDF5 file"),
        (archive({"config.json": bytes(1 << 28)}, zipfile.ZIP_DEFLATED), "claims to unpack"),
        (archive({"config.json": bytes(65 << 20)}), "more than any network needs"),
    ],
)
def test_an_archive_that_is_no_network_is_refused(tmp_path, content, reason):
    assert reason in refusal(keras_contents, tmp_path / "a.keras", content)


def test_a_compressed_archive_is_read(tmp_path):
    path = tmp_path / "a.keras"
    files = {"config.json": json.dumps(CONFIG).encode(), "model.weights.h5": WEIGHTS}
    path.write_bytes(archive(files, zipfile.ZIP_DEFLATED))

    assert list(keras_contents(path).tensors) == PLACES


@pytest.mark.parametrize(("read", "content"), [(keras_contents, KERAS), (hdf5_contents, OLD), (hdf5_contents, WEIGHTS)])
def test_a_file_cut_anywhere_is_refused(tmp_path, read, content):
    for part in cuts(content, 60):
        assert bear(read, tmp_path / "a.h5", part), len(part)


def test_a_claim_of_more_numbers_than_the_file_has_is_refused(tmp_path):
    content = hdf5(lambda root: root.create_dataset("w", data=np.arange(1234.0)))
    numbers, size = struct.pack("<Q", 1234), struct.pack("<Q", 1234 * 8)
    claim = content.replace(numbers, struct.pack("<Q", 1 << 40)).replace(size, struct.pack("<Q", 8 << 40))

    assert claim != content
    refusal(hdf5_contents, tmp_path / "a.h5", claim)


def heap_object(content: bytes) -> int:
    """Return where the header of the first object of the first heap begins."""
    return content.index(b"GCOL") + 16


@pytest.mark.parametrize(
    ("number", "length", "reason"),
    [
        (0, 0, "no or too large a size"),  # by which the library reads for ever
        (0, 8, "no or too large a size"),
        (1, 1 << 20, "no or too large a size"),
        (1, (1 << 64) - 1, "no or too large a size"),
    ],
)
def test_a_heap_that_the_library_cannot_leave_is_refused(tmp_path, number, length, reason):
    at = heap_object(OLD)
    content = OLD[:at] + struct.pack("<HHIQ", number, 1, 0, length) + OLD[at + 16 :]

    assert reason in refusal(hdf5_contents, tmp_path / "a.h5", content)


def test_heaps_are_found_wherever_they_lie(tmp_path):
    def write(root):
        root["w"] = np.zeros((1 << 18) - 500, "f4")  # the heap crosses the end of the first block that is searched
        old(root)

    content = hdf5(write)
    at = heap_object(content)

    assert "no or too large a size" in refusal(
        hdf5_contents, tmp_path / "a.h5", content[:at] + bytes(16) + content[at + 16 :]
    )


@pytest.mark.parametrize("place", [8, 13])
def test_a_superblock_that_keras_does_not_write_is_refused(tmp_path, place):
    assert "does not write" in refusal(hdf5_contents, tmp_path / "a.h5", OLD[:place] + b"\4" + OLD[place + 1 :])
