"""The forms in which a network leaves the program as a file, chosen by the suffix and, for code, by the framework."""

from collections.abc import Callable, Mapping
from pathlib import Path

from convexplorer._dataclass import dataclass
from convexplorer.export import network_weights, onnx_file
from convexplorer.export.files import ExportError, check_suffix, dialog_filters
from convexplorer.export.network.plan import Plan
from convexplorer.export.network_code import script
from convexplorer.export.network_code.keras_code import save_keras_code
from convexplorer.export.network_code.torch_code import save_torch_code

FRAMEWORKS = {"keras": "Keras", "torch": "PyTorch"}


class AmbiguousCodeError(ExportError):
    """A name fits the code of several frameworks."""


@dataclass(frozen=True, eq=False)
class NetworkForm:
    """A form of file.

    Attributes
    ----------
    formats : suffix → name of the format, as a dialog offers it.
    save : writes a plan to a path.
    framework : key of `FRAMEWORKS` whose form it is; "" for ONNX.
    """

    formats: Mapping[str, str]
    save: Callable[[Path, Plan], None]
    framework: str = ""


NETWORK_FORMS: dict[str, NetworkForm] = {
    "onnx": NetworkForm({".onnx": "ONNX"}, onnx_file.save_onnx),
    "keras": NetworkForm({".py": "Code of Keras 3"}, save_keras_code, "keras"),
    "torch": NetworkForm({".py": "Code of PyTorch"}, save_torch_code, "torch"),
    "torch-weights": NetworkForm(
        {suffix: f"Weights as PyTorch has them, {name}" for suffix, name in network_weights.FORMATS.items()},
        network_weights.save_torch_weights,
        "torch",
    ),
    "keras-weights": NetworkForm(
        {suffix: f"Weights as Keras has them, {name}" for suffix, name in network_weights.FORMATS.items()},
        network_weights.save_keras_weights,
        "keras",
    ),
}
SUFFIXES = tuple({suffix: None for form in NETWORK_FORMS.values() for suffix in form.formats})


def network_filters() -> str:
    """Return all forms as a file dialog offers them."""
    return ";;".join(dialog_filters(form.formats) for form in NETWORK_FORMS.values())


def form_for(path: Path, *, framework: str = "", offered: str = "") -> NetworkForm:
    """Return the form of a file.

    Parameters
    ----------
    framework : key of `FRAMEWORKS`; weights without one are as PyTorch has them.
    offered : the filter that was chosen in a dialog, which tells the framework where the suffix fits it.

    Raises
    ------
    ExportError : the suffix is none of `SUFFIXES`.
    AmbiguousCodeError : it is that of code, and no framework is said.
    """
    check_suffix(path, SUFFIXES)
    suffix = path.suffix.lower()
    fitting = [form for form in NETWORK_FORMS.values() if suffix in form.formats]
    named = [form for form in fitting if framework in ("", form.framework)]
    chosen = [form for form in named if offered and offered in dialog_filters(form.formats).split(";;")]
    found = chosen or named or fitting
    if suffix in script.FORMATS and len(found) > 1:
        raise AmbiguousCodeError(f"{path.name} can be code of {' or of '.join(FRAMEWORKS.values())}: say which.")
    return found[0]


def written_files(path: Path) -> tuple[Path, ...]:
    """Return the files that an export to a path writes: beside code, its weights."""
    return (path, script.weights_beside(path)) if path.suffix.lower() in script.FORMATS else (path,)
