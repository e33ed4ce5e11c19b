"""How much of its input a layer reads, in words."""

import numpy as np

from convexplorer.core.explain.sampling import Sampling


def sampling_text(found: Sampling) -> str:
    """Say how much of the input is read, how often, and what never is."""
    read = [reads > 0 for reads in found.reads]
    share = float(np.prod([one.mean() for one in read]))
    most = int(np.prod([reads.max(initial=0) for reads in found.reads]))
    times = "once" if most == 1 else f"up to {most} times"
    text = f"Every place is read, {times}" if share == 1 else f"{share:.0%} of the places are read, {times}"
    rim = [
        f"{count} {name if count == 1 else f'{name}s'} {side}"
        for (before, after), name, sides in zip(
            found.unused, ("row", "column"), (("above", "below"), ("left", "right")), strict=True
        )
        for count, side in zip((before, after), sides, strict=True)
        if count
    ]
    if not rim:
        return f"{text}."
    first, *others = rim
    listed = first if not others else f"{', '.join([first, *others[:-1]])} and {others[-1]}"
    is_one = sum(map(sum, found.unused)) == 1
    return f"{text}; {listed} {'is' if is_one else 'are'} never read (hatched)."
