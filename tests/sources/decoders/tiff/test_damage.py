"""Hostile and broken files: a sentence, soon, and before memory is taken."""

import struct
import subprocess
import sys

import imagecodecs
import numpy as np
import pytest
import tifffile

from convexplorer.sources import SourceError, open_image
from convexplorer.sources.decoders.tiff import directories
from tests.sources.decoders.tiff.reading import LONG, SHORT, directory, frame, frames, page, write

RNG = np.random.default_rng(11)
MOST_MB = 25  # beside the libraries; what is refused claims more, most of it gigabytes


def megabytes_taken(path):
    """Open a file in a process of its own; return its sentence and the most memory that opening took."""
    code = (
        "import pathlib, re, sys\n"
        "import convexplorer.sources.decoders.tiff.file, convexplorer.sources.decoders.opencv, imagecodecs, PIL.Image\n"
        "from convexplorer.sources import SourceError, open_image\n"
        "def most():\n"
        "    status = pathlib.Path('/proc/self/status')\n"
        "    if status.exists():\n"  # getrusage would count the memory of the process that started this one, too
        "        return int(re.search(r'VmHWM:\\s*(\\d+)', status.read_text())[1]) / 1000\n"
        "    return 0.0\n"
        "before = most()\n"
        "try: open_image(sys.argv[1]); print('read')\n"
        "except SourceError as error: print(error)\n"
        "print(most() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    *words, megabytes = done.stdout.split("\n")[:-1]
    assert done.stderr == ""
    return "\n".join(words), float(megabytes)


@pytest.mark.parametrize("compression", ["jpeg", "jpeg2k", "jpegxl", "webp", "lerc", "png"])
def test_a_picture_in_a_strip_that_is_larger_than_its_page_is_refused_before_it_is_decoded(tmp_path, compression):
    code = {"jpeg": 7, "jpeg2k": 34712, "jpegxl": 50002, "webp": 50001, "lerc": 34887, "png": 34933}[compression]
    options = {"effort": 1} if compression == "jpegxl" else {}
    data = getattr(imagecodecs, f"{compression}_encode")(np.zeros((4000, 4000, 3), np.uint8), **options)
    data += b"\0" * (len(data) % 2)
    bits = 8 + len(data)  # the three numbers of bits stand behind the strip
    entries = page(
        10,
        10,
        t258=(SHORT, 3, bits),
        t259=(SHORT, 1, code),
        t262=(SHORT, 1, 2),
        t277=(SHORT, 1, 3),
        t279=(LONG, 1, bits - 8),
    )
    path = write(tmp_path / "bomb.tif", entries, data + struct.pack("<HHHH", 8, 8, 8, 0))

    words, megabytes = megabytes_taken(path)

    assert words == "bomb.tif is damaged: its pixels cannot be decoded."
    assert megabytes < MOST_MB


def test_a_jpeg_of_a_thousand_scans_is_refused(tmp_path):
    """Each scan goes over all pixels again; the scans here are only markers, which count as such."""
    data = imagecodecs.jpeg_encode(np.zeros((4000, 4000), np.uint8)) + b"\xff\xda" * 1000
    entries = page(4000, 4000, t259=(SHORT, 1, 7), t279=(LONG, 1, len(data)))
    path = write(tmp_path / "slow.tif", entries, data + b"\0" * (len(data) % 2))

    with pytest.raises(SourceError, match=r"^slow\.tif is damaged"):
        open_image(path)


@pytest.mark.parametrize("compression", ["zlib", "lzw", "zstd", "lzma", "packbits"])
def test_a_strip_that_unpacks_to_more_than_it_should_takes_no_more(tmp_path, compression):
    code = {"zlib": 8, "lzw": 5, "zstd": 50000, "lzma": 34925, "packbits": 32773}[compression]
    data = bytes([129, 0]) * 500_000 if compression == "packbits" else b""  # each pair becomes 128 zeros
    data = data or getattr(imagecodecs, f"{compression}_encode")(bytes(64_000_000))
    entries = page(10, 10, t259=(SHORT, 1, code), t279=(LONG, 1, len(data)))
    path = write(tmp_path / "bomb.tif", entries, data + b"\0" * (len(data) % 2))

    words, megabytes = megabytes_taken(path)

    assert words in ("read", "bomb.tif is damaged: its pixels cannot be decoded.")
    assert megabytes < MOST_MB


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"t256": (LONG, 1, 700_000), "t257": (LONG, 1, 500_000)}, "is too large: its header says 700000 × 500000"),
        ({"t256": (LONG, 1, 0)}, "is damaged: its header says that it is 0 × 8 pixels"),
        ({"t277": (SHORT, 1, 65535), "t257": (LONG, 1, 60_000)}, "is too large"),
        ({"t322": (LONG, 1, 60_000), "t323": (LONG, 1, 60_000)}, "is too large: its header says 60000 × 60000"),
        ({"t32997": (LONG, 1, 2**31)}, "holds a volume of 2147483648 slices"),
        ({"t256": (LONG, 1, 10_000), "t257": (LONG, 1, 10_000)}, "is cut short: only a part of the picture is there"),
        ({"t278": (LONG, 1, 1), "t259": (SHORT, 1, 5)}, "is damaged: 7 of its 8 strips or tiles are missing"),
        ({"t279": (LONG, 1, 0), "t259": (SHORT, 1, 5)}, "is damaged: 1 of its 1 strips or tiles are missing"),
        ({"t273": (LONG, 2**30, 8)}, "is damaged"),
        ({"t258": (SHORT, 1, 0)}, "holds whole numbers of 0 bits"),
        ({"t258": (SHORT, 1, 48)}, "holds whole numbers of 48 bits"),
    ],
)
def test_claims_that_make_no_sense_are_refused(tmp_path, changed, words):
    path = write(tmp_path / "bad.tif", page(8, 8, **changed))

    told, megabytes = megabytes_taken(path)

    assert told.startswith(f"bad.tif {words}")
    assert megabytes < MOST_MB


