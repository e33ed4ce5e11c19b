"""Kinds of layers as data: a row says all that menus, forms, files, limits and builders need to know."""

from convexplorer.core.kinds.kind import MAX_WEIGHTS, Given, Kind, Weight
from convexplorer.core.kinds.table import GROUP_ORDER, KINDS

__all__ = ["GROUP_ORDER", "KINDS", "MAX_WEIGHTS", "Given", "Kind", "Weight"]
