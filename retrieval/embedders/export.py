"""Writes a sentence-transformers encoder as an ONNX folder that `OnnxEmbedder` runs. Loads torch: ingestion only."""

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.embedders.onnx import MODEL_FILE, SETTINGS_FILE, TOKENIZER_FILE
from retrieval.embedders.publishing import published
from retrieval.embedders.transformer import SentenceTransformerEmbedder
from retrieval.errors import KnowledgeError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OUTPUT = "last_hidden_state"
_OPSET = 17


def export(source: SentenceTransformerEmbedder, folder: Path) -> None:
    """Write the model to `folder`, whole or not at all, also when two processes do it at once.

    Raises KnowledgeError: the model is not a mean-pooled encoder with a fast tokenizer. StorageError: cannot write.
    """
    model = source.model()
    _check(model)
    with published(folder, SETTINGS_FILE, "the embedding model") as draft:
        _write(model, source, draft)


def _check(model: "SentenceTransformer") -> None:
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling  # noqa: PLC0415 - takes seconds

    modules = list(model)
    pools = [module for module in modules[1:] if isinstance(module, Pooling)]
    others = [module for module in modules[1:] if not isinstance(module, Pooling | Normalize)]
    if others or len(pools) != 1 or pools[0].get_config_dict().get("pooling_mode") != "mean":
        raise KnowledgeError(
            "only mean-pooled encoders can be exported; use SentenceTransformerEmbedder for this model."
        )


def _write(model: "SentenceTransformer", source: SentenceTransformerEmbedder, folder: Path) -> None:
    import torch  # noqa: PLC0415 - takes seconds to import
    from torch.jit._trace import TracerWarning  # noqa: PLC0415 - the same

    class Encoder(torch.nn.Module):
        """The model's encoder with its inputs by position, as the exporter wants them."""

        def __init__(self, encoder: Any) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
            hidden: torch.Tensor = self.encoder(
                input_ids=ids, attention_mask=mask, token_type_ids=types
            ).last_hidden_state
            return hidden

    sample = model.tokenizer(["plan first", "act second, answer last"], return_tensors="pt", padding=True)
    axes = {name: {0: "batch", 1: "tokens"} for name in (*_INPUTS, _OUTPUT)}
    with warnings.catch_warnings():
        # The TorchScript exporter is deprecated, and the only one that works offline without more packages.
        for category in (DeprecationWarning, UserWarning, TracerWarning):
            warnings.simplefilter("ignore", category)
        torch.onnx.export(
            Encoder(model[0].model).eval(),
            tuple(sample[name] for name in _INPUTS),
            folder / MODEL_FILE,
            input_names=list(_INPUTS),
            output_names=[_OUTPUT],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
    settings = {
        "fingerprint": source.fingerprint,
        "dimension": source.dimension,
        "max_tokens": int(model.max_seq_length or 512),
    }
    (folder / SETTINGS_FILE).write_text(json.dumps(settings), "utf-8")
