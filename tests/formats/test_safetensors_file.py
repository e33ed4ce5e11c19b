import json
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from safetensors.numpy import save

from convexplorer.formats.safetensors_file import MAX_HEADER, read_safetensors
from tests.formats.attacking import bear, cuts, mutations, refusal

RNG = np.random.default_rng(0)
TENSORS = {
    "conv10.weight": RNG.normal(size=(4, 3, 3, 3)).astype(np.float32),
    "conv2.weight": RNG.normal(size=(2, 1, 3, 3)),
    "conv2.bias": RNG.normal(size=2).astype(np.float16),
    "bn.num_batches_tracked": np.array(7),
    "none": np.zeros((0, 3), np.float32),
    "mask": np.array([True, False]),
    "bytes": np.arange(5, dtype=np.uint8),
}
SMALL = save(TENSORS, {"format": "pt"})


def written(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(shape, start, stop, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}


def test_tensors_are_those_that_the_library_wrote(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(SMALL)

    found = read_safetensors(path).tensors

    assert found.keys() == TENSORS.keys()
    for name, array in TENSORS.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
        assert not found[name].flags.writeable


def test_names_are_in_natural_order(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(SMALL)

    names = list(read_safetensors(path).tensors)

    assert names.index("conv2.weight") < names.index("conv10.weight")


@pytest.mark.parametrize(
    ("metadata", "writer"),
    [({"format": "pt"}, "torch"), ({"format": "tf"}, "keras"), ({"format": "np"}, ""), ({"note": "x"}, ""), (None, "")],
)
def test_the_writer_is_that_of_the_metadata(tmp_path, metadata, writer):
    path = tmp_path / "a.safetensors"
    path.write_bytes(save({"a": np.zeros(2)}, metadata))

    assert read_safetensors(path).writer == writer


def test_bfloat16_is_read_exactly(tmp_path):
    numbers = np.array([1.0, -2.5, 0.00390625, np.inf], np.float32)
    halves = (numbers.view(np.uint32) >> 16).astype("<u2")
    path = tmp_path / "a.safetensors"
    path.write_bytes(written({"w": entry([2, 2], 0, 8, "BF16")}, halves.tobytes()))

    found = read_safetensors(path).tensors["w"]

    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, numbers.reshape(2, 2))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cut short"),
        (struct.pack("<Q", 1 << 62) + b"{}", "it is damaged or cut short: its header claims"),
        (struct.pack("<Q", MAX_HEADER + 1) + b"{}", "claims"),
        (written(b"{}"), "no tensor"),
        (written(b"[]"), "no JSON object"),
        (written(b'{"a": \xff}'), "no JSON text"),
        (written(b"[" * 100_000), "nested too deeply"),
        (written(b'{"a": 1, "a": 1}'), 'names "a" twice'),
        (written({"a": 3}), 'tensor "a" lacks'),
        (written({"a": entry([2], 0, 8, "F8_E4M3")}, bytes(8)), "F8_E4M3"),
        (written({"a": entry([2], 0, 8, [])}, bytes(8)), 'tensor "a" has elements'),
        (written({"a": entry([2**40, 2**20], 0, 2**62)}), "cut short"),
        (written({"a": entry([2**40, 2**20], 0, 8)}, bytes(8)), "needs other than"),
        (written({"a": entry([-2], 0, 8)}, bytes(8)), "shape"),
        (written({"a": entry([True], 0, 4)}, bytes(4)), "shape"),
        (written({"a": entry([2.0], 0, 8)}, bytes(8)), "shape"),
        (written({"a": entry([1] * 33, 0, 4)}, bytes(4)), "shape"),
        (written({"a": entry([0, 2**80], 0, 0)}), "longer than any array"),
        (written({"a": entry([2], 8, 0)}, bytes(8)), "needs other than"),
        (written({"a": entry([2], 0, 8), "b": entry([2], 4, 12)}, bytes(12)), "overlaps"),
        (written({"a": entry([2], 0, 8), "b": entry([2], 12, 20)}, bytes(20)), "unused"),
        (written({"a": entry([2], 0, 8)}, bytes(12)), "belong to no tensor"),
        (written({"\x1b[2J\u202e": entry([2], 0, 4)}, bytes(4)), "�"),
    ],
)
def test_a_header_that_does_not_describe_the_file_is_refused(tmp_path, content, reason):
    assert reason in refusal(read_safetensors, tmp_path / "a.safetensors", content)


def test_a_file_cut_anywhere_is_refused(tmp_path):
    for content in cuts(SMALL):
        assert bear(read_safetensors, tmp_path / "a.safetensors", content), len(content)


@given(content=mutations(SMALL))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changed_bytes_are_borne(tmp_path, content):
    bear(read_safetensors, tmp_path / "a.safetensors", content)


@pytest.mark.parametrize("name", ["missing.safetensors", ".", "a\0b"])
def test_what_is_no_file_is_refused(tmp_path, name):
    from convexplorer.formats.errors import NetworkFileError

    with pytest.raises(NetworkFileError, match="cannot be read"):
        read_safetensors(tmp_path / name)
