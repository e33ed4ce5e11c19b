"""What the parsers of all commands share: errors as sentences, and the statuses of the program."""

import argparse
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from convexplorer.words import SENTENCE_LIMIT, plain

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


class Parser(argparse.ArgumentParser):
    """A parser whose errors may repeat names of files, which must not act on the terminal."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and end the program."""
        super().error(plain(message, SENTENCE_LIMIT))


def explained(function: Callable[[str], Any]) -> Callable[[str], Any]:
    """Wrap a converter so that argparse shows the sentence of its ValueError."""

    def convert(text: str) -> Any:
        try:
            return function(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def misused(sentence: str) -> int:
    """Say what was wrong with the words of the command line; return the exit status."""
    print(f"convexplorer: {plain(sentence, SENTENCE_LIMIT)}", file=sys.stderr)
    return MISUSED
