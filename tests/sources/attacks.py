"""Small files that claim, or unpack to, far more than they hold: what a hostile or damaged file does to a decoder."""

import io
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from convexplorer.sources import SourceError
from convexplorer.sources.image import open_pages
from tests.sources.files import chunk, gif, png_claiming

UNPACKED = 200_000_000
LONG = 1_000_000_000  # files that are made so long, by nothing: a disk holds that in no room


def attacks() -> Iterator[tuple[str, bytes]]:
    """Yield file names and contents; all but "long.hdr", a picture before a gigabyte of nothing, must be refused."""
    yield from _palette_pictures()
    yield from _pngs()
    yield from _bitmaps()
    yield from _modern()
    yield from _plain()
    yield from _arrays()


def main(folder: str) -> None:
    """Open every attack; print a line "name⇥peak of memory in MB⇥sentence" for each."""
    for name, data in attacks():
        path = Path(folder) / name
        path.write_bytes(data)
        if name.startswith("long."):
            os.truncate(path, LONG)
        try:
            pages = open_pages(path)
            said = f"was opened as {[pages.page(i).image.shape for i in range(pages.count)]}"
        except SourceError as error:
            said = str(error)
        path.unlink()
        sys.stdout.write(f"{name}\t{_peak_mb()}\t{said}\n")


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # Linux; getrusage would count the memory of the process that started this one, too
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) / 1e3
    import resource  # absent on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def _palette_pictures() -> Iterator[tuple[str, bytes]]:
    huge = (65535, 65535)
    yield "screen.gif", gif(huge, huge, disposal=2)  # 43 bytes
    yield "frame.gif", gif((1, 1), huge, disposal=2)
    yield "previous.gif", gif((1, 1), huge, disposal=3)
    yield "second.gif", gif((1, 1), (1, 1), disposal=1, then=(huge, 2))
    yield (
        "canvas.gif",
        gif((12_000, 12_000), (1, 1), disposal=2, then=((1, 1), 2)),
    )  # a picture of that size may be opened


