"""Panes of pictures and maps: one viewport, one cursor."""
