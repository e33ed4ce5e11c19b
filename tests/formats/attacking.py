"""What all readers of networks must bear: files cut anywhere, bytes changed, and claims without bytes behind them."""

import contextlib
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st

from convexplorer.formats.errors import NetworkFileError

Reader = Callable[[Path], object]
# Memory that a refusal may take: a sentence and the parts of a small file.
LITTLE = 8_000_000


def refusal(read: Reader, path: Path, content: bytes) -> str:
    """Return the sentence that refuses a file; it names the file, and little memory was taken for it."""
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(NetworkFileError) as caught:
            read(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    sentence = str(caught.value)
    assert peak < LITTLE, f"{peak} bytes were taken before the refusal: {sentence}"
    assert path.name in sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()
    return sentence


def bear(read: Reader, path: Path, content: bytes) -> bool:
    """Read a spoilt file; return True if it was refused by a sentence. Any other error fails the test."""
    path.write_bytes(content)
    with contextlib.suppress(NetworkFileError):
        read(path)
        return False
    return True


def cuts(content: bytes, count: int = 120) -> Iterator[bytes]:
    """Yield beginnings of a file: the shortest ones, and samples of all lengths."""
    lengths = {*range(min(32, len(content))), *range(0, len(content), max(1, len(content) // count))}
    for length in sorted(lengths):
        yield content[:length]


def mutations(content: bytes) -> st.SearchStrategy[bytes]:
    """Return files with some bytes changed, taken out or put in."""
    place = st.integers(0, len(content))
    change = st.tuples(place, st.integers(0, 4), st.binary(max_size=6))
    return st.lists(change, min_size=1, max_size=4).map(lambda changes: _changed(content, changes))


def _changed(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, taken, put in changes:
        content = content[:place] + put + content[place + taken :]
    return content
