"""What Keras has no layer for, as text for the code that needs it."""

BORDER = '''class Border(layers.Layer):
    """Padding with the picture's own cells; `mode` is a word of numpy.pad, the amounts are (before, after) per axis."""

    def __init__(self, amounts, mode, **options):
        super().__init__(**options)
        self.amounts, self.mode = amounts, mode

    def call(self, x):
        for axis, pair in enumerate(self.amounts, start=1):
            x = ops.take(x, np.pad(np.arange(x.shape[axis]), pair, mode=self.mode), axis=axis)
        return x
'''

PADDED_POOL = '''class PaddedPool(layers.Layer):
    """A pool whose windows reach beyond the picture by given amounts; what lies outside does not count."""

    def __init__(self, kind, size, strides, amounts, **options):
        super().__init__(**options)
        self.kind, self.size, self.strides = kind, size, strides
        self.amounts = [(0, 0), *amounts, (0, 0)]

    def call(self, x):
        if self.kind == "max":
            x = ops.pad(x, self.amounts, constant_values=float("-inf"))
            return ops.max_pool(x, self.size, self.strides)
        share = ops.average_pool(ops.pad(ops.ones_like(x), self.amounts), self.size, self.strides)
        return ops.average_pool(ops.pad(x, self.amounts), self.size, self.strides) / share
'''

LOCAL_RESPONSE = '''class LocalResponseNorm(layers.Layer):
    """Each value divided by how strong its neighbours among the channels are, as in AlexNet."""

    def __init__(self, radius, bias, alpha, beta, **options):
        super().__init__(**options)
        self.radius, self.bias, self.alpha, self.beta = radius, bias, alpha, beta

    def call(self, x):
        radius = min(self.radius, x.shape[-1])
        squares = ops.pad(ops.square(x), [(0, 0)] * (len(x.shape) - 1) + [(radius, radius)])
        total = sum(squares[..., i : i + x.shape[-1]] for i in range(2 * radius + 1))
        return x / (self.bias + self.alpha * total) ** self.beta
'''

COMBINE_MAPS = '''class CombineMaps(layers.Layer):
    """Two maps become one: `operation` of the maps `firsts` and `seconds`."""

    def __init__(self, operation, firsts, seconds, **options):
        super().__init__(**options)
        self.operation, self.firsts, self.seconds = operation, firsts, seconds

    def call(self, x):
        return self.operation(ops.take(x, self.firsts, axis=-1), ops.take(x, self.seconds, axis=-1))
'''

SELECT_MAPS = '''class SelectMaps(layers.Layer):
    """Some of the maps, in any order."""

    def __init__(self, indices, **options):
        super().__init__(**options)
        self.indices = indices

    def call(self, x):
        return ops.take(x, self.indices, axis=-1)
'''

SCALE_SHIFT = '''class ScaleShift(layers.Layer):
    """Each channel times a number of its own, plus another one."""

    def build(self, shape):
        self.scale = self.add_weight(shape=shape[-1:], initializer="ones", name="scale")
        self.shift = self.add_weight(shape=shape[-1:], initializer="zeros", name="shift")

    def call(self, x):
        return x * self.scale + self.shift
'''

CONSTANT_PADDING = '''class ConstantPadding(layers.Layer):
    """Cells of one number around the picture."""

    def __init__(self, amounts, value, **options):
        super().__init__(**options)
        self.amounts, self.value = [(0, 0), *amounts, (0, 0)], value

    def call(self, x):
        return ops.pad(x, self.amounts, constant_values=self.value)
'''

SPARSEMAX = '''def sparsemax(x):
    """Return the nearest shares of 1 to the channels; keras.activations.sparsemax of Keras 3.15 does not sum to 1."""
    descending = ops.flip(ops.sort(x, axis=-1), axis=-1)
    counts = ops.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    is_kept = ops.cast(1 + counts * descending > ops.cumsum(descending, axis=-1), x.dtype)
    excess = (ops.sum(is_kept * descending, axis=-1, keepdims=True) - 1) / ops.sum(is_kept, axis=-1, keepdims=True)
    return ops.relu(x - excess)
'''

DEFINITIONS: dict[str, str] = {
    "Border": BORDER,
    "PaddedPool": PADDED_POOL,
    "LocalResponseNorm": LOCAL_RESPONSE,
    "CombineMaps": COMBINE_MAPS,
    "SelectMaps": SELECT_MAPS,
    "ScaleShift": SCALE_SHIFT,
    "ConstantPadding": CONSTANT_PADDING,
    "sparsemax": SPARSEMAX,
}
