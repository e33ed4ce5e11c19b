"""Kernels as formulas."""
