"""Arrays: what their axes mean, which numbers they may hold, and that nothing in them is ever run."""

import os
import zipfile

import numpy as np
import pytest

from convexplorer.sources import Samples, Source, SourceError, open_image, open_reader

RNG = np.random.default_rng(6)


def save(tmp_path, array, **options):
    path = tmp_path / "values.npy"
    np.save(path, array, **options)
    return path


@pytest.mark.parametrize(
    ("shape", "channels_height_width"),
    [
        ((5, 7), (1, 5, 7)),
        ((7,), (1, 1, 7)),
        ((3, 50, 70), (3, 50, 70)),
        ((50, 70, 3), (3, 50, 70)),
        ((50, 70, 1), (1, 50, 70)),
        ((32, 50, 70), (32, 50, 70)),
        ((50, 70, 32), (32, 50, 70)),
        ((3, 9, 3), (3, 9, 3)),
    ],
)
def test_the_shorter_of_first_and_last_axis_counts_channels(tmp_path, shape, channels_height_width):
    array = RNG.normal(size=shape).astype(np.float32)

    image = open_image(save(tmp_path, array))

    assert image.shape == channels_height_width
    assert image.flags.c_contiguous
    assert image.sum() == pytest.approx(array.sum(), rel=1e-4, abs=1e-4)


def test_channels_last_are_turned_to_maps_first(tmp_path):
    array = RNG.normal(size=(5, 7, 3)).astype(np.float32)

    np.testing.assert_array_equal(open_image(save(tmp_path, array)), array.transpose(2, 0, 1))


@pytest.mark.parametrize("dtype", ["u1", "u2", "i1", "i2"])
def test_small_integers_are_scaled_by_their_largest(tmp_path, dtype):
    largest = np.iinfo(dtype).max

    image = open_image(save(tmp_path, np.array([[0, largest]], dtype)))

    np.testing.assert_array_equal(image, [[[0, 1]]])


@pytest.mark.parametrize(
    ("dtype", "samples"),
    [
        ("u1", Samples("uint8", 8, 255.0)),
        (">u2", Samples("uint16", 16, 65535.0)),
        ("i2", Samples("int16", 16, 32767.0)),
        ("u4", Samples("uint32", 32)),
        ("f8", Samples("float64", 64)),
        ("?", Samples("bool", 1)),
    ],
)
def test_an_array_says_how_it_stores_its_numbers(tmp_path, dtype, samples):
    reader = open_reader(Source("image", str(save(tmp_path, np.ones((5, 7), dtype)))))

    assert reader.read().samples == samples


@pytest.mark.parametrize("dtype", ["i4", "u4", "i8", "u8"])
def test_wide_integers_keep_their_values(tmp_path, dtype):
    image = open_image(save(tmp_path, np.array([[0, 255, 1000]], dtype)))

    np.testing.assert_array_equal(image, [[[0, 255, 1000]]])


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f8"])
def test_floats_keep_their_values_and_their_holes(tmp_path, dtype):
    array = np.array([[-2.5, 0, 300], [np.nan, np.inf, -np.inf]], dtype)

    np.testing.assert_array_equal(open_image(save(tmp_path, array))[0], array.astype(np.float32))


def test_truth_values_become_zero_and_one(tmp_path):
    np.testing.assert_array_equal(open_image(save(tmp_path, np.array([[True, False]]))), [[[1, 0]]])


def test_four_axes_are_pages(tmp_path):
    array = RNG.normal(size=(6, 3, 8, 9)).astype(np.float32)

    reader = open_reader(Source("image", str(save(tmp_path, array))))
    reader.seek(4)
    frame = reader.read()
    reader.close()

    assert reader.info.frame_count == 6
    np.testing.assert_array_equal(frame.image, array[4])


def test_more_than_four_channels_are_numbered(tmp_path):
    reader = open_reader(Source("image", str(save(tmp_path, np.zeros((6, 9, 9), np.float32)))))
    frame = reader.read()
    reader.close()

    assert frame.channels == ("0", "1", "2", "3", "4", "5")


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_the_first_array_of_an_archive_is_read(tmp_path, write):
    first = RNG.normal(size=(5, 7)).astype(np.float32)
    write(tmp_path / "values.npz", first=first, second=np.zeros((2, 2)))

    np.testing.assert_array_equal(open_image(tmp_path / "values.npz")[0], first)


