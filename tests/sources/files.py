"""Bytes for tests that no library writes: TIFF of any layout, PNG of any depth, EXIF orientation."""

import struct
import zlib

import numpy as np

SHORT, LONG = 3, 4


def tiff(
    pixels: np.ndarray,
    *,
    photometric: int = 1,
    is_planar: bool = False,
    orientation: int | None = None,
    byte_order: str = "<",
    compression: int = 1,
    predictor: int = 1,
) -> bytes:
    """Write one page in one strip (one a channel if planar)."""
    height, width = pixels.shape[:2]
    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    ordered = pixels.transpose(2, 0, 1) if is_planar else pixels
    if predictor == 2:  # differences of the numbers' bits, as libtiff takes them for floats too
        ordered = np.ascontiguousarray(ordered).view(f"u{ordered.dtype.itemsize}")
        ordered = np.diff(ordered, axis=-1 if is_planar or pixels.ndim == 2 else -2, prepend=ordered.dtype.type(0))
    strips = [
        part.astype(part.dtype.newbyteorder(byte_order)).tobytes() for part in (ordered if is_planar else [ordered])
    ]
    if compression == 8:
        strips = [zlib.compress(strip) for strip in strips]
    offsets = [8 + sum(len(strip) for strip in strips[:i]) for i in range(len(strips))]
    data = b"".join(strips)
    data += b"\0" * (len(data) % 2)
    tags = {
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [pixels.dtype.itemsize * 8] * samples),
        259: (SHORT, [compression]),
        262: (SHORT, [photometric]),
        273: (LONG, offsets),
        277: (SHORT, [samples]),
        278: (LONG, [height]),
        279: (LONG, [len(strip) for strip in strips]),
        284: (SHORT, [2 if is_planar else 1]),
        317: (SHORT, [predictor]),
        339: (SHORT, [{"u": 1, "i": 2, "f": 3}[pixels.dtype.kind]] * samples),
    }
    if orientation:
        tags[274] = (SHORT, [orientation])
    usual = 3 if photometric == 2 else 1
    if samples > usual:
        tags[338] = (SHORT, [0] * (samples - usual))
    head = struct.pack(byte_order + "2sHI", b"II" if byte_order == "<" else b"MM", 42, 8 + len(data))
    return head + data + _directory(tags, 8 + len(data), byte_order)


def png(pixels: np.ndarray, colour_type: int, bits: int = 8) -> bytes:
    """Write a PNG without filters; `pixels` (H, bytes a row) uint8 are the packed samples."""
    height, stride = pixels.shape
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
    width = stride * 8 // (samples * bits)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def png_claiming(width: int, height: int) -> bytes:
    """Write a PNG whose header promises more than there is."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def chunk(name: bytes, data: bytes) -> bytes:
    """Write one chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _directory(tags: dict[int, tuple[int, list[int]]], offset: int, byte_order: str) -> bytes:
    entries, overflow = b"", b""
    after = offset + 2 + 12 * len(tags) + 4
    for tag, (kind, values) in sorted(tags.items()):
        packed = struct.pack(byte_order + ("H" if kind == SHORT else "I") * len(values), *values)
        entries += struct.pack(byte_order + "HHI", tag, kind, len(values))
        if len(packed) <= 4:
            entries += packed.ljust(4, b"\0")
        else:
            entries += struct.pack(byte_order + "I", after + len(overflow))
            overflow += packed + b"\0" * (len(packed) % 2)
    return struct.pack(byte_order + "H", len(tags)) + entries + struct.pack(byte_order + "I", 0) + overflow


def gif(
    screen: tuple[int, int],
    frame: tuple[int, int],
    *,
    disposal: int,
    then: tuple[tuple[int, int], int] | None = None,
) -> bytes:
    """Write a GIF of one transparent pixel that claims other sizes, (width, height); `then` is a second such frame."""
    data = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80 if then else 0, 0, 0) + (bytes(6) if then else b"")
    for size, how in ((frame, disposal), *((then,) if then else ())):
        data += b"!\xf9\x04" + bytes([how << 2 | bool(then), 0, 0, 0, 0])
        data += b"," + struct.pack("<HHHHB", 0, 0, *size, 0) + b"\x02\x02D\x01\x00"
    return data + b";"
