"""Named kernels: with fixed numbers from `resources/kernels/*.toml`, or with a formula from `kernels.table`.

A TOML file is one group. Its entries read::

    group = "Edges"

    [[kernel]]
    name = "sobel-x"                    # kebab case, unique
    label = "Sobel x"
    explanation = "One sentence, true also in sign and sum."
    keywords = ["gradient"]             # optional, for searching
    says = ["sum"]                      # optional: keys of `sentences.SENTENCES` that the explanation says already
    divisor = 8                         # optional: every number is divided by it
    rows = [[-1, 0, 1], …]              # or planes = [[[…]], [[…]], [[…]]], one per channel
"""

import difflib
import functools
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from convexplorer import assets
from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.table import FORMULAS

# The order in menus; a group not named here follows at the end.
GROUP_ORDER = (
    "Basics",
    "Lines",
    "Edges",
    "Compass",
    "Frei–Chen",
    "Second derivatives",
    "Polynomials",
    "Blur",
    "Sharpen",
    "Spots and corners",
    "Texture",
    "Initializers",
    "Colour",
    "Learned",
)


@dataclass(frozen=True, eq=False)
class Preset:
    """A named kernel.

    Attributes
    ----------
    name : kebab case, as on the command line and in files.
    label, group : name and group in menus.
    explanation : one sentence for the user.
    parameters : the adjustable numbers; empty for a kernel of fixed numbers.
    keywords : additional search words.
    function : `function(**parameters)` returns (kh, kw) or (P, kh, kw) float64.
    says : keys of `sentences.SENTENCES` that the explanation covers already.
    """

    name: str
    label: str
    group: str
    explanation: str
    parameters: tuple[Parameter, ...]
    keywords: tuple[str, ...]
    function: Callable[..., np.ndarray]
    says: tuple[str, ...] = ()

    def planes(self, **parameters: float) -> np.ndarray:
        """Return the weights (P, kh, kw) float64; omitted parameters take their defaults."""
        planes = np.asarray(self.function(**self.complete(parameters)), dtype=np.float64)
        return planes[np.newaxis] if planes.ndim == 2 else planes

    def complete(self, parameters: Mapping[str, float]) -> dict[str, float]:
        """Return a value for every parameter; raise `ValueError` for an unknown one or a value out of range."""
        known = {each.name for each in self.parameters}
        for name in parameters:
            if name not in known:
                offer = f"it has {', '.join(sorted(known))}" if known else "it has none"
                raise ValueError(f"{self.name} has no parameter {name!r}; {offer}")
        return {each.name: each.check(parameters.get(each.name, each.default)) for each in self.parameters}


@functools.cache
def presets() -> dict[str, Preset]:
    """Return all presets by name, in the order of the groups; the dictionary is shared and must not be changed."""
    rows = [*map(_formula_preset, FORMULAS), *_number_presets()]
    found: dict[str, Preset] = {}
    for preset in sorted(rows, key=lambda preset: _group_rank(preset.group)):
        if preset.name in found:
            raise ValueError(f"two presets are called {preset.name!r}")
        found[preset.name] = preset
    return found


@functools.cache
def groups() -> dict[str, list[Preset]]:
    """Return the presets of each group, in the order of menus."""
    by_group: dict[str, list[Preset]] = {}
    for preset in presets().values():
        by_group.setdefault(preset.group, []).append(preset)
    return by_group


@functools.lru_cache(maxsize=256)  # names come from files, too
def preset_named(name: str) -> Preset | None:
    """Return the preset of that name, None if there is none, without reading the files of all groups."""
    if name in FORMULAS:
        return _formula_preset(name)
    entry = f'name = "{name}"'
    for path in _group_files():
        if entry in path.read_text(encoding="utf-8"):
            return next((preset for preset in _read_group(path) if preset.name == name), None)
    return None


def find_preset(name: str) -> Preset:
    """Return the preset of that name; `ValueError` suggests similar names."""
    preset = preset_named(name)
    if preset is not None:
        return preset
    near = difflib.get_close_matches(name.strip().lower().replace(" ", "-").replace("_", "-"), presets(), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`convexplorer kernels` lists them all"
    raise ValueError(f"there is no kernel named {name!r}; {hint}")


def make_filter(name: str, **parameters: float) -> Filter:
    """Return a filter from a preset; omitted parameters take their defaults."""
    preset = find_preset(name)
    complete = preset.complete(parameters)
    return Filter(name, preset.planes(**complete), preset=name, parameters=complete)


@functools.cache
def _formula_preset(name: str) -> Preset:
    row = FORMULAS[name]
    return Preset(name, row.label, row.group, row.explanation, row.parameters, (), row.function, row.says)


def _number_presets() -> list[Preset]:
    return [preset for path in _group_files() for preset in _read_group(path)]


def _group_files() -> list[Path]:
    return sorted(assets.path("kernels").glob("*.toml"))


@functools.cache
def _read_group(path: Path) -> list[Preset]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_read_kernel(entry, content["group"]) for entry in content["kernel"]]


def _read_kernel(entry: dict[str, Any], group: str) -> Preset:
    numbers = entry["planes"] if "planes" in entry else entry["rows"]
    planes = np.array(numbers, dtype=np.float64) / entry.get("divisor", 1)
    planes.flags.writeable = False
    return Preset(
        name=entry["name"],
        label=entry["label"],
        group=group,
        explanation=entry["explanation"],
        parameters=(),
        keywords=tuple(entry.get("keywords", ())),
        function=lambda: planes,
        says=tuple(entry.get("says", ())),
    )


def _group_rank(group: str) -> int:
    return GROUP_ORDER.index(group) if group in GROUP_ORDER else len(GROUP_ORDER)
