"""Kernels from a wanted frequency response: how a user describes it, four methods, and how well a kernel reaches it.

Frequencies are (row, column) in cycles per pixel, −0.5…0.5; a wave with the frequency f repeats after 1 / |f| pixels.
"""
