"""TIFF files, read by tifffile and imagecodecs: the checks before they take memory, and what their numbers mean."""
