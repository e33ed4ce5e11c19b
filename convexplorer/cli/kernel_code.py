"""`convexplorer kernels NAME --as FORM`: kernels as code, commands and tables of other programs."""

import sys
from collections.abc import Sequence

from convexplorer.words import SENTENCE_LIMIT, plain

STDIN = "-"


def print_kernels(names: Sequence[str], form: str) -> int:
    """Print kernels in a form of other programs.

    Parameters
    ----------
    names : of presets or of the library, or files; "-" reads a kernel of any form from the standard input.

    Raises
    ------
    ValueError : a name is unknown, a text is no kernel, or the form cannot hold it.
    """
    from convexplorer.export.kernel_code.from_text import leaving_of_text
    from convexplorer.export.kernel_code.leaving import of_filters
    from convexplorer.export.kernel_code.table import kernel_text
    from convexplorer.export.kernels import parse_kernels

    if STDIN in names:
        if len(names) > 1:
            raise ValueError(f"{STDIN} stands alone: the standard input is one text")
        leaving, said = leaving_of_text(sys.stdin.read())
        for sentence in said:
            print(f"convexplorer: {plain(sentence, SENTENCE_LIMIT)}", file=sys.stderr)
    else:
        leaving = of_filters([one for name in names for one in parse_kernels(name).filters])
    print(kernel_text(form, leaving), end="")
    return 0
