"""Measurements, run by hand: ratios taken side by side in one run."""
