"""Kinds of layers as data: a row says all that menus, forms, files, limits and builders need to know."""

from convexplorer.core.kinds.from_files import FROM_FILES
from convexplorer.core.kinds.kind import ANY_NUMBER, MAX_WEIGHTS, Given, Kind, Weight
from convexplorer.core.kinds.table import GROUP_ORDER, KINDS

__all__ = ["ANY_NUMBER", "GROUP_ORDER", "KINDS", "MAX_WEIGHTS", "ROWS", "Given", "Kind", "Weight"]

# All that a layer of a project can be: the kinds that can be added, and what only a file brings.
ROWS: dict[str, Kind] = {**KINDS, **FROM_FILES}
