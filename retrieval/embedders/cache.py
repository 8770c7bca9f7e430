"""Keeps the vectors of texts that come again, as sentences of often-found passages do. Safe for threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.embedders.protocol import Vectors


class VectorCache:
    """Remembers the `size` texts used last."""

    def __init__(self, embed: "Callable[[Sequence[str]], Vectors]", size: int) -> None:
        self._embed = embed
        self._size = size
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    def vectors(self, texts: Sequence[str]) -> "Vectors":
        """The vectors of the texts in order, shape `(len(texts), dimension)`; at least one text."""
        import numpy as np  # noqa: PLC0415 - the ground floor imports without numpy

        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(zip(missing, self._embed(missing), strict=True))
        with self._lock:
            for text in texts:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return np.stack([found[text] for text in texts])
