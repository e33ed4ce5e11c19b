"""Families of kernels that need more than a line of arithmetic, one idea a module, with the rows of their table."""
