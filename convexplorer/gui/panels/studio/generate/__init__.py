"""Kernels of families, with their parameters as handles, and banks of them."""
