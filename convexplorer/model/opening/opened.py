"""What was found in the file of a trained network."""

from convexplorer._dataclass import dataclass
from convexplorer.model.layer import Layer
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.words import plain


@dataclass(frozen=True, eq=False)
class OpenedNetwork:
    """A trained network as layers of a project.

    Attributes
    ----------
    title : the network's name in its file, or the file's.
    layers : with the weights of the file, each under its name in the file.
    preprocessing : what the file tells about its input; None if it tells nothing.
    class_names : of the values of the last layer; () if the file names none.
    notes : sentences about what is not as in the file: "Dropout has been left out: it does nothing after training".
    """

    title: str
    layers: tuple[Layer, ...]
    preprocessing: Preprocessing | None = None
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def without_layers(name: str) -> str:
    """Return the sentence about a file that holds weights alone, which is no network, and what can be done with it."""
    return (
        f"{plain(name)} holds weights without the layers they belong to: open it in the window on a project whose "
        "layers they fit, or export the whole network as ONNX or from Keras."
    )
