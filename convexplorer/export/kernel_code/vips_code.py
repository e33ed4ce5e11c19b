"""libvips: a mask file, and the command that applies it."""

from convexplorer.export.kernel_code.leaving import CHANNELS_ADDED, Leaving, commented, finite_plane, rows_of, title_of
from convexplorer.kernels.numbers import number_text


def code(leaving: Leaving) -> str:
    """Return the mask: columns, rows, scale and offset, then the rows; of several filters one after the other."""
    said = ["vips conv in.tif out.v mask.mat --precision float", CHANNELS_ADDED]
    if leaving.border != "edge":
        said.append(f"Its border is edge; the layer's is {leaving.border}.")
    said.append("" if leaving.is_one else "Each mask is a file of its own.")
    parts = [commented("#", (*said, *leaving.unusual))]
    for one in leaving.filters:
        plane, notes = finite_plane(one, "libvips")
        offset = number_text(one.bias * 255 / leaving.white)
        head = commented("#", (f"{title_of(one)}.", *notes))
        parts.append(f"{head}{plane.shape[1]} {plane.shape[0]} 1 {offset}\n{rows_of(plane)}\n")
    return "\n".join(parts)
