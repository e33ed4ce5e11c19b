"""Filters as values: presets and formulas, the text forms of a matrix, and what a kernel's weights say."""
