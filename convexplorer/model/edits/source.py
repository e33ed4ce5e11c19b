"""Edits of the source of frames."""

from dataclasses import replace

from convexplorer.model.edits.layer import set_source
from convexplorer.model.project import Project
from convexplorer.sources.frame import Option


def set_source_option(project: Project, name: str, value: Option) -> Project:
    """Set an option of the source; the defaults "" and False are not stored in the project."""
    options = {**project.source.options, name: value}
    if value in ("", False):
        del options[name]
    return set_source(project, replace(project.source, options=options))