def test_a_list_that_is_named_again_and_again_is_read_never(tmp_path):
    entries = page(8, 8) + [(330, LONG, 250_000, 8)] * 4000
    path = write(tmp_path / "bad.tif", entries, bytes(1_000_000))

    words, megabytes = megabytes_taken(path)

    assert words.startswith("bad.tif is damaged: the directory of a page claims")
    assert megabytes < MOST_MB


def test_strips_that_are_the_same_many_megabytes_are_not_read_again_and_again(tmp_path):
    count, size = 500, 5_000_000
    data = struct.pack(f"<{2 * count}I", *[16] * count, *[size - 16] * count) + bytes(size)
    lists = {"t273": (LONG, count, 8), "t278": (LONG, 1, 1), "t279": (LONG, count, 8 + 4 * count)}
    path = write(tmp_path / "bad.tif", page(9, count, t259=(SHORT, 1, 5), **lists), data)

    with pytest.raises(SourceError, match=r"^bad\.tif is damaged: its strips or tiles lie over each other\.$"):
        open_image(path)


@pytest.mark.parametrize("pages", [1, 2, 150])
def test_a_circle_of_directories_ends(tmp_path, pages):
    """tifffile looks for circles among the first 100 directories only."""
    data, size = bytes(64), len(directory(0, page(8, 8)))
    starts = [8 + len(data) + i * size for i in range(pages)]
    following = [*starts[1:], starts[0]]
    path = tmp_path / "circle.tif"
    path.write_bytes(
        b"II*\0" + struct.pack("<I", starts[0]) + data + b"".join(directory(0, page(8, 8), one) for one in following)
    )

    assert len(frames(path)) == pages


def test_there_is_a_most_of_pages_and_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(directories, "MAX_PAGES", 5)
    path = tmp_path / "many.tif"
    with tifffile.TiffWriter(path) as file:
        for level in range(7):
            file.write(np.full((2, 3), level, np.uint8), photometric="minisblack", metadata=None)

    assert frame(path, 4).image.max() == np.float32(4 / 255)
    with pytest.raises(SourceError, match=r"^many\.tif has more than 5 pages; the further ones are not read\.$"):
        frame(path, 5)


def test_strips_that_are_not_stored_are_told(tmp_path):
    path = tmp_path / "sparse.tif"
    tifffile.imwrite(path, RNG.integers(1, 255, (8, 8), np.uint8), rowsperstrip=2, compression="lzw", metadata=None)
    with tifffile.TiffFile(path, mode="r+") as file:
        tag = file.pages[0].tags["StripByteCounts"]
        tag.overwrite([*tag.value[:3], 0])

    (read,) = frames(path)

    assert read.note == "1 of its 4 strips or tiles are not stored and shown as 0."
    assert read.image[0, :6].min() > 0
    assert read.image[0, 6:].max() == 0


@pytest.mark.parametrize("compression", ["zlib", "lzw", "zstd", "lzma", "jpeg", "jpeg2000", "jpegxl", "lerc"])
def test_noise_in_a_compressed_strip_is_a_sentence_or_a_picture(tmp_path, compression):
    path = tmp_path / "noise.tif"
    tifffile.imwrite(path, RNG.integers(0, 255, (32, 32), np.uint8), compression=compression, metadata=None)
    with tifffile.TiffFile(path) as file:
        start, size = file.pages[0].dataoffsets[0], file.pages[0].databytecounts[0]
    whole = path.read_bytes()
    sentences = set()
    for seed in range(20):
        rng = np.random.default_rng(seed)
        data = bytearray(whole)
        for at in rng.integers(start, start + size, 4):
            data[at] = rng.integers(0, 256)
        path.write_bytes(data)
        try:
            assert open_image(path).shape == (1, 32, 32)
        except SourceError as error:
            sentences.add(str(error))

    assert sentences <= {"noise.tif is damaged: its pixels cannot be decoded."}
