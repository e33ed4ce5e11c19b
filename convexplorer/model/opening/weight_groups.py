"""The arrays of a file of weights by the layer that they belong to, turned to the core's order of axes."""

from collections.abc import Mapping

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.tensor_file import TensorFile, Writer
from convexplorer.model.opening.weight_axes import filters_first

_KERNELS = ("kernel", "weight", "w")
_BIASES = ("bias", "b")
# Names of PyTorch for what Keras names otherwise in a normalization.
_ALIASES = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
_ROLES = {*_KERNELS, *_BIASES, *_ALIASES, *_ALIASES.values(), "alpha", "depthwise_kernel", "pointwise_kernel"}
# Counted, never learned.
_IGNORED = ("num_batches_tracked", "count", "seed_generator_state")


@dataclass(frozen=True, eq=False)
class Group:
    """The arrays of one layer of the network that was saved.

    Attributes
    ----------
    name : of the layer in the file; "" if its arrays have short names only.
    arrays : by the last part of their names, with the axes of the file.
    paths : the whole name of each array.
    """

    name: str
    arrays: Mapping[str, np.ndarray]
    paths: Mapping[str, str]

    def of_filters(
        self, writer: Writer, kind: str, *, channels: int | None, groups: int = 1
    ) -> dict[str, np.ndarray] | None:
        """Return the kernel (filters, channels in, *size) and the bias of a convolution; None if this is none.

        Parameters
        ----------
        kind, channels, groups : as in `weight_axes.filters_first`.
        """
        kernel = self._first(*_KERNELS, "depthwise_kernel", "0", "")
        if kernel is None or kernel.ndim < 3 or "pointwise_kernel" in self.arrays:
            return None
        turned = filters_first(kernel, writer, kind, channels=channels, groups=groups)
        return None if turned is None else {"kernel": turned} | self._bias()

    def of_dense(self, writer: Writer) -> dict[str, np.ndarray] | None:
        """Return the kernel (units, inputs) and the bias of a dense layer; None if this is none."""
        kernel = self._first(*_KERNELS, "0", "")
        if kernel is None or kernel.ndim != 2:
            return None
        return {"kernel": kernel.T if writer == "keras" else kernel} | self._bias()

    def of_names(self, names: tuple[str, ...]) -> dict[str, np.ndarray] | None:
        """Return the arrays of a layer whose weights have these names in Keras; None if it has others too."""
        if any(role.isdigit() for role in self.arrays) and len(self.arrays) != len(names):
            return None  # which one is missing, numbers do not tell
        found = {}
        for role, array in self.arrays.items():
            name = names[int(role)] if role.isdigit() and int(role) < len(names) else _ALIASES.get(role, role)
            if names == ("slope",) and role in ("weight", "alpha", "0"):  # of PReLU
                name, array = "slope", array.ravel()
            if name not in names:
                return None
            found[name] = array
        return found

    def _bias(self) -> dict[str, np.ndarray]:
        bias = self._first(*_BIASES, "1")
        return {} if bias is None else {"bias": bias}

    def _first(self, *roles: str) -> np.ndarray | None:
        return next((self.arrays[role] for role in roles if role in self.arrays), None)


def groups_of(file: TensorFile) -> tuple[Group, ...]:
    """Return the arrays by their layers, in the order of the file."""
    found: dict[str, dict[str, str]] = {}
    for path in file.tensors:
        owner, role = _split(path)
        if role not in _IGNORED:
            found.setdefault(owner, {})[role] = path
    return tuple(
        Group(owner, {role: file.tensors[path] for role, path in paths.items()}, paths)
        for owner, paths in found.items()
    )


def _split(path: str) -> tuple[str, str]:
    """Return the layer's name and the array's role in a name: "conv1.weight", "conv/conv/kernel:0", "conv1_w"."""
    name = path.partition(":")[0].replace("/vars/", "/")
    for separator in ("/", ".", "_"):
        owner, found, role = name.rpartition(separator)
        if found and (role.lower() in _ROLES or role in _IGNORED or (role.isdigit() and separator == "/")):
            return _once(owner), role.lower()
    return ("", name.lower()) if name.lower() in _ROLES else (name, "")


def _once(owner: str) -> str:
    """Return the name of a layer that an older file of Keras repeats: "conv/conv" is "conv"."""
    first, _, rest = owner.partition("/")
    return first if rest == first else owner
