"""Makes kernels of kernels: the desk, its parts, and the comparison on the picture."""
