"""A sentence on the share of its input that a layer reads."""

import numpy as np

from convexplorer.core.explain.sampling import Sampling
from convexplorer.core.geometry.axes import AXES

# Where cells lie that are never read; at other ends of an axis they lie "at the start".
_SIDES = {"top": "above", "bottom": "below", "left": "left", "right": "right"}


def sampling_text(found: Sampling) -> str:
    """Return a sentence on the share of the input that is read, the reads per cell, and the cells never read."""
    read = [reads > 0 for reads in found.reads]
    share = float(np.prod([one.mean() for one in read]))
    most = int(np.prod([reads.max(initial=0) for reads in found.reads]))
    times = "once" if most == 1 else f"up to {most} times"
    text = f"Every place is read, {times}" if share == 1 else f"{share:.0%} of the places are read, {times}"
    rim = [
        f"{axis.count(count)} {_SIDES.get(side, f'at the {side}')}"
        for unused, axis in zip(found.unused, AXES[len(found.unused)], strict=True)
        for count, side in zip(unused, (axis.before, axis.after), strict=True)
        if count
    ]
    if not rim:
        return f"{text}."
    first, *others = rim
    listed = first if not others else f"{', '.join([first, *others[:-1]])} and {others[-1]}"
    is_one = sum(map(sum, found.unused)) == 1
    return f"{text}; {listed} {'is' if is_one else 'are'} never read (hatched)."
