"""The table of sources: every row opens something, and starting the program pays for none of them."""

import subprocess
import sys
from importlib import import_module

import pytest

from convexplorer.sources import SOURCES, Source, SourceError, open_reader


@pytest.mark.parametrize("kind", SOURCES)
def test_every_row_names_something_that_can_be_called(kind):
    module, name = SOURCES[kind].split(":")

    assert callable(getattr(import_module(module), name))


def test_an_unknown_kind_becomes_a_sentence():
    with pytest.raises(SourceError, match="no kind of source called “smell”; there are image, folder"):
        open_reader(Source("smell", "rose"))


def test_importing_the_room_loads_no_reader_that_is_not_used():
    code = (
        "import sys, convexplorer.sources; print(*(name for name in sys.modules if 'PIL' in name or 'sources' in name))"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not [name for name in loaded if name.startswith("PIL")]
    assert "convexplorer.sources.video" not in loaded
    assert "convexplorer.sources.cameras" not in loaded
