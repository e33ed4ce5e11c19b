"""Every format is written by somebody else's encoder and read back; every bad file becomes a sentence."""

import io
import os
import re
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image

from convexplorer._cv import cv2
from convexplorer.sources import Source, SourceError, open_image, open_reader
from tests.sources.files import png, png_claiming

RNG = np.random.default_rng(2)
GREY = RNG.integers(0, 256, (5, 7), np.uint8)
COLOUR = RNG.integers(0, 256, (5, 7, 3), np.uint8)
ALPHA = RNG.integers(0, 256, (5, 7, 4), np.uint8)
# Lossy encoders are fair only to smooth pictures.
SMOOTH = np.stack(np.broadcast_arrays(np.arange(32)[:, None] * 6, np.arange(48) * 4, np.full((32, 48), 90)), -1).astype(
    np.uint8
)

LOSSLESS = [".png", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".jp2", ".tga", ".qoi"]
LOSSY = [".jpg", ".jpeg", ".webp", ".avif", ".jp2"]


def planes(pixels, full_scale=255):
    """Say what a file with these pixels must give."""
    return np.atleast_3d(pixels).transpose(2, 0, 1).astype(np.float32) / np.float32(full_scale)


def save(path, pixels, **options):
    if path.suffix == ".webp" and "quality" not in options:
        options.setdefault("lossless", True)
    Image.fromarray(pixels).save(path, **options)
    return path


@pytest.mark.parametrize("suffix", LOSSLESS)
def test_colour_is_read_exactly(tmp_path, suffix):
    path = save(tmp_path / f"picture{suffix}", COLOUR)

    image = open_image(path)

    np.testing.assert_array_equal(image, planes(COLOUR))


@pytest.mark.parametrize("suffix", LOSSY)
def test_lossy_formats_come_close(tmp_path, suffix):
    path = save(tmp_path / f"picture{suffix}", SMOOTH, quality=95)

    image = open_image(path)

    assert image.shape == (3, 32, 48)
    assert np.abs(image - planes(SMOOTH)).max() < 0.06


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".pgm", ".jp2", ".gif"])
def test_grey_has_one_channel(tmp_path, suffix):
    path = save(tmp_path / f"picture{suffix}", GREY)

    image = open_image(path)

    np.testing.assert_array_equal(image, planes(GREY))


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp", ".tga", ".qoi"])
def test_alpha_stays_a_channel(tmp_path, suffix):
    path = save(tmp_path / f"picture{suffix}", ALPHA, **({"exact": True} if suffix == ".webp" else {}))

    reader = open_reader(Source("image", str(path)))
    frame = reader.read()
    reader.close()

    np.testing.assert_array_equal(frame.image, planes(ALPHA))
    assert frame.channels == ("R", "G", "B", "A")


def test_the_picture_is_float32_contiguous_and_read_only(tmp_path):
    image = open_image(save(tmp_path / "picture.png", COLOUR))

    assert image.dtype == np.float32
    assert image.flags.c_contiguous
    assert not image.flags.writeable


@pytest.mark.parametrize(
    ("suffix", "shape"),
    [
        (".png", (5, 7)),
        (".png", (5, 7, 3)),
        (".png", (5, 7, 4)),
        (".tif", (5, 7)),
        (".tif", (5, 7, 3)),
        (".tif", (5, 7, 4)),
        (".pgm", (5, 7)),
        (".ppm", (5, 7, 3)),
    ],
)
def test_sixteen_bits_are_kept(tmp_path, suffix, shape):
    pixels = RNG.integers(0, 65536, shape, np.uint16)
    path = tmp_path / f"deep{suffix}"
    path.write_bytes(cv2.imencode(suffix, pixels)[1].tobytes())

    image = open_image(path)

    expected = pixels if len(shape) == 2 else pixels[:, :, [2, 1, 0, 3][: shape[2]]]
    np.testing.assert_array_equal(image, planes(expected, 65535))


