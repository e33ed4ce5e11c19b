"""What the size of an input allows, and the arithmetic in words: limits of controls, sizes, numbers of parameters."""

from convexplorer.model.limits.axis import MAX_GROWN, axes_of, padding_amounts
from convexplorer.model.limits.formulas import SizeFormula, parameter_formula, size_formula
from convexplorer.model.limits.ranges import Limit, limits

__all__ = [
    "MAX_GROWN",
    "Limit",
    "SizeFormula",
    "axes_of",
    "limits",
    "padding_amounts",
    "parameter_formula",
    "size_formula",
]
