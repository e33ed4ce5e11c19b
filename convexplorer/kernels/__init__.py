"""Filters as values: presets and formulas, the text forms of a matrix, and the analysis of weights."""
