"""Films spoilt in many ways: do jumps and counts agree with reading in order, and is every loss said?

    python -m tests.benchmarks.damaged_films [--seeds 6] [--kinds mkv,ts]

Of each kind of film, and each kind of damage (bytes overwritten by zeros or noise, bytes removed), `seeds` films with a
spot of their own are read in order, surveyed and jumped in. It ends with a table: films, frames lost without a
sentence, counts and jumps that differ, jumps that show another picture of the right number and time, and films of which
PyAV decodes another number of frames.
"""

import argparse
import tempfile
import time
from pathlib import Path

import av

from tests.sources.damage import DAMAGES, KINDS, judge, spoil, write_kind

MOST_ERRORS = 1000
TITLES = ("films", "unread", "lossy", "unsaid", "counts", "jumps", "pictures", "by PyAV")


def main() -> None:
    """Run the trial and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--kinds", default=",".join(KINDS))
    options = parser.parse_args()
    rows = {}
    for name in options.kinds.split(","):
        began = time.perf_counter()
        row = rows[name] = dict.fromkeys(TITLES, 0)
        with tempfile.TemporaryDirectory() as folder:
            whole = write_kind(Path(folder), name)
            for how in DAMAGES:
                for seed in range(options.first, options.first + options.seeds):
                    _try(spoil(whole, how, seed), row)
        row["seconds"] = round(time.perf_counter() - began)
    print(f"{'kind':12}" + "".join(f"{title:>9}" for title in next(iter(rows.values()))))
    for name, row in rows.items():
        print(f"{name:12}" + "".join(f"{number:9}" for number in row.values()))


def _try(path: Path, row: dict[str, int]) -> None:
    row["films"] += 1
    try:
        verdict = judge(path)
    except ValueError as error:
        row["unread"] += 1
        print(f"{path.name}: {error}")
        return
    row["lossy"] += verdict.lost > 0
    row["unsaid"] += verdict.lost > 0 and not verdict.said
    row["counts"] += verdict.count is not None
    row["jumps"] += len(verdict.jumps)
    row["pictures"] += verdict.pictures
    row["by PyAV"] += verdict.shown != _decoded(path)
    if verdict.count is not None or verdict.jumps or (verdict.lost > 0 and not verdict.said):
        print(f"{path.name}: {verdict.shown} shown, surveyed {verdict.count or 'so'}, said {verdict.said!r}")
        print("".join(f"    {line}\n" for line in verdict.jumps), end="")


def _decoded(path: Path) -> int:
    """Return the number of frames that PyAV decodes, also behind packets that it cannot."""
    count = 0
    with av.open(str(path)) as container:
        packets = container.demux(video=0)
        for _ in range(MOST_ERRORS):
            try:
                for packet in packets:
                    count += len(packet.decode())
                break
            except av.FFmpegError:
                packets = container.demux(video=0)
    return count


if __name__ == "__main__":
    main()
