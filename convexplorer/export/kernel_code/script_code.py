"""A Python script that does the whole thing: reads a picture, applies the layer, and writes maps."""

from convexplorer.export.kernel_code.leaving import Leaving, commented, title_of
from convexplorer.export.kernel_code.python_arrays import array_code, bias_code, kernel_array, names_code

_BODY = '''
def convolve(x, kernel, bias):
    """Return the map of a kernel, (channels or 1, rows, columns), on a picture (channels, rows, columns)."""
    sides = []
    for size, n, stride, dilation in zip(x.shape[1:], kernel.shape[1:], STRIDES, DILATION, strict=True):
        span = dilation * (n - 1) + 1
        total = max((-(-size // stride) - 1) * stride + span - size, 0) if PADDING == "same" else 0
        sides.append((total // 2, total - total // 2))
    x = np.pad(x, [(0, 0), *sides], mode=BORDER)
    rows, columns = (
        (size - d * (n - 1) - 1) // s + 1
        for size, n, s, d in zip(x.shape[1:], kernel.shape[1:], STRIDES, DILATION, strict=True)
    )
    y = np.full((rows, columns), float(bias))
    for r in range(kernel.shape[1]):
        for c in range(kernel.shape[2]):
            part = x[:, r * DILATION[0] :: STRIDES[0], c * DILATION[1] :: STRIDES[1]][:, :rows, :columns]
            y += (part * kernel[:, r, c, np.newaxis, np.newaxis]).sum(axis=0)
    return y


def main(source, target="."):
    """Write each map as exact numbers, NAME.npy, and as a picture with 0 as grey, NAME.png."""
    folder = pathlib.Path(target)
    pixels = np.asarray(Image.open(source).convert("RGB"), np.float64)
    x = pixels.transpose(2, 0, 1) / 255 * WHITE
    for i, name in enumerate(names):
        y = convolve(x, kernels[i], biases[i])
        stem = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name)
        np.save(folder / f"{i + 1}-{stem}.npy", y)
        largest = np.abs(y).max() or 1
        Image.fromarray((127.5 + 127.5 * y / largest).astype(np.uint8)).save(folder / f"{i + 1}-{stem}.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
'''
_MODES = {"zeros": "constant"}


def code(leaving: Leaving) -> str:
    """Return the script; it needs NumPy and Pillow."""
    array, _ = kernel_array(leaving)
    kernels = array.reshape(len(leaving.filters), -1, *array.shape[-2:])
    padding = leaving.padding if leaving.padding in ("same", "valid") else "same"
    said = (
        "Usage: python script.py picture [folder]",
        "Needs: numpy, pillow.",
        f"{'; '.join(map(title_of, leaving.filters))}.",
        "" if padding == leaving.padding else f"The layer's padding, {leaving.padding}, is “same” here.",
        "A kernel with one plane is applied to every channel, and the channels are added.",
        *leaving.extras,
    )
    biases = f"[{bias_code(leaving)}]" if leaving.is_one else bias_code(leaving)
    return (
        commented("#", said)
        + "import pathlib\nimport sys\n\nimport numpy as np\nfrom PIL import Image\n\n"
        + f"names = {names_code(leaving)}\nbiases = {biases}\n# (filters, channels, rows, columns)\n"
        + array_code("kernels", kernels)
        + f"STRIDES, DILATION = {tuple(leaving.strides)}, {tuple(leaving.dilation)}\n"
        + f'PADDING, BORDER = "{padding}", "{_MODES.get(leaving.border, leaving.border)}"\n'
        + f"WHITE = {leaving.white!r}\n\n"
        + _BODY
    )
