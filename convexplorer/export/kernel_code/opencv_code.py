"""OpenCV: `cv2.filter2D` with the border and the bias of the layer."""

from convexplorer.export.kernel_code.leaving import Leaving, commented, title_of
from convexplorer.export.kernel_code.python_arrays import array_code, python_number
from convexplorer.export.kernel_code.scipy_code import odd_planes

_BORDERS = {
    "zeros": "cv2.BORDER_CONSTANT",
    "edge": "cv2.BORDER_REPLICATE",
    "reflect": "cv2.BORDER_REFLECT_101",
    "symmetric": "cv2.BORDER_REFLECT",
    "wrap": "cv2.BORDER_WRAP",
}


def code(leaving: Leaving) -> str:
    """Return a call for each filter, on `x`: (rows, columns) or (rows, columns, channels)."""
    parts = ["import cv2\nimport numpy as np\n"]
    parts.append("# x: a picture, (rows, columns), or (rows, columns, channels) with as many channels as planes.")
    parts.append("x = x.astype(np.float32)\n" + commented("#", leaving.unusual))
    for i, one in enumerate(leaving.filters):
        end = "" if leaving.is_one else f"_{i + 1}"
        planes, notes = odd_planes(one)
        rows, columns = planes.shape[1:]
        is_shared = len(planes) == 1
        head = commented("#", (f"{title_of(one)}.", *notes))
        array = array_code(f"kernel{end}", planes[0] if is_shared else planes)
        source, border = "x", f"borderType={_BORDERS[leaving.border]}"
        pad = ""
        if leaving.border == "wrap":  # which filter2D has not
            sides = f"{rows // 2}, {rows // 2}, {columns // 2}, {columns // 2}"
            pad = f"wide = cv2.copyMakeBorder(x, {sides}, cv2.BORDER_WRAP)\n"
            source, border = "wide", "borderType=cv2.BORDER_CONSTANT"
        cut = f"[{rows // 2} : {rows // 2} + x.shape[0], {columns // 2} : {columns // 2} + x.shape[1]]" if pad else ""
        delta = f"delta={python_number(one.bias)}, " if one.bias and is_shared else ""
        if is_shared:
            call = f"y{end} = cv2.filter2D({source}, -1, kernel{end}, {delta}{border}){cut}\n"
        else:
            each = f"cv2.filter2D({source}[:, :, i], -1, kernel{end}[i], {border}){cut}"
            call = f"y{end} = sum({each} for i in range({len(planes)})) + {python_number(one.bias)}\n"
        parts.append(f"{head}{array}{pad}{call}")
    return "\n".join(parts)
