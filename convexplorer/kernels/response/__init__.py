"""What a kernel does to pictures of any frequency: its response, its figures, and kernels near it."""
