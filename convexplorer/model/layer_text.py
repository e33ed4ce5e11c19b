"""A layer as one line of text: `max_pool:pool_size=3,strides=2`, as the command line and scripts write it."""

import json
import re
from typing import Any

from convexplorer.core.kinds import KINDS
from convexplorer.core.operators.activations import MENU_ACTIVATIONS
from convexplorer.model.default import new_layer
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project

_SIZES = re.compile(r"\d+(x\d+)+")
_SIDES = re.compile(r"\d+\+\d+(x\d+\+\d+)*")


def parse_layer(text: str, project: Project) -> Layer:
    """Return the layer that a line describes, to be added at the end of a project.

    A kind's name (or that of an activation), then its settings as `name=value`, separated by commas. Numbers per axis
    are written `2x3`, sides `1+1x2+2`, an activation by its name, yes and no as `true` and `false`. A convolution gets
    the first kernels.

    Raises
    ------
    ValueError
        With a sentence: an unknown kind, setting or value.

    Examples
    --------
    >>> from convexplorer.model.default import default_project
    >>> parse_layer("max_pool:pool_size=3x2", default_project())["pool_size"]
    (3, 2)
    """
    kind, _, rest = text.strip().partition(":")
    kind = kind.replace("-", "_")
    if kind not in KINDS and kind in MENU_ACTIVATIONS:
        kind, rest = "activation", f"activation={kind}"
    if kind not in KINDS:
        raise ValueError(f"there is no kind of layer {kind!r}; there are {', '.join(KINDS)}")
    settings: dict[str, Any] = {}
    for part in filter(None, (one.strip() for one in rest.split(","))):
        name, equals, value = part.partition("=")
        if not equals:
            raise ValueError(f"a setting is written name=value, as in pool_size=2; got {part!r}")
        settings[name.strip().replace("-", "_")] = _value(value.strip())
    return new_layer(kind, project, len(project.layers)).with_settings(**settings)


def layer_text(layer: Layer) -> str:
    """Return a layer as `parse_layer` reads it: its kind, and the settings that are not the default's.

    Examples
    --------
    >>> from convexplorer.model.layer import make_layer
    >>> layer_text(make_layer("max_pool", pool_size=(3, 2), padding=((1, 0), (0, 1))))
    'max_pool:pool_size=3x2,padding=1+0x0+1'
    """
    plain = layer.row.complete({}, layer.rank)
    changed = {name: value for name, value in layer.settings.items() if value != plain[name]}
    written = ",".join(f"{name}={_text(value)}" for name, value in changed.items())
    return f"{layer.kind}:{written}" if written else layer.kind


def _value(text: str) -> Any:
    if _SIZES.fullmatch(text):
        return tuple(int(number) for number in text.split("x"))
    if _SIDES.fullmatch(text):
        return tuple(tuple(int(number) for number in pair.split("+")) for pair in text.split("x"))
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "x".join("+".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in value)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    name = getattr(value, "name", None)
    return str(value if name is None else name)
