"""What paints pictures, maps and kernels; knows no project."""