def test_sixteen_bit_grey_with_alpha_has_two_channels(tmp_path):
    pixels = np.array([[1000, 65535, 40000, 300]], ">u2")
    path = tmp_path / "deep.png"
    path.write_bytes(png(pixels.view(np.uint8), colour_type=4, bits=16))

    reader = open_reader(Source("image", str(path)))
    frame = reader.read()
    reader.close()

    assert frame.channels == ("Y", "A")
    np.testing.assert_allclose(frame.image * 65535, [[[1000, 40000]], [[65535, 300]]], rtol=1e-6)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits_are_stretched_to_one(tmp_path, bits):
    path = tmp_path / "few.png"
    path.write_bytes(png(np.array([[0b11100100]], np.uint8), colour_type=0, bits=bits))

    image = open_image(path)

    digits = np.array([0b11100100 >> shift & 2**bits - 1 for shift in range(8 - bits, -1, -bits)])
    np.testing.assert_allclose(image[0, 0], digits / (2**bits - 1), atol=1 / 255)


def test_a_sixteen_bit_jpeg_2000_is_read_whole(tmp_path):
    pixels = RNG.integers(0, 65536, (64, 64), np.uint16)
    path = tmp_path / "deep.jp2"
    Image.fromarray(pixels).save(path, irreversible=False)

    np.testing.assert_array_equal(open_image(path), planes(pixels, 65535))


def test_sixteen_bit_colour_in_jpeg_2000_is_kept(tmp_path):
    path = tmp_path / "deep.jp2"
    path.write_bytes(cv2.imencode(".jp2", np.full((64, 64, 3), (1000, 30_001, 65_000), np.uint16))[1].tobytes())

    np.testing.assert_allclose(open_image(path)[:, 32, 32] * 65535, [65_000, 30_001, 1000], atol=60)


@pytest.mark.parametrize("depth", [10, 12])
def test_a_deep_avif_keeps_its_depth(tmp_path, depth):
    is_written, data = cv2.imencode(
        ".avif",
        np.full((64, 64, 3), 2**depth - 200, np.uint16),
        [cv2.IMWRITE_AVIF_DEPTH, depth, cv2.IMWRITE_AVIF_QUALITY, 100],
    )
    path = tmp_path / "deep.avif"
    path.write_bytes(data.tobytes())

    image = open_image(path)

    assert is_written
    np.testing.assert_allclose(image, (2**depth - 200) / (2**depth - 1), atol=1.5 / 2**depth)


def test_black_and_white_becomes_zero_and_one(tmp_path):
    bits = GREY > 128
    path = tmp_path / "bits.png"
    Image.fromarray(bits).save(path)

    np.testing.assert_array_equal(open_image(path), planes(bits, 1))


def test_a_palette_is_resolved(tmp_path):
    picture = Image.fromarray(COLOUR).quantize(8)
    path = tmp_path / "palette.png"
    picture.save(path)

    np.testing.assert_array_equal(open_image(path), planes(np.asarray(picture.convert("RGB"))))


def test_a_transparent_palette_colour_becomes_alpha(tmp_path):
    picture = Image.fromarray(COLOUR).quantize(4)
    path = tmp_path / "palette.png"
    picture.save(path, transparency=0)

    image = open_image(path)

    np.testing.assert_array_equal(image[3], np.asarray(picture) != 0)


