"""The command line, which opens the window or works without one: a module for each idea, and `run` that starts one.

Modules needed by a single command are imported when the command runs, so that the window opens quickly.
"""

from convexplorer.cli.dispatch import main, run
from convexplorer.cli.parser import INTERRUPTED

__all__ = ["INTERRUPTED", "main", "run"]