def test_python_objects_are_never_loaded(tmp_path):
    path = save(tmp_path, np.array([[{}, []]], object), allow_pickle=True)

    with pytest.raises(SourceError, match=r"^values\.npy holds Python objects, which are never loaded"):
        open_image(path)


def test_python_objects_in_an_archive_are_never_loaded(tmp_path):
    np.savez(tmp_path / "values.npz", np.array([[{}, []]], object))

    with pytest.raises(SourceError, match="holds values of type object"):
        open_image(tmp_path / "values.npz")


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((2, 2), complex), "values of type complex128"),
        (np.array([["a", "b"]]), "values of type <U1"),
        (np.zeros((2, 2), [("a", "f4")]), "values of type"),
        (np.float32(3), "has 0 axes"),
        (np.zeros((1, 1, 1, 1, 1)), "has 5 axes"),
        (np.zeros((0, 5)), "is empty"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path, array, words):
    with pytest.raises(SourceError, match=words):
        open_image(save(tmp_path, array))


def test_a_header_that_claims_gigabytes_is_refused(tmp_path):
    path = save(tmp_path, np.zeros((4, 4), np.float32))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"(4, 4), }      ", b"(400000, 400000), }")[: len(data)])

    with pytest.raises(SourceError, match=r"^values\.npy is (too large|cut short)"):
        open_image(path)


def test_an_archive_that_claims_gigabytes_is_refused(tmp_path):
    import zipfile

    header = np.lib.format.magic(1, 0) + (118).to_bytes(2, "little")
    header += b"{'descr': '<f4', 'fortran_order': False, 'shape': (900000, 900000), }".ljust(117) + b"\n"
    with zipfile.ZipFile(tmp_path / "values.npz", "w") as archive:
        archive.writestr("a.npy", header)

    with pytest.raises(SourceError, match=r"values\.npz is too large: its header says 900000 × 900000 pixels"):
        open_image(tmp_path / "values.npz")


@pytest.mark.parametrize("keep", [7, 40, 140])
def test_a_truncated_array_is_noticed(tmp_path, keep):
    path = save(tmp_path, np.zeros((40, 40), np.float32))
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(SourceError, match=r"^values\.npy is (cut short|damaged)"):
        open_image(path)


def test_an_archive_packed_in_another_way_is_named(tmp_path):
    path = tmp_path / "packed.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.npy", b"anything")

    with pytest.raises(SourceError, match=r"^packed\.npz is packed in another way than NumPy does"):
        open_image(path)


def test_an_archive_without_arrays_is_named(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "letters.npz", "w") as archive:
        archive.writestr("letter.txt", "Dear")

    with pytest.raises(SourceError, match="an archive without a NumPy array"):
        open_image(tmp_path / "letters.npz")


def test_a_broken_archive_is_noticed(tmp_path):
    np.savez(tmp_path / "values.npz", np.zeros((40, 40)))
    data = (tmp_path / "values.npz").read_bytes()
    (tmp_path / "values.npz").write_bytes(data[: len(data) // 2])

    with pytest.raises(SourceError, match=r"^values\.npz "):
        open_image(tmp_path / "values.npz")


@pytest.mark.parametrize("shape", [(5, 7), (3, 50, 70), (6, 3, 8, 9)])
def test_the_order_in_the_file_does_not_count(tmp_path, shape):
    array = RNG.normal(size=shape).astype(np.float32)

    image = open_image(save(tmp_path, np.asfortranarray(array)))

    np.testing.assert_array_equal(image, array[0] if len(shape) == 4 else array.reshape(-1, *shape[-2:]))


def test_a_file_that_becomes_shorter_while_it_is_open_is_a_sentence(tmp_path):
    path = save(tmp_path, np.ones((6, 3, 80, 90), np.float32))
    reader = open_reader(Source("image", str(path)))
    reader.read()
    os.truncate(path, 1000)

    with pytest.raises(SourceError, match="has become shorter"):
        reader.read()
    path.unlink()
    with pytest.raises(SourceError, match="is not there"):
        reader.read()
    reader.close()


def test_a_negative_size_is_a_sentence(tmp_path):
    path = tmp_path / "values.npy"
    path.write_bytes(save(tmp_path, np.ones((2, 3, 8, 9), np.uint8)).read_bytes().replace(b"(2, 3,", b"(-2,3,"))

    with pytest.raises(SourceError, match="is damaged"):
        open_image(path)
