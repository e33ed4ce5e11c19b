"""A bank that is learned from pictures as the first layer gets them: it forms round by round, stops, and goes on."""

from collections.abc import Callable, Iterator

import numpy as np

from convexplorer import _threads
from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.learning.methods import METHODS, learn, ranked
from convexplorer.kernels.learning.patches import Patches, PatchPool
from convexplorer.kernels.learning.round import Round
from convexplorer.kernels.picture_recipes import learned_recipe
from convexplorer.model.build import choose_input
from convexplorer.model.project import Project
from convexplorer.results.unit.walking import Progress, walk
from convexplorer.sources.frame import Frame, Source
from convexplorer.words import number, percent

CAPACITY = 12_000  # patches: 40 000 take twice as long, and hardly more filters are like edges and bars


@dataclass(frozen=True)
class LearnWish:
    """What is learned.

    Attributes
    ----------
    method : key of `kernels.learning.METHODS`.
    size, count : rows and columns of a filter, and how many.
    is_grey : one plane for all channels, learned of their mean, instead of one plane for each.
    """

    method: str = "whitened-kmeans"
    size: int = 9
    count: int = 32
    seed: int = 0
    is_grey: bool = True


@dataclass(frozen=True, eq=False)
class Learned:
    """What is there after a round, or while pictures are gathered.

    Attributes
    ----------
    planes : (count, P, rows, columns), the filters; none while pictures are gathered.
    is_over : True if further rounds would change nothing.
    sentence : how far it is.
    failures : (name, sentence) of each picture that could not be used.
    """

    wish: LearnWish
    sentence: str
    planes: np.ndarray | None = None
    round: Round | None = None
    patches: int = 0
    pictures: str = ""
    failures: tuple[tuple[str, str], ...] = ()

    @property
    def is_over(self) -> bool:
        """True if further rounds would change nothing."""
        return self.round is not None and self.round.is_settled

    def ranked(self) -> "Learned":
        """Return the same with the filters in the order of the bank: those that stand for most of the patches first."""
        if self.round is None or self.planes is None:
            return self
        order, old = ranked(self.round), self.round
        new = Round(old.number, old.vectors[order], old.shares[order], old.energy, old.is_settled)
        return Learned(self.wish, self.sentence, self.planes[order], new, self.patches, self.pictures, self.failures)

    def bank(self) -> tuple[Filter, ...]:
        """Return the filters, with how each was made; () while there are none."""
        best = self.ranked()
        if best.planes is None or best.round is None:
            return ()
        wish, label = self.wish, METHODS[self.wish.method].label
        return tuple(
            Filter(
                f"{label} {i}",
                planes,
                recipe=learned_recipe(
                    wish.method,
                    i,
                    len(best.planes),
                    size=wish.size,
                    seed=wish.seed,
                    is_grey=wish.is_grey,
                    pictures=self.pictures,
                    patches=self.patches,
                    rounds=best.round.number,
                ),
            )
            for i, planes in enumerate(best.planes, 1)
        )


class Learning:
    """Pictures first, then rounds; for one thread at a time.

    Parameters
    ----------
    project : says which channels of a frame the first layer gets.
    """

    def __init__(self, wish: LearnWish, project: Project) -> None:
        if wish.method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)}; got {wish.method!r}")
        self.wish = wish
        self._project = project
        self._pool = PatchPool(wish.size, CAPACITY, wish.seed)
        self._titles: list[str] = []
        self._failures: tuple[tuple[str, str], ...] = ()
        self._patches: Patches | None = None
        self._rounds: Iterator[Round] | None = None
        self._first = float("nan")  # energy
        self.label = ""  # of all pictures together; by default their names

    @property
    def pictures(self) -> str:
        """What is learned from, for the user."""
        if self.label:
            return self.label
        return self._titles[0] if len(self._titles) == 1 else f"{len(self._titles)} pictures"

    def add(self, frame: Frame, title: str) -> Learned:
        """Take patches of one more picture; ValueError, a sentence, if it cannot be used."""
        if len(frame.spatial) != 2:
            raise ValueError("Filters are learned from pictures of rows and columns.")
        project = self._project
        image, _ = choose_input(frame, project.channels, project.numbers, project.preprocessing, is_kept=False)
        self._pool.add(image.mean(axis=0, keepdims=True) if self.wish.is_grey else image)
        self._titles.append(title or "the picture")
        count = self._pool.pictures
        return Learned(self.wish, f"Taking patches: {count} picture{'' if count == 1 else 's'}")

    def add_all(self, source: Source, tell: Callable[[Learned], object]) -> None:
        """Take patches of all frames of a source; `tell` how far it is."""

        def use(frame: Frame, title: str) -> None:
            self.add(frame, title)

        def told(progress: Progress) -> None:
            self._failures = progress.failures
            total = "" if progress.total is None else f" of {'≈ ' if progress.is_estimated else ''}{progress.total}"
            tell(Learned(self.wish, f"Taking patches: picture {progress.done}{total}", failures=progress.failures))

        walk(source, use, told)

    def learn(self, rounds: int, tell: Callable[[Learned], object]) -> None:
        """Go on for so many rounds, and tell the bank after each; a stop between two rounds loses nothing.

        Raises
        ------
        ValueError : there are too few patches, or the method cannot give so many filters; a sentence.
        """
        if self._rounds is None:
            self._patches = self._pool.patches()
            self._rounds = learn(self._patches, self.wish.method, self.wish.count, self.wish.seed)
        for _ in range(rounds):
            _threads.check()
            found = next(self._rounds, None)
            if found is None:
                return
            tell(self._learned(found))

    def _learned(self, found: Round) -> Learned:
        assert self._patches is not None
        if self._first != self._first:  # NaN until the first round
            self._first = found.energy
        count = len(self._patches.values)
        parts = [f"Round {found.number}" if found.number else "To begin with", f"{count} patches of {self.pictures}"]
        if found.number and found.energy < self._first:
            parts.append(
                f"unexplained {number(found.energy, 3)}, {percent(1 - found.energy / self._first, '.2g')} less"
            )
        parts += ["nothing changes any more"] if found.is_settled else []
        planes = self._patches.as_planes(found.vectors)
        return Learned(self.wish, " · ".join(parts), planes, found, count, self.pictures, self._failures)
