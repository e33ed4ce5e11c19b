"""What PyTorch has no module for, as text for the code that needs it."""

BORDER = '''class Border(nn.Module):
    """Padding with the picture's own cells; `mode` is a word of numpy.pad, the amounts are (before, after) per axis."""

    def __init__(self, amounts, mode):
        super().__init__()
        self.amounts, self.mode = amounts, mode

    def forward(self, x):
        for axis, pair in enumerate(self.amounts, start=2):
            cells = np.pad(np.arange(x.shape[axis]), pair, mode=self.mode)
            x = x.index_select(axis, torch.as_tensor(cells, device=x.device))
        return x
'''

FLATTEN_CHANNELS_LAST = '''class FlattenChannelsLast(nn.Module):
    """Cell by cell, all channels of a cell together, as Keras flattens."""

    def forward(self, x):
        return x.movedim(1, -1).flatten(1)
'''

MEAN_OF_INSIDE = '''class MeanOfInside(nn.Module):
    """Means of windows that reach beyond the picture by other amounts than PyTorch's pools can; zeros do not count."""

    def __init__(self, size, stride, pad):
        super().__init__()
        self.pool = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}[len(pad) // 2](size, stride)
        self.pad = pad  # the last axis first, as in F.pad

    def forward(self, x):
        share = self.pool(nn.functional.pad(torch.ones_like(x[:1, :1]), self.pad))
        return self.pool(nn.functional.pad(x, self.pad)) / share
'''

UNPOOL = '''class Unpool(nn.Module):
    """Values back where a max pooling took its largest from; where windows overlap, one of several is kept."""

    def __init__(self, size, stride, pad):
        super().__init__()
        rank = len(pad) // 2
        self.pool = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}[rank](size, stride, return_indices=True)
        self.unpool = {1: nn.MaxUnpool1d, 2: nn.MaxUnpool2d, 3: nn.MaxUnpool3d}[rank](size, stride)
        self.pad = pad

    def forward(self, values, pooled):
        padded = nn.functional.pad(pooled, self.pad, value=float("-inf"))
        _, places = self.pool(padded)
        y = self.unpool(values, places, output_size=padded.shape[2:])
        return nn.functional.pad(y, [-amount for amount in self.pad])
'''

RESCALING = '''class Rescaling(nn.Module):
    """Every value times one number, plus another."""

    def __init__(self, scale, offset):
        super().__init__()
        self.scale, self.offset = scale, offset

    def forward(self, x):
        return x * self.scale + self.offset
'''

COMBINE_MAPS = '''class CombineMaps(nn.Module):
    """Two maps become one: `operation` of the maps `firsts` and `seconds`."""

    def __init__(self, operation, firsts, seconds):
        super().__init__()
        self.operation, self.firsts, self.seconds = operation, firsts, seconds

    def forward(self, x):
        return self.operation(x[:, self.firsts], x[:, self.seconds])
'''

FUNCTION = '''class Function(nn.Module):
    """A function of each value as a module."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)
'''

SPARSE_PLUS = '''def sparse_plus(x):
    """Return 0, (x + 1)² / 4 from -1 to 1, and x beyond."""
    return torch.where(x >= 1, x, (x.clamp(-1, 1) + 1) ** 2 / 4)
'''

SPARSE_SIGMOID = '''def sparse_sigmoid(x):
    """Return (x + 1) / 2 within 0…1."""
    return ((x + 1) / 2).clamp(0, 1)
'''

SQUAREPLUS = '''def squareplus(x, b):
    """Return (x + √(x² + b)) / 2."""
    return (x + torch.sqrt(x**2 + b)) / 2
'''

SPARSEMAX = '''def sparsemax(x):
    """Return the nearest shares of 1 to the channels; many become exactly 0."""
    descending = x.sort(dim=1, descending=True).values
    sums = descending.cumsum(1)
    counts = torch.arange(1, x.shape[1] + 1, dtype=x.dtype, device=x.device).reshape(1, -1, *[1] * (x.ndim - 2))
    kept = (1 + counts * descending > sums).sum(1, keepdim=True).clamp(min=1)
    excess = (sums.gather(1, kept - 1) - 1) / kept
    return (x - excess).clamp(min=0)
'''

CHANNELS_LAYER_NORM = '''class ChannelsLayerNorm(nn.LayerNorm):
    """A layer normalization over the channels of each place."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
'''

SCALE_SHIFT = '''class ScaleShift(nn.Module):
    """Each channel times a number of its own, plus another one."""

    def __init__(self, channels):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        shape = (-1, *[1] * (x.ndim - 2))
        return x * self.weight.reshape(shape) + self.bias.reshape(shape)
'''

REARRANGE = '''class Rearrange(nn.Module):
    """The same numbers in other places: a shape, then an order of its axes, as often as needed, then the last shape."""

    def __init__(self, moves, shape):
        super().__init__()
        self.moves, self.shape = moves, shape

    def forward(self, x):
        for shape, axes in self.moves:
            x = x.reshape(len(x), *shape).permute(0, *(axis + 1 for axis in axes))
        return x.reshape(len(x), *self.shape)
'''

DEFINITIONS: dict[str, str] = {
    "Border": BORDER,
    "FlattenChannelsLast": FLATTEN_CHANNELS_LAST,
    "MeanOfInside": MEAN_OF_INSIDE,
    "Unpool": UNPOOL,
    "Rescaling": RESCALING,
    "CombineMaps": COMBINE_MAPS,
    "ChannelsLayerNorm": CHANNELS_LAYER_NORM,
    "ScaleShift": SCALE_SHIFT,
    "Rearrange": REARRANGE,
    "Function": FUNCTION,
    "sparse_plus": SPARSE_PLUS,
    "sparse_sigmoid": SPARSE_SIGMOID,
    "squareplus": SQUAREPLUS,
    "sparsemax": SPARSEMAX,
}
