"""The pictures that come with the program: all there, all free, all small."""

import numpy as np
import pytest

from convexplorer import assets
from convexplorer.sources import SourceError, open_reader, parse
from convexplorer.sources.image import open_pages
from convexplorer.sources.samples import SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_opens(name):
    reader = open_reader(parse(f"sample:{name}"))
    frame = reader.read()
    reader.close()

    assert frame.title == SAMPLES[name].title
    assert frame.channels in (("Y",), ("R", "G", "B"))
    assert frame.image.max() > 0.5


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_read_as_any_other_file_would_be(name):
    frame = open_reader(parse(f"sample:{name}")).read()
    page = open_pages(assets.path("images", SAMPLES[name].file)).page(0)

    np.testing.assert_array_equal(frame.image, page.image)
    assert (frame.channels, frame.samples, frame.note) == (page.channels, page.samples, page.note)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_has_author_and_licence_in_the_file_beside_it(name):
    sample = SAMPLES[name]
    licences = assets.path("images", "LICENSES.md").read_text(encoding="utf-8")

    line = next(line for line in licences.splitlines() if line.startswith(f"| `{sample.file}`"))

    assert sample.licence.split()[0].lower() in line.lower()
    assert sample.author.split(",")[0].split(" (")[0].removesuffix(" and others") in line


def test_no_picture_lies_there_without_a_licence():
    files = {path.name for path in assets.path("images").iterdir() if path.suffix in (".png", ".jpg", ".webp")}

    assert files == {sample.file for sample in SAMPLES.values()}


def test_together_they_stay_small():
    assert sum(assets.path("images", sample.file).stat().st_size for sample in SAMPLES.values()) < 3_000_000


def test_an_unknown_sample_names_those_there_are():
    with pytest.raises(SourceError, match="no sample picture “dog”; there are astronaut, cat"):
        parse("sample:dog")
