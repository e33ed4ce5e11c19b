"""A row of the table of kernels with a formula."""

from collections.abc import Callable

from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.kernels.shapes import Weights


@dataclass(frozen=True)
class Formula:
    """A family of kernels.

    Attributes
    ----------
    function : `function(**parameters)` returns (kh, kw) or (C, kh, kw) float64.
    group, label, explanation : group and name in menus, and one sentence.
    parameters : the adjustable numbers.
    says : keys of `sentences.SENTENCES` that the explanation covers already.

    Examples
    --------
    >>> from convexplorer.kernels.table import FORMULAS
    >>> FORMULAS["box"].kernel(size=2)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """

    function: Callable[..., Weights]
    group: str
    label: str
    explanation: str
    parameters: tuple[Parameter, ...]
    says: tuple[str, ...] = ()

    def kernel(self, **given: float) -> Weights:
        """Return the weights; omitted parameters take their defaults, invalid ones raise ValueError."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise ValueError(f"{self.label} has the parameters {', '.join(known)}; got {name}")
        return self.function(**{name: each.check(given.get(name, each.default)) for name, each in known.items()})
