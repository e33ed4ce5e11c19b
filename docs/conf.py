"""Configuration of Sphinx: the pages of docs/, and the numerical interface from the docstrings.

Build with `python -m sphinx -W --keep-going -q docs build/docs`; every warning is an error.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "ConvExplorer"
author = "The authors of ConvExplorer"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode", "numpydoc", "myst_parser", "public_names"]
exclude_patterns: list[str] = []

html_theme = "furo"
html_title = "ConvExplorer"
html_show_sphinx = False
html_copy_source = False

# Links between the pages name headings as GitHub does, so that they work in both places.
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 96

# Fields are described in "Attributes"; listing the members a second time would add nothing.
numpydoc_show_class_members = False
