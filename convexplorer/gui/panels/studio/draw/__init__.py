"""Kernels by hand."""