def _pngs() -> Iterator[tuple[str, bytes]]:
    yield "claim.png", png_claiming(60_000, 60_000)
    yield "canvas.png", _animated(12_000, 12_000)
    small, packer = png_claiming(4, 4), zlib.compressobj(9)
    packed = b"".join(packer.compress(block) for block in _blocks()) + packer.flush()
    for name, data in ((b"zTXt", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0"), (b"iCCP", b"a\0\0")):
        yield f"{name.decode()}.png", small[:33] + chunk(name, data + packed) + small[33:]


def _animated(width: int, height: int) -> bytes:
    """Write an animated PNG of which hardly anything is there."""
    small = png_claiming(width, height)
    first, second = (
        struct.pack(">5I2H2B", i, *size, 0, 0, 0, 0, 2, 0) for i, size in ((0, (width, height)), (1, (1, 1)))
    )
    before = chunk(b"acTL", struct.pack(">II", 2, 0)) + chunk(b"fcTL", first)
    behind = chunk(b"fcTL", second) + chunk(b"fdAT", struct.pack(">I", 2) + zlib.compress(bytes(4)))
    return small[:33] + before + small[33:-12] + behind + small[-12:]


def _bitmaps() -> Iterator[tuple[str, bytes]]:
    yield "claim.bmp", b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + _bitmap_header(60_000, 60_000, 24, 0)
    runs = _bitmap_header(60_000, 60_000, 8, 1) + bytes(1024) + b"\x01\x01\0\0" * 1000 + b"\0\1"
    yield "runs.bmp", b"BM" + struct.pack("<IHHI", 54, 0, 0, 1078) + runs
    yield "claim.ico", _icon(_bitmap_header(60_000, 60_000, 32, 0))
    runs = _bitmap_header(3000, 6000, 8, 1) + bytes(1024) + b"\x01\x01\0\0" * 3000 + b"\0\1"
    yield "runs.ico", _icon(runs + bytes(3000 * 3000 // 8))  # Pillow's loop in Python, which BMP does not reach
    yield "png.ico", _icon(png_claiming(60_000, 60_000))
    yield "claim.tga", bytes([0, 0, 10]) + bytes(9) + struct.pack("<HHBB", 65535, 65535, 32, 8) + b"\xff\0\0\0\0"


def _modern() -> Iterator[tuple[str, bytes]]:
    canvas = b"RIFF" + struct.pack("<I", 68) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xff\x3f\0" * 2
    yield "canvas.webp", canvas + b"ANIM" + struct.pack("<I", 6) + bytes(6)
    avif, size = _encoded("AVIF"), struct.pack(">II", 32, 32)
    yield "claim.avif", avif.replace(b"ispe\0\0\0\0" + size, b"ispe\0\0\0\0" + struct.pack(">II", 30_000, 30_000))
    jpeg = _encoded("JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    yield "claim.jpg", jpeg[:at] + struct.pack(">HH", 65500, 65500) + jpeg[at + 4 :]
    yield "scans.jpg", _many_scans(12_000, 200)
    jp2 = _encoded("JPEG2000")
    siz, box = jp2.index(b"\xff\x4f\xff\x51") + 8, jp2.index(b"ihdr") + 4
    huge = struct.pack(">II", 60_000, 60_000)
    inside = jp2[:siz] + huge + bytes(8) + huge + jp2[siz + 24 :]
    yield "inside.jp2", inside  # the box says 32 × 32, the codestream 60000 × 60000
    yield "claim.jp2", inside[:box] + huge + inside[box + 8 :]
    yield "claim.qoi", b"qoif" + struct.pack(">IIBB", 60_000, 60_000, 4, 0) + b"\xfd" * 100
    yield "end.qoi", b"qoif" + struct.pack(">IIBB", 12_000, 12_000, 4, 0) + b"\xfd" * 100 + bytes(7) + b"\1"


def _plain() -> Iterator[tuple[str, bytes]]:
    """Pictures of a size that may be opened, but of which nothing is there."""
    size = b"\n12000 12000\n"
    for kind in (b"P1", b"P4"):
        yield f"{kind.decode()}.pnm", kind + size + b"1 0 1"
    for kind in (b"P2", b"P3", b"P5", b"P6"):
        yield f"{kind.decode()}.pnm", kind + size + b"65535\n1 0 1"
    yield "claim.pam", b"P7\nWIDTH 12000\nHEIGHT 12000\nDEPTH 3\nMAXVAL 255\nENDHDR\n123"
    yield "claim.pfm", b"PF" + size + b"-1\n0000"
    head = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 12000 +X 12000\n"
    yield "long.hdr", b"#?RADIANCE\n\n-Y 9 +X 9\n"
    yield "long.pgm", b"P5 "
    yield "packed.hdr", head + b"\2\2\x2e\xe0" + b"\xff\0" * 1000
    yield "flat.hdr", head + b"abcd" * 10
    yield "runs.hdr", head + b"abcd" + b"\1\1\1\xff" * 4


def _arrays() -> Iterator[tuple[str, bytes]]:
    yield "header.npz", _zipped(b"\x93NUMPY\2\0" + struct.pack("<I", UNPACKED), *_blocks())
    claim = io.BytesIO()
    np.lib.format.write_array_header_1_0(claim, {"descr": "<f8", "fortran_order": False, "shape": (12_000, 12_000)})
    yield "claim.npy", claim.getvalue() + bytes(1000)
    yield "claim.npz", _zipped(claim.getvalue() + bytes(1000))


def _bitmap_header(width: int, height: int, bits: int, compression: int) -> bytes:
    return struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, 0, 0, 0, 0, 0)


def _icon(data: bytes) -> bytes:
    return b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 8, len(data), 22) + data


def _blocks() -> Iterator[bytes]:
    """Yield `UNPACKED` spaces, without memory for all of them."""
    block = b" " * 1_000_000
    return (block for _ in range(UNPACKED // len(block)))


def _encoded(file_format: str, **options: bool) -> bytes:
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    Image.fromarray(noise).save(buffer, file_format, **options)
    return buffer.getvalue()


def _many_scans(size: int, count: int) -> bytes:
    """Write a progressive JPEG that repeats its last scan."""
    data = _encoded("JPEG", progressive=True)
    at, last = data.index(b"\xff\xc2") + 5, data.rindex(b"\xff\xda")
    data, scan = data[:at] + struct.pack(">HH", size, size) + data[at + 4 :], data[last:-2]
    return data[:-2] + scan * count + b"\xff\xd9"


def _zipped(*blocks: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.npy", "w") as file:
        for block in blocks:
            file.write(block)
    return buffer.getvalue()


if __name__ == "__main__":
    main(sys.argv[1])
