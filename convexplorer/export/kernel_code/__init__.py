"""Kernels as code and commands of other programs, a module for each; `table` lists them."""