def test_cmyk_becomes_colour_and_says_so(tmp_path):
    path = tmp_path / "print.jpg"
    Image.fromarray(SMOOTH).convert("CMYK").save(path, quality=98)

    reader = open_reader(Source("image", str(path)))
    frame = reader.read()
    reader.close()

    assert frame.channels == ("R", "G", "B")
    assert np.abs(frame.image - planes(SMOOTH)).max() < 0.06
    assert "CMYK" in frame.note


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_obeyed(tmp_path, suffix, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    wedge = np.zeros((24, 40, 3), np.uint8)
    wedge[:12, :20] = 255  # bright in one quarter only: every turn and flip shows
    path = save(
        tmp_path / f"turned{suffix}", wedge, exif=exif, **({} if suffix in (".png", ".tif") else {"quality": 90})
    )

    image = open_image(path)

    upright = {
        1: wedge,
        2: wedge[:, ::-1],
        3: wedge[::-1, ::-1],
        4: wedge[::-1],
        5: wedge.swapaxes(0, 1),
        6: np.rot90(wedge, -1),
        7: wedge[::-1, ::-1].swapaxes(0, 1),
        8: np.rot90(wedge),
    }[orientation]
    assert image.shape == (3, *upright.shape[:2])
    np.testing.assert_array_equal(image > 0.5, planes(upright) > 0.5)


@pytest.mark.parametrize("name", ["grüße.png", "写真.png", "صورة.png", "with space & more.png", "🙂.png"])
def test_names_in_any_script_are_found(tmp_path, name):
    path = save(tmp_path / name, GREY)

    assert open_image(path).shape == (1, 5, 7)


def test_a_wrong_ending_is_forgiven(tmp_path):
    path = tmp_path / "really-a-png.jpg"
    Image.fromarray(COLOUR).save(path, "PNG")

    np.testing.assert_array_equal(open_image(path), planes(COLOUR))


def test_no_ending_is_forgiven(tmp_path):
    path = tmp_path / "picture"
    Image.fromarray(COLOUR).save(path, "PNG")

    np.testing.assert_array_equal(open_image(path), planes(COLOUR))


def test_a_single_pixel_is_a_picture(tmp_path):
    image = open_image(save(tmp_path / "dot.png", np.full((1, 1, 3), 51, np.uint8)))

    np.testing.assert_allclose(image, np.full((3, 1, 1), 0.2), rtol=1e-6)


# Animations


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png", ".avif"])
def test_an_animation_is_read_frame_by_frame(tmp_path, suffix):
    frames = [Image.new("RGB", (32, 24), (40 * i, 255 - 40 * i, 128)) for i in range(4)]
    path = tmp_path / f"moving{suffix}"
    options = {"quality": 95} if suffix == ".avif" else {}
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=50, loop=0, **options)

    reader = open_reader(Source("image", str(path)))
    read = list(iter(reader.read, None))
    reader.close()

    assert reader.info.frame_count == 4
    assert reader.info.rate_hz == pytest.approx(20)
    assert [frame.index for frame in read] == [0, 1, 2, 3]
    assert [frame.time_s for frame in read] == pytest.approx([0, 0.05, 0.1, 0.15])
    for i, frame in enumerate(read):
        assert frame.image[0].mean() == pytest.approx(40 * i / 255, abs=0.03)
        assert frame.channels == read[0].channels


def test_an_animation_can_be_walked_backwards(tmp_path):
    frames = [Image.new("L", (16, 16), 40 * i) for i in range(5)]
    path = tmp_path / "moving.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=50)
    reader = open_reader(Source("image", str(path)))

    levels = []
    for index in (4, 1, 3, 0):
        reader.seek(index)
        levels.append(reader.read().image[0, 0, 0] * 255)
    reader.close()

    assert levels == pytest.approx([160, 40, 120, 0], abs=1)


def test_a_transparent_animation_has_alpha_in_every_frame(tmp_path):
    frames = [Image.new("RGBA", (16, 16), (0, 40 * i, 0, 0 if i % 2 else 255)) for i in range(4)]
    path = tmp_path / "moving.webp"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=50, lossless=True)

    reader = open_reader(Source("image", str(path)))
    read = list(iter(reader.read, None))
    reader.close()

    assert {frame.channels for frame in read} <= {("R", "G", "B", "A"), ("R", "G", "B")}
    assert len({frame.channels for frame in read}) == 1


# Bad files: one sentence each, which names the file


def test_a_missing_file(tmp_path):
    with pytest.raises(SourceError, match=r"^gone\.png is not there \(in .*\)\.$"):
        open_image(tmp_path / "gone.png")


def test_a_missing_file_of_the_working_folder_says_which_folder_that_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SourceError, match=re.escape(f"gone.png is not there (in {tmp_path}).")):
        open_image("gone.png")


def test_a_file_in_a_missing_folder(tmp_path):
    with pytest.raises(SourceError, match=r"because the folder .* does not exist"):
        open_image(tmp_path / "gone" / "picture.png")


def test_a_folder_instead_of_a_file(tmp_path):
    (tmp_path / "folder.png").mkdir()

    with pytest.raises(SourceError, match=r"^folder\.png is a folder, not a file\.$"):
        open_image(tmp_path / "folder.png")


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.png").touch()

    with pytest.raises(SourceError, match=r"^empty\.png is empty"):
        open_image(tmp_path / "empty.png")


def test_a_file_without_permission(tmp_path, monkeypatch):
    path = save(tmp_path / "secret.png", GREY)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)  # chmod would not stop root, who runs tests in containers

    with pytest.raises(SourceError, match=r"^secret\.png may not be read: you have no permission"):
        open_image(path)


