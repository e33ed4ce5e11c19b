"""Convolution of any rank: the public functions, the plan that chooses an algorithm, and the algorithms."""
