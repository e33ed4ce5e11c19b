"""Keras: a Conv2D layer with its weights set."""

from convexplorer.export.kernel_code.leaving import Leaving, commented, title_of
from convexplorer.export.kernel_code.python_arrays import array_code, kernel_array, python_number


def code(leaving: Leaving) -> str:
    """Return a layer on pictures (rows, columns, channels); weights are (rows, columns, channels, filters)."""
    array, _ = kernel_array(leaving)
    weight = array.reshape(len(leaving.filters), -1, *array.shape[-2:]).transpose(2, 3, 1, 0)
    rows, columns, channels, filters = weight.shape
    padding = leaving.padding if leaving.padding in ("same", "valid") else "same"
    said = [f"{'; '.join(map(title_of, leaving.filters))}; axes (rows, columns, channels, filters)."]
    if channels == 1:
        said.append("One plane for all channels: repeat it for each, or give each channel by itself.")
    if leaving.border != "zeros" and padding == "same":
        said.append(f"Keras has zeros outside the picture; the layer's border is {leaving.border}.")
    if padding != leaving.padding:
        said.append(f"The layer's padding, {leaving.padding}, is “same” here.")
    biases = ", ".join(python_number(one.bias) for one in leaving.filters)
    return (
        "import keras\nimport numpy as np\n\n"
        + commented("#", (*said, *leaving.extras))
        + array_code("weights", weight, dtype="np.float32")
        + f"layer = keras.layers.Conv2D({filters}, ({rows}, {columns}), strides={tuple(leaving.strides)}, "
        + f'padding="{padding}", dilation_rate={tuple(leaving.dilation)})\n'
        + f"layer.build((None, None, None, {channels}))\n"
        + f"layer.set_weights([weights, np.array([{biases}])])\n"
    )
