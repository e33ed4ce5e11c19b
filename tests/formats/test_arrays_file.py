import io
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from convexplorer.formats.arrays_file import read_arrays
from tests.formats.attacking import bear, cuts, mutations, refusal

RNG = np.random.default_rng(0)
ARRAYS = {
    "conv2/kernel": np.asfortranarray(RNG.normal(size=(3, 3, 2, 4))),
    "conv10/bias": RNG.normal(size=4).astype(">f4"),
    "count": np.array(3),
    "none": np.zeros((0, 2)),
}


def archive(save=np.savez, **arrays):
    buffer = io.BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


def plain(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def claiming(shape, data=b"", descr="<f4"):
    buffer = io.BytesIO()
    np.lib.format.write_array_header_2_0(buffer, {"descr": descr, "fortran_order": False, "shape": shape})
    return buffer.getvalue() + data


def zipped(*members, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, data in members:
            file.writestr(name, data)
    return buffer.getvalue()


SMALL = archive(**ARRAYS)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_are_those_that_numpy_wrote(tmp_path, save):
    path = tmp_path / "a.npz"
    path.write_bytes(archive(save, **ARRAYS, names=np.array(["one", "two"])))

    found = read_arrays(path)

    assert list(found.tensors) == ["conv2/kernel", "conv10/bias", "count", "none"]
    assert found.writer == ""
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found.tensors[name], array)
        assert found.tensors[name].dtype.isnative
        assert not found.tensors[name].flags.writeable


def test_a_single_array_has_the_name_of_its_file(tmp_path):
    path = tmp_path / "edges.npy"
    path.write_bytes(plain(np.eye(3)))

    assert {name: array.tolist() for name, array in read_arrays(path).tensors.items()} == {"edges": np.eye(3).tolist()}


def test_zeros_that_are_packed_well_are_read(tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(archive(np.savez_compressed, a=np.zeros((512, 512, 3, 3), np.float32)))

    assert read_arrays(path).tensors["a"].shape == (512, 512, 3, 3)


HUGE = claiming((1 << 20, 1 << 20))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HUGE, "needs 4398046511104 bytes"),
        (zipped(("a.npy", HUGE)), "needs 4398046511104 bytes"),
        (claiming((-2,), bytes(8)), "shape is [-2]"),
        (claiming((2,), bytes(12)), "needs 8 bytes; 12 are there"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff", "header"),
        (b"\x93NUMPY\x01\x00\x10\x00__import__('os') ", "header"),
        (plain(np.array(["a"])), "no array of real numbers"),
        (plain(np.array([1j])), "no array of real numbers"),
        (zipped(("a.txt", b"x")), "no array of real numbers"),
        (zipped(("a.npy", b"")), "header"),
        (zipped(("a.npy", plain(np.eye(2))), compression=zipfile.ZIP_LZMA), "compressed in a way"),
        (b"PK\x03\x04", "damaged archive"),
    ],
)
def test_a_claim_without_numbers_is_refused(tmp_path, content, reason):
    assert reason in refusal(read_arrays, tmp_path / "a.npz", content)


def test_objects_are_refused_and_not_made(tmp_path, capfd):
    class Payload:
        def __reduce__(self):
            return print, ("executed",)

    content = io.BytesIO()
    np.save(content, np.array([Payload()], dtype=object), allow_pickle=True)

    assert "Python objects" in refusal(read_arrays, tmp_path / "a.npy", content.getvalue())
    assert "executed" not in capfd.readouterr().out


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    bomb = zipped(("a.npy", claiming((1 << 28,), bytes(1 << 28), "|u1")), compression=zipfile.ZIP_DEFLATED)

    assert "claims to unpack" in refusal(read_arrays, tmp_path / "a.npz", bomb)


def test_a_name_that_occurs_twice_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped(("a.npy", plain(np.eye(2))), ("a.npy", plain(np.eye(3))))

    assert "occurs twice" in refusal(read_arrays, tmp_path / "a.npz", content)


def test_members_that_share_bytes_are_refused(tmp_path):
    content = zipped(("a.npy", plain(np.eye(2))), ("b.npy", plain(np.eye(2))))
    second = content.rindex(b"PK\x01\x02")
    shared = content[: second + 42] + bytes(4) + content[second + 46 :]  # the place of the second is that of the first

    assert "shares bytes" in refusal(read_arrays, tmp_path / "a.npz", shared)


def test_a_stored_member_of_two_sizes_is_refused(tmp_path):
    content = zipped(("a.npy", plain(np.eye(2))))
    size = content.index(b"PK\x01\x02") + 24
    longer = content[:size] + struct.pack("<I", 1 << 30) + content[size + 4 :]

    assert "claims two sizes" in refusal(read_arrays, tmp_path / "a.npz", longer)


def test_a_member_beyond_the_end_is_refused(tmp_path):
    content = zipped(("a.npy", plain(np.eye(2))))
    sizes = content.index(b"PK\x01\x02") + 20
    longer = content[:sizes] + struct.pack("<II", 1 << 30, 1 << 30) + content[sizes + 8 :]

    assert "reaches beyond its end" in refusal(read_arrays, tmp_path / "a.npz", longer)


def test_an_encrypted_member_is_refused(tmp_path):
    content = zipped(("a.npy", plain(np.eye(2))))
    flags = content.index(b"PK\x01\x02") + 8
    locked = content[:flags] + b"\x01" + content[flags + 1 :]

    assert "password" in refusal(read_arrays, tmp_path / "a.npz", locked)


@pytest.mark.parametrize("content", [SMALL, plain(np.eye(3))])
def test_a_file_cut_anywhere_is_refused(tmp_path, content):
    for part in cuts(content):
        assert bear(read_arrays, tmp_path / "a.npz", part), len(part)


@given(content=mutations(SMALL))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changed_bytes_are_borne(tmp_path, content):
    bear(read_arrays, tmp_path / "a.npz", content)
