"""Painters of computations, studies and shapes, for screen and paper."""
