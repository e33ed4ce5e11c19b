"""The winners of races, kept in a file of the cache folder: one file for each machine and set of libraries.

The file may be deleted at any time; a damaged one, or one of another program version, holds nothing. It is read and
written by the engine thread, in a rest.
"""

import json
import logging
import math
import os
import platform
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from convexplorer import __version__, _onnxruntime
from convexplorer._cv import cv2
from convexplorer._threads import thread_count
from convexplorer.core.convolution.plans import ALGORITHMS
from convexplorer.core.convolution.records import MOST_RECORDS, Record
from convexplorer.model.storage.atomic import Replacement

FORMAT = 1
MOST_FILES = 4  # of the cache folder; the oldest are removed

_LARGEST_BYTES = 1 << 20
_LONGEST_LABEL = 200
_PREFIX = "races-"
# Of x86 and of ARM, in the words of Linux.
_PROCESSOR_FACTS = ("model name", "cpu family", "model", "stepping", "CPU implementer", "CPU part", "CPU revision")

logger = logging.getLogger(__name__)


@cache
def machine() -> str:
    """Return what the times of a race depend on: processor, threads, and the versions of program and libraries."""
    return "; ".join(
        (
            f"ConvExplorer {__version__}",
            f"{platform.system()} {platform.machine()}",
            _processor() or platform.processor(),
            f"{thread_count()} threads",
            cv2.getCPUFeaturesLine(),
            f"NumPy {np.__version__} {os.environ.get('OPENBLAS_CORETYPE', '')}".strip(),
            f"OpenCV {cv2.__version__}",
            f"ONNX Runtime {_onnxruntime.version()}".strip(),
        )
    )


def path_in(folder: Path) -> Path:
    """Return the path of this machine's file."""
    return folder / f"{_PREFIX}{zlib.crc32(machine().encode()):08x}.json"


def read(path: Path) -> dict[str, Record]:
    """Return the records of a file by the label of the work; none if it is missing, damaged or of another machine."""
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_LARGEST_BYTES))
        if content["format"] != FORMAT or content["machine"] != machine():
            return {}
        items = tuple(content["races"].items())[-MOST_RECORDS:]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    records = {label: _record(row) for label, row in items if len(label) <= _LONGEST_LABEL}
    return {label: record for label, record in records.items() if record is not None}


def write(path: Path, records: Mapping[str, Record]) -> bool:
    """Write records, those of a file that another window has written meanwhile included; return False if that fails."""
    merged = {**read(path), **records}
    races = {
        label: {
            "rule": record.rule,
            "races": record.races,
            "ms": {name: round(1e3 * seconds, 4) for name, seconds in record.seconds},
        }
        for label, record in tuple(merged.items())[-MOST_RECORDS:]
    }
    text = json.dumps({"format": FORMAT, "machine": machine(), "races": races}, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = Replacement(path)
        try:
            part.path.write_text(text, encoding="utf-8")
            part.finish()
        finally:
            part.discard()
        _remove_oldest(path)
    except OSError as error:
        logger.info("the winners of races are not kept: %s", error)
        return False
    return True


def _record(row: Any) -> Record | None:
    """Return the record of a row, None if it is no such row."""
    try:
        rule, times = row["rule"], {name: 1e-3 * float(ms) for name, ms in row["ms"].items()}
        races = int(row["races"])
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        return None
    are_times = all(name in ALGORITHMS and math.isfinite(s) and s > 0 for name, s in times.items())
    return Record.of(rule, times, races) if are_times and isinstance(rule, str) and rule in times else None


def _remove_oldest(path: Path) -> None:
    """Keep the newest files of the folder, `path` among them."""
    others = [file for file in path.parent.glob(f"{_PREFIX}*.json") if file != path]
    for file in sorted(others, key=lambda file: file.stat().st_mtime, reverse=True)[MOST_FILES - 1 :]:
        with suppress(OSError):
            file.unlink()


def _processor() -> str:
    """Return the processor's name as Linux tells it, "" elsewhere."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split("\n\n")[0].splitlines()
        facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return " ".join(facts[name] for name in _PROCESSOR_FACTS if name in facts)
    return ""
