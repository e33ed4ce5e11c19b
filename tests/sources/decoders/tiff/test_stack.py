"""Stacks: all planes of all axes, each at its place; what is a page, and what is not."""

import numpy as np
import pytest
import tifffile

from convexplorer.sources import Source, SourceError, open_image, open_reader
from tests.sources.decoders.tiff.reading import CASES, frame, frames, truth

STACKS = CASES / "stacks"
RNG = np.random.default_rng(7)


def levels(pixels):
    return pixels.astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max)


@pytest.mark.parametrize("name", ["one_ifd", "all_ifds", "shaped_one_ifd"])
def test_all_planes_are_there_however_many_directories_there_are(name):
    read = frames(STACKS / f"{name}.tif")

    np.testing.assert_array_equal([one.image[0] for one in read], levels(truth("stacks")))


def test_bytes_in_one_directory():
    read = frames(STACKS / "one_ifd_u8.tif")

    assert len(read) == 7
    assert [one.subtitle for one in read][:2] == ["z 1 of 7", "z 2 of 7"]
    np.testing.assert_array_equal([one.image[0] for one in read], levels((truth("stacks") >> 8).astype(np.uint8)))


@pytest.mark.parametrize("kind", ["imagej", "ome"])
@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_every_plane_of_every_axis_tells_its_place(tmp_path, kind, dtype):
    pixels = RNG.integers(0, 200, (2, 3, 4, 5, 6)).astype(dtype)
    path = tmp_path / "stack.ome.tif" if kind == "ome" else tmp_path / "stack.tif"
    tifffile.imwrite(path, pixels, **{kind: True}, photometric="minisblack", metadata={"axes": "TZCYX"})

    read = frames(path)

    planes = pixels.reshape(24, 5, 6)
    np.testing.assert_array_equal([one.image[0] for one in read], planes if dtype == "f4" else levels(planes))
    assert read[0].subtitle == "time 1 of 2, z 1 of 3, channel 1 of 4"
    assert read[18].subtitle == "time 2 of 2, z 2 of 3, channel 3 of 4"
    assert not any(one.note for one in read)


def test_colours_of_a_stack_stay_channels(tmp_path):
    pixels = RNG.integers(0, 256, (4, 5, 6, 3), np.uint8)
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, pixels, imagej=True, metadata={"axes": "ZYXS"})

    read = frames(path)

    assert [one.channels for one in read] == [("R", "G", "B")] * 4
    np.testing.assert_array_equal([one.image for one in read], levels(pixels).transpose(0, 3, 1, 2))


def test_several_images_in_one_file_are_counted(tmp_path):
    path = tmp_path / "stack.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as file:
        file.write(np.zeros((2, 5, 6), np.uint8), photometric="minisblack", metadata={"axes": "ZYX"})
        file.write(np.ones((3, 4), np.uint8), photometric="minisblack", metadata={"axes": "YX"})

    read = frames(path)

    assert [one.image.shape for one in read] == [(1, 5, 6), (1, 5, 6), (1, 3, 4)]
    assert [one.subtitle for one in read] == ["image 1 of 2, z 1 of 2", "image 1 of 2, z 2 of 2", "image 2 of 2"]


def test_any_page_is_read_without_those_before_it(tmp_path):
    path = tmp_path / "stack.tif"
    pages = RNG.integers(0, 256, (6, 20, 30), np.uint8)
    with tifffile.TiffWriter(path) as file:
        for page in pages:
            file.write(page, photometric="minisblack", compression="zlib", metadata=None)
    with tifffile.TiffFile(path) as file:
        damaged = [page.dataoffsets[0] for page in file.pages[:5]]
    data = bytearray(path.read_bytes())
    for offset in damaged:
        data[offset : offset + 8] = bytes(8)
    path.write_bytes(data)

    np.testing.assert_array_equal(frame(path, 5).image[0], levels(pages[5]))


def test_levels_of_a_pyramid_and_thumbnails_are_no_pages(tmp_path):
    pixels = RNG.integers(0, 256, (64, 64), np.uint8)
    path = tmp_path / "slide.tif"
    with tifffile.TiffWriter(path) as file:
        file.write(pixels, photometric="minisblack", subifds=2, metadata=None)
        file.write(pixels[::2, ::2], photometric="minisblack", subfiletype=1, metadata=None)
        file.write(pixels[::4, ::4], photometric="minisblack", subfiletype=1, metadata=None)
        file.write(pixels[::8, ::8], photometric="minisblack", subfiletype=1, metadata=None)

    read = frames(path)

    assert [one.image.shape for one in read] == [(1, 64, 64)]


