"""JavaScript: the object that `sharp(…).convolve(…)` takes."""

from convexplorer.export.kernel_code.leaving import CHANNELS_ADDED, Leaving, commented, finite_plane, rows_of, title_of
from convexplorer.kernels.numbers import number_text


def code(leaving: Leaving) -> str:
    """Return a call for each filter."""
    said = leaving.of_border("edge", "sharp's border is edge")
    parts = [commented("//", ("sharp cuts fractions of results off.", *said, CHANNELS_ADDED, *leaving.unusual))]
    for i, one in enumerate(leaving.filters):
        plane, notes = finite_plane(one, "sharp")
        rows, columns = plane.shape
        numbers = rows_of(plane, cell=", ", row=",\n    ")
        offset = number_text(one.bias * 255 / leaving.white)
        out = "out.png" if leaving.is_one else f"out-{i + 1}.png"
        parts.append(
            commented("//", (f"{title_of(one)}.", *notes))
            + f"await sharp('in.png').convolve({{\n  width: {columns}, height: {rows}, scale: 1, offset: {offset},\n"
            + f"  kernel: [\n    {numbers},\n  ],\n}}).toFile('{out}');\n"
        )
    return "\n".join(parts)
