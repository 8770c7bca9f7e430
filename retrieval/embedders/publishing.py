"""Writes a folder whole or not at all, also when two processes write it at once."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import StorageError


@contextmanager
def published(folder: Path, last: str, what: str) -> Iterator[Path]:
    """Give a scratch folder that becomes `folder` in the end. `last` is a file by which a finished one is known.

    Raises StorageError: `what`, as `the model`, cannot be written there.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder.parent) as scratch:
            draft = Path(scratch) / "draft"
            draft.mkdir()
            yield draft
            if not folder.exists():
                draft.rename(folder)
    except OSError as error:
        if not (folder / last).exists():  # else another process was quicker, and its folder is as good
            raise StorageError(
                f"{what} cannot be written to {folder}: {error.strerror}; free some space or allow writing."
            ) from error
