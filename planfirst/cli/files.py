"""Reading a file that a command is given by name."""

import sys
from pathlib import Path

from nodes.errors import InputError


def read_text(name: str, what: str) -> str:
    """Return the text of a file; `-` is standard input. `what` it should hold is for the error.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{what} in {name} cannot be read ({error}); name a text file") from error
