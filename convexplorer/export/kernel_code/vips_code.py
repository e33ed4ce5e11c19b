"""libvips: a mask, which has no comments, and the command that applies it."""

from convexplorer.export.kernel_code.leaving import CHANNELS_ADDED, Leaving, commented, finite_plane, rows_of, title_of
from convexplorer.kernels.numbers import number_text


def code(leaving: Leaving) -> str:
    """Return commands that write a mask and apply it: columns, rows, scale and offset, then the rows."""
    said = [CHANNELS_ADDED]
    said += leaving.of_border("edge", "Its border is edge")
    parts = [commented("#", (*said, *leaving.unusual))]
    for i, one in enumerate(leaving.filters):
        plane, notes = finite_plane(one, "libvips")
        end = "" if leaving.is_one else f"-{i + 1}"
        offset = number_text(one.bias * 255 / leaving.white)
        head = commented("#", (f"{title_of(one)}.", *notes))
        mask = f"{plane.shape[1]} {plane.shape[0]} 1 {offset}\n{rows_of(plane)}\n"
        apply = f"vips conv in.png out{end}.tif kernel{end}.mask --precision float\n"
        parts.append(f"{head}cat > kernel{end}.mask << 'END'\n{mask}END\n{apply}")
    return "\n".join(parts)
