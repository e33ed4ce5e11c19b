"""ImageJ: a macro with `Convolve...`, not normalised."""

import numpy as np

from convexplorer.export.kernel_code.leaving import (
    CHANNELS_ADDED,
    Leaving,
    bias_note,
    commented,
    finite_plane,
    rows_of,
    title_of,
)


def code(leaving: Leaving) -> str:
    """Return a line of a macro for each filter."""
    said = leaving.of_border("edge", "ImageJ's border is edge")
    parts = [commented("//", (*said, CHANNELS_ADDED, *leaving.unusual))]
    for one in leaving.filters:
        plane, notes = finite_plane(one, "ImageJ")
        text = rows_of(np.asarray(plane), row="\\n")
        head = commented("//", (f"{title_of(one)}.", *notes, *bias_note(one, "Convolve...")))
        parts.append(f'{head}run("Convolve...", "text1=[{text}\\n]");\n')
    return "\n".join(parts)
