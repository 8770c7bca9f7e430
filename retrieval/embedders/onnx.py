"""Runs an exported sentence encoder in ONNX Runtime: quick to start and small, so that a question never loads torch.

The folder holds `model.onnx`, `tokenizer.json` and `encoder.json` (`export.py` writes it). The encoder gives a vector a
token; they are averaged and normalised here, as all-MiniLM-L6-v2 and its kin want (Reimers & Gurevych 2019).
"""

import json
import os
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from retrieval.errors import KnowledgeError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession  # type: ignore[import-untyped] # the package has no types
    from tokenizers import Tokenizer

    from retrieval.embedders.protocol import Vectors

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
SETTINGS_FILE = "encoder.json"
_BATCH = 16
"""Texts of similar length run together; more at once gain nothing on a CPU and cost memory."""
_MAX_CHARS = 20_000
"""Far beyond what the longest window of tokens can hold; keeps the tokenizer from reading a book."""


class Runtime(NamedTuple):
    """An exported model, opened."""

    session: "InferenceSession"
    tokenizer: "Tokenizer"


class OnnxEmbedder:
    """Embeds with the exported encoder in `folder`, which is opened on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: Runtime | None = None

    @cached_property
    def _settings(self) -> dict[str, str | int]:
        try:
            settings: dict[str, str | int] = json.loads((self._folder / SETTINGS_FILE).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise _unreadable(self._folder, error) from error
        return settings

    @property
    def fingerprint(self) -> str:
        """That of the model which was exported: both give the same vectors."""
        return str(self._settings["fingerprint"])

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._settings["dimension"])

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Unit vectors, float32, shape `(len(texts), dimension)`. Raises KnowledgeError: the folder cannot be read."""
        import numpy as np  # noqa: PLC0415 - the ground floor imports without numpy

        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        runtime = self._runtime()
        encodings = runtime.tokenizer.encode_batch([text[:_MAX_CHARS] for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
            vectors[rows] = _encode(runtime.session, [encodings[i].ids for i in rows])
        return vectors

    def embed_query(self, text: str) -> "Vectors":
        """The vector of one text, shape `(dimension,)`."""
        vector: Vectors = self.embed_documents([text])[0]
        return vector

    def embed_sentences(self, texts: Sequence[str]) -> "Vectors":
        """As `embed_documents`."""
        return self.embed_documents(texts)

    def _runtime(self) -> Runtime:
        with self._lock:
            if self._opened is None:
                self._opened = open_runtime(self._folder, int(self._settings["max_tokens"]))
            return self._opened


def open_runtime(folder: Path, max_tokens: int) -> Runtime:
    """Open an exported model with its tokenizer. Raises KnowledgeError: the folder cannot be read."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - only embedding pays for it

    try:
        definition = (folder / TOKENIZER_FILE).read_text("utf-8")
    except OSError as error:
        raise _unreadable(folder, error) from error
    tokenizer = Tokenizer.from_str(definition)
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return Runtime(_open_session(folder / MODEL_FILE), tokenizer)


def _open_session(model: Path) -> "InferenceSession":
    # Official builds report their use to Microsoft unless told not to before they are loaded.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime  # noqa: PLC0415 - only embedding pays for it

    native = onnxruntime.capi.onnxruntime_pybind11_state
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(4, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Measured: without the arena and prepacking a session opens in 0.15 s instead of 0.5 s and holds 30 MB less.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.disable_prepacking", "1")
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except (OSError, native.Fail, native.InvalidGraph, native.InvalidProtobuf, native.NoSuchFile) as error:
        raise _unreadable(model.parent, error) from error


def _encode(session: "InferenceSession", ids: list[list[int]]) -> "Vectors":
    import numpy as np  # noqa: PLC0415 - the ground floor imports without numpy

    longest = max(len(row) for row in ids)
    tokens: NDArray[np.int64] = np.zeros((len(ids), longest), dtype=np.int64)
    mask = np.zeros_like(tokens)
    for row, values in enumerate(ids):
        tokens[row, : len(values)] = values
        mask[row, : len(values)] = 1
    inputs = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
    hidden = session.run(["last_hidden_state"], inputs)[0]
    weights = mask[:, :, None].astype(np.float32)
    means: Vectors = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    units: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return units


def _unreadable(folder: Path, error: Exception) -> KnowledgeError:
    return KnowledgeError(
        f"the exported model in {folder} cannot be read ({type(error).__name__}); "
        "delete that folder and it is made anew."
    )
