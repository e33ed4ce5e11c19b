"""The desk “From picture”: a part of the picture as the kernel, and banks that are learned from pictures."""
