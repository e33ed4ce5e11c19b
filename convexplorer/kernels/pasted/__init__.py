"""Kernels as other programs write them: code, commands, markup and tables, read by a grammar and never run."""
