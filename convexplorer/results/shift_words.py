"""What a shift of the picture does to a map, in words: how much moves with it, and what breaks it where."""

from collections.abc import Sequence

import numpy as np

from convexplorer.results.shifting import ShiftOutcome
from convexplorer.results.trace_lines import many
from convexplorer.words import number, percent

NOT_SHIFTED = "Drag the picture, or type rows and columns: the maps should move with it."


def shift_sentences(outcome: ShiftOutcome, titles: Sequence[str]) -> tuple[str, ...]:
    """Return what is seen, the most important first.

    Parameters
    ----------
    titles : of the project's layers.
    """
    subject = outcome.subject
    if not any(subject.shift.amounts):
        return (NOT_SHIFTED,)
    if not subject.moves:
        return (_without_places(outcome, titles),)
    if not outcome.compared:
        return (f"{_moves(outcome)}; nothing of it is left to compare.",)
    return (f"{_moves(outcome)}: {_equal(outcome)}", *_reasons(outcome, titles))


def _moves(outcome: ShiftOutcome) -> str:
    by = ", ".join(number(move, 4) for move in outcome.subject.moves)
    return f"The map should move by ({by}) cells"


def _equal(outcome: ShiftOutcome) -> str:
    compared, equal = outcome.compared, outcome.equal
    if equal == compared:
        return f"all {many(compared)} are equal."
    beside = "beside the nearest whole cells " if outcome.subject.breaker is not None else ""
    share = f"{share_text(equal, compared)} of {many(compared)}"
    return f"{beside}{share} are equal, the others differ by up to {number(outcome.largest(), 3)}."


def _reasons(outcome: ShiftOutcome, titles: Sequence[str]) -> tuple[str, ...]:
    """Return why some cells are not equal; () if all are."""
    subject = outcome.subject
    if outcome.equal == outcome.compared:
        return ()
    if subject.breaker is not None:
        return (_between_windows(outcome, titles),)
    if subject.reader_of_all is not None and not outcome.is_inner.any():
        name = titles[subject.reader_of_all]
        return (f"{name} reads all of its input for every value: what left or came in changes all cells.",)
    if not outcome.is_inner.any():
        return ("Every cell reads padding or what came in: the receptive field is as large as the picture.",)
    inner = int((outcome.is_compared & outcome.is_inner & ~outcome.is_equal).sum())
    if inner:
        return (f"{many(inner)} of these lie away from any border.",)
    where = f"at most {outcome.reach} cells from the border" if outcome.reach > 1 else "at the border"
    return (f"These read padding or what came in, {where}.",)


def _between_windows(outcome: ShiftOutcome, titles: Sequence[str]) -> str:
    subject = outcome.subject
    assert subject.breaker is not None
    kept = subject.evaluation.graph.ancestors(subject.layer)
    jumps = subject.fields[kept.index(subject.breaker)].jump
    step = " × ".join(number(float(jump), 4) for jump in dict.fromkeys(jumps))
    return (
        f"{titles[subject.breaker]} takes steps of {step} cells of the picture, and the shift is no multiple of them: "
        "it falls between its windows."
    )


def _without_places(outcome: ShiftOutcome, titles: Sequence[str]) -> str:
    subject = outcome.subject
    now, before = float(outcome.moved.reshape(-1)[0]), float(np.reshape(subject.map, -1)[0])
    name = titles[subject.layer]
    if outcome.equal:
        return f"{name} has no places: the value stays {number(before)}, which is called invariant."
    change = number(abs(now - before), 3)
    return (
        f"{name} has no places, so nothing can move with the picture: the value was {number(before)} and is "
        f"{number(now)}, {change} away. Were it invariant, it would stay."
    )


def share_text(part: int, whole: int) -> str:
    """Return a share that is never rounded to all or nothing.

    Examples
    --------
    >>> share_text(999_999, 1_000_000), share_text(1, 4), share_text(0, 4)
    ('> 99.9 %', '25 %', '0 %')
    """
    share = part / whole
    if 0.999 < share < 1:
        return "> 99.9 %"
    return percent(share)
