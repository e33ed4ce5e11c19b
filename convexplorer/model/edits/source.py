"""Edits of the source of frames."""

from collections.abc import Sequence
from dataclasses import replace

from convexplorer.model.edits.layer import set_source
from convexplorer.model.project import Project
from convexplorer.sources.frame import Option


def set_source_option(project: Project, name: str, value: Option) -> Project:
    """Set an option of the source; "" takes it out, so that the source decides."""
    options = {**project.source.options, name: value}
    if value == "":
        del options[name]
    return set_source(project, replace(project.source, options=options))


def clear_source_options(project: Project, names: Sequence[str]) -> Project:
    """Take options out of the source, so that it decides."""
    options = {name: value for name, value in project.source.options.items() if name not in names}
    return set_source(project, replace(project.source, options=options))
