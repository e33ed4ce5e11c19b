"""The kernel that makes one picture of another: least squares over their windows, and the exact fraction it is."""
