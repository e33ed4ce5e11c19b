"""The conversion of values to colours: levels, 8-bit maps and palettes."""