def test_a_text_with_a_pictures_name(tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("Dear diary,\n")

    with pytest.raises(SourceError, match=r"^notes\.png is not a picture: it seems to be a text file\.$"):
        open_image(path)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "is a HEIC picture"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(50), "is a video, not a picture"),
        (b"\x1aE\xdf\xa3" + bytes(50), "is a video, not a picture"),
        (b"%PDF-1.7 " + bytes(50), "is a PDF document"),
        (b"8BPS" + bytes(50), "is a Photoshop document"),
        (b"\x76\x2f\x31\x01" + bytes(50), "is an OpenEXR picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "is an SVG drawing"),
        (b"<?xml version='1.0'?><svg>", "seems to be an SVG drawing"),
        (bytes(64), "holds only zeros"),
        (bytes(range(200, 256)), "no known picture format"),
        ("größer als ä".encode(), "seems to be a text file"),
    ],
    ids=["heic", "isom", "mkv", "pdf", "psd", "exr", "svg", "xml", "zeros", "noise", "umlauts"],
)
def test_what_else_it_is_gets_said(tmp_path, head, words):
    path = tmp_path / "odd.png"
    path.write_bytes(head)

    with pytest.raises(SourceError, match=words):
        open_image(path)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".webp", ".bmp", ".tif", ".avif", ".jp2", ".ppm", ".tga"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_never_passed_off_as_whole(tmp_path, suffix, share):
    buffer = io.BytesIO()
    noise = RNG.integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(buffer, Image.registered_extensions()[suffix])
    data = buffer.getvalue()
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(SourceError, match=rf"^cut\{suffix} is (cut short|damaged|not a picture)") as caught:
        open_image(path)

    assert str(caught.value).endswith(".")
    assert "<_io" not in str(caught.value)


@pytest.mark.parametrize(
    "suffix", [".png", ".jpg", ".gif", ".webp", ".bmp", ".tif", ".avif", ".jp2", ".ppm", ".qoi", ".ico", ".npy", ".hdr"]
)
def test_noise_behind_a_good_beginning_raises_nothing_else(tmp_path, suffix):
    pixels = RNG.integers(0, 256, (32, 32, 3), np.uint8)
    path = tmp_path / f"broken{suffix}"
    if suffix == ".npy":
        np.save(path, pixels)
    elif suffix == ".hdr":
        path.write_bytes(cv2.imencode(".hdr", pixels)[1].tobytes())
    else:
        save(path, pixels)
    data = np.frombuffer(path.read_bytes(), np.uint8)
    sentences = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        broken = data.copy()
        broken[rng.integers(4, min(len(data), 8 * 2 ** (seed % 10)), 6)] = rng.integers(0, 256, 6)
        path.write_bytes(broken.tobytes())

        with collecting(sentences):
            assert open_image(path).dtype == np.float32

    assert all(sentence.startswith(f"broken{suffix} ") and sentence.endswith(".") for sentence in sentences)


@contextmanager
def collecting(sentences):
    """Collect what is said about a file that cannot be read; others may as well be readable."""
    try:
        yield
    except SourceError as error:
        sentences.append(str(error))


def test_a_header_that_claims_gigabytes_is_refused(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_claiming(60_000, 60_000))

    with pytest.raises(
        SourceError, match=r"^bomb\.png is too large: its header says 3600 megapixels, and at most 150 can be opened"
    ):
        open_image(path)


def test_a_hundred_megapixels_open(tmp_path):
    path = tmp_path / "large.png"
    Image.new("1", (10_000, 10_000), 1).save(path)

    image = open_image(path)

    assert image.shape == (1, 10_000, 10_000)
    assert image[0, -1, -1] == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")

    with pytest.raises(SourceError, match=r"pipe\.png is no ordinary file but a pipe"):
        open_image(tmp_path / "pipe.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp"])
def test_a_picture_can_be_read_again_as_long_as_its_file_is_there(tmp_path, suffix):
    path = tmp_path / f"again.{suffix}"
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)).save(path)
    reader = open_reader(Source("image", str(path)))
    first = reader.read()

    reader.seek(0)
    np.testing.assert_array_equal(reader.read().image, first.image)
    path.unlink()
    reader.seek(0)
    with pytest.raises(SourceError, match=rf"again\.{suffix} is not there"):
        reader.read()
    reader.close()
