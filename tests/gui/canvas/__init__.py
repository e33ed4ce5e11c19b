"""Tests of the canvases."""