def test_a_file_of_thumbnails_only_shows_them(tmp_path):
    path = tmp_path / "preview.tif"
    tifffile.imwrite(path, np.zeros((4, 5), np.uint8), photometric="minisblack", subfiletype=1, metadata=None)

    assert open_image(path).shape == (1, 4, 5)


def test_a_stack_that_is_cut_gives_its_planes_and_then_says_so(tmp_path):
    data = (STACKS / "one_ifd.tif").read_bytes()
    with tifffile.TiffFile(STACKS / "one_ifd.tif") as file:
        start, size = file.pages[0].dataoffsets[0], file.pages[0].nbytes
    path = tmp_path / "stack.tif"
    path.write_bytes(data[: start + 4 * size + 100])
    reader = open_reader(Source("image", str(path)))

    read = [reader.read() for _ in range(4)]
    with pytest.raises(
        SourceError, match=r"^stack\.tif is cut short: its description promises 7 pages, it ends before page 5\.$"
    ):
        reader.read()
    reader.close()

    np.testing.assert_array_equal([one.image[0] for one in read], levels(truth("stacks")[:4]))


@pytest.mark.parametrize("is_imagej", [True, False], ids=["ImageJ", "tifffile"])
@pytest.mark.parametrize(("there", "further"), [(3, 0.4), (1, 0.99), (6, 0.99), (7, 0), (7, 0.01)])
def test_a_stack_that_loses_its_further_directories_keeps_its_planes(tmp_path, is_imagej, there, further):
    pixels = RNG.integers(0, 65536, (7, 32, 24), np.uint16)
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, pixels, imagej=is_imagej, photometric="minisblack")
    with tifffile.TiffFile(path) as file:
        assert len(file.pages) == 7
        start, size = file.pages[0].dataoffsets[0], file.pages[0].nbytes
    path.write_bytes(path.read_bytes()[: start + int((there + further) * size)])
    reader = open_reader(Source("image", str(path)))

    read = [reader.read() for _ in range(there)]

    np.testing.assert_array_equal([one.image[0] for one in read], levels(pixels[:there]))
    if there < 7:
        with pytest.raises(SourceError, match=rf"promises 7 pages, it ends before page {there + 1}\.$"):
            reader.read()
    assert reader.read() is None
    reader.close()


def test_a_description_of_many_pages_is_not_believed_of_a_file_with_one(tmp_path):
    """Programs that know nothing of ImageJ keep its description when they save one picture."""
    path = tmp_path / "one.tif"
    text = "ImageJ=1.54f\nimages=7\nslices=7\n"
    tifffile.imwrite(path, np.ones((5, 6), np.uint8), photometric="minisblack", description=text, metadata=None)

    assert len(frames(path)) == 1


def test_a_description_with_absurd_numbers_is_ignored(tmp_path):
    path = tmp_path / "stack.ome.tif"
    tifffile.imwrite(path, np.zeros((2, 5, 6), np.uint8), ome=True, photometric="minisblack", metadata={"axes": "ZYX"})
    path.write_bytes(path.read_bytes().replace(b'SizeT="1"', b'SizeT="9"').replace(b'SizeC="1"', b'SizeC="9"'))
    wide = path.read_bytes().replace(b'SizeZ="2"', b'SizeZ="9"')

    assert len(frames(path)) == 2
    path.write_bytes(wide)
    assert len(frames(path)) == 2


def test_an_ome_file_opens_no_other_file(tmp_path):
    path = tmp_path / "first.ome.tif"
    other = tmp_path / "other.ome.tif"
    tifffile.imwrite(path, np.zeros((2, 5, 6), np.uint8), ome=True, photometric="minisblack", metadata={"axes": "ZYX"})
    tifffile.imwrite(other, np.ones((5, 6), np.uint8), photometric="minisblack")
    with tifffile.TiffFile(path) as file:
        text = file.ome_metadata
    told = text.replace("<TiffData ", "<TiffData ").replace(
        'IFD="0" PlaneCount="2"/>',
        'IFD="0" PlaneCount="1"/><TiffData FirstZ="1" IFD="0" PlaneCount="1">'
        '<UUID FileName="other.ome.tif">urn:uuid:1</UUID></TiffData>',
    )
    tifffile.imwrite(path, np.zeros((2, 5, 6), np.uint8), photometric="minisblack", description=told, metadata=None)

    read = frames(path)

    assert told != text
    assert len(read) == 2
    assert all(one.image.max() == 0 for one in read)
