"""Pillow: `ImageFilter.Kernel`, which has 3×3 and 5×5, and counts rows from the bottom."""

import numpy as np

from convexplorer.export.kernel_code.leaving import CHANNELS_ADDED, Leaving, commented, finite_plane, title_of
from convexplorer.export.kernel_code.python_arrays import python_number


def code(leaving: Leaving) -> str:
    """Return a filter for each kernel; ValueError beyond 5×5."""
    parts = ["from PIL import Image, ImageFilter\n", 'image = Image.open("in.png").convert("RGB")']
    said = (
        "Pillow leaves the pixels at the rim as they are, and cuts results to 0…255.",
        CHANNELS_ADDED,
        *leaving.unusual,
    )
    parts.append(commented("#", said))
    for i, one in enumerate(leaving.filters):
        plane, notes = finite_plane(one, "Pillow")
        side = 3 if max(plane.shape) <= 3 else 5
        if max(plane.shape) > side:
            raise ValueError(f"Pillow has kernels of 3×3 and 5×5; “{one.name}” has {plane.shape[0]}×{plane.shape[1]}")
        wide = np.pad(plane, [((side - n) // 2,) * 2 for n in plane.shape])
        numbers = ",\n    ".join(", ".join(map(python_number, row)) for row in wide[::-1])
        end = "" if leaving.is_one else f"_{i + 1}"
        offset = one.bias * 255 / leaving.white
        parts.append(
            commented("#", (f"{title_of(one)}; rows from the bottom.", *notes))
            + f"kernel{end} = ImageFilter.Kernel(\n    ({side}, {side}), ({numbers}),\n"
            + f"    scale=1, offset={python_number(offset)},\n)\n"
            + f'image.filter(kernel{end}).save("out{end}.png")\n'
        )
    return "\n".join(parts)
