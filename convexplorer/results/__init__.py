"""The results computed for a view: pictures, tiles, statistics, explanations, comparisons. Values only, no threads."""
