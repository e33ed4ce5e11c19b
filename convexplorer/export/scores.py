"""Tables of scores: what a classifier says of each picture of a folder, best first or all of them."""

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import field, replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.export.batch import Outcome, Progress, Recipe, compute_maps, read_all, sentence_of, use_next, walk
from convexplorer.export.files import ExportError, replacing
from convexplorer.sources.frame import Frame, Reader, Source, SourceError

FORMATS = {".csv": "Table"}


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Scores of pictures, a row for each.

    Attributes
    ----------
    top : how many of the best scores a row has, each behind its name; None for all, in the order of the classes.
    """

    top: int | None = 5
    _rows: list[tuple[str, tuple[str, ...], np.ndarray]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, title: str, names: Sequence[str], values: np.ndarray) -> None:
        """Add the scores of a picture.

        Raises
        ------
        ExportError : the values are maps, or more or fewer than those of the pictures before.
        """
        if values.ndim != 1:
            raise ExportError(
                "The last layer gives maps, not a score for each class; name a layer that does with --layer."
            )
        if self._rows and len(self._rows[0][2]) != len(values):
            raise ExportError(f"It has {len(values)} scores, the pictures before it have {len(self._rows[0][2])}.")
        self._rows.append((title, tuple(names), values))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the table as CSV."""
        with replacing(path, FORMATS) as part:
            part.write_text(self.text(), encoding="utf-8", newline="")

    def text(self) -> str:
        """Return the table as CSV: the file, then names and scores, best first; or a column for each class."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        if self.top is None:
            writer.writerow(("file", *(self._rows[0][1] if self._rows else ())))
            for title, _, values in self._rows:
                writer.writerow((title, *map(_written, values)))
            return file.getvalue()
        count = min((self.top, *(len(values) for *_, values in self._rows)))
        writer.writerow(("file", *(f"{word} {i}" for i in range(1, count + 1) for word in ("class", "score"))))
        for title, names, values in self._rows:
            best = np.argsort(-np.where(np.isnan(values), -np.inf, values), kind="stable")[:count]
            writer.writerow((title, *(cell for i in best for cell in (names[i], _written(values[i])))))
        return file.getvalue()


def score_all(
    sources: Sequence[Source], table: ScoreTable, recipe: Recipe, outcome: Outcome, progress: Progress
) -> None:
    """Add the scores of every frame of every source; a failed one is recorded, and the next one follows."""
    read_all(sources, outcome, lambda reader: _score(reader, table, recipe, outcome, progress))


def _score(reader: Reader, table: ScoreTable, recipe: Recipe, outcome: Outcome, progress: Progress) -> None:
    info = reader.info
    if info.is_live:
        raise SourceError("It never ends; its scores are shown in the window.")

    def add(frame: Frame, title: str) -> None:
        outcome.note(frame, recipe)
        maps, names, *_ = compute_maps(frame, recipe)
        table.add(title, names, maps)

    if not info.names:
        is_one = info.frame_count == 1 and not info.is_estimated
        walk(reader, lambda frame: add(frame, info.title if is_one else f"{info.title}#{frame.index}"), progress)
        return
    for i, name in enumerate(info.names):
        progress(replace(info, title=name), i)
        try:
            reader.seek(i)
            use_next(reader, lambda frame, name=name: add(frame, name))  # type: ignore[misc]  # bound now
        except (ValueError, MemoryError) as error:
            outcome.failures.append((name, sentence_of(error)))
    progress(info, len(info.names))


def _written(value: float) -> str:
    return f"{value:.6g}"
