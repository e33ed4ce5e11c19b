"""The limits that an input's size sets for each control, and formulas for output sizes and parameter counts."""

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
