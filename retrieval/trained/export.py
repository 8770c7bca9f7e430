"""Writes an adapted model as an ONNX file with weights of 8 bits. Loads torch: once per machine and model.

An adapter file holds, by the names of the encoder's parameters, whole values for biases and layer norms, and
`<layer>.a` and `<layer>.b` for a linear layer whose weight grows by `scale * b @ a`. Heads are named `token.<output>`
(one vector a token) and `pooled.<output>` (one a text, from the mean of its tokens).
"""

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.embedders.onnx import MODEL_FILE, TOKENIZER_FILE
from retrieval.embedders.publishing import published
from retrieval.errors import KnowledgeError

if TYPE_CHECKING:
    import torch

    Tensors = dict[str, torch.Tensor]

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_HEADS = ("token.", "pooled.")
_OPSET = 17


def export(adapter: Path, base: Path, folder: Path) -> None:
    """Write the model to `folder`, whole or not at all, also when two processes do it at once.

    Raises KnowledgeError: an adapter does not fit the base model. StorageError: the folder cannot be written.
    """
    with published(folder, MODEL_FILE, "the model") as draft:
        _write(adapter, base, draft)


def merged(weights: "Tensors", adapter: "Tensors", scale: float) -> "Tensors":
    """Return the base model's weights with an adapter's in them.

    Raises KnowledgeError: the adapter names a layer that the base model does not have.
    """
    whole = dict(weights)
    for name, value in adapter.items():
        if name.startswith(_HEADS) or name.endswith(".b"):
            continue
        target = f"{name.removesuffix('.a')}.weight" if name.endswith(".a") else name
        if target not in whole:
            raise KnowledgeError(f"the adapter has {name!r}, which the base model has not; install PlanFirst anew.")
        grown = adapter[f"{name.removesuffix('.a')}.b"].float() @ value.float() if name.endswith(".a") else None
        whole[target] = value.float() if grown is None else whole[target] + scale * grown
    return whole


def _write(adapter: Path, base: Path, folder: Path) -> None:
    import torch  # noqa: PLC0415 - takes seconds to import
    from safetensors import safe_open  # noqa: PLC0415 - the same
    from torch.jit._trace import TracerWarning  # noqa: PLC0415 - the same
    from transformers import AutoTokenizer  # noqa: PLC0415 - the same

    with safe_open(adapter, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        scale = float(file.metadata()["scale"])
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    heads = sorted(name.removesuffix(".weight") for name in tensors if name.startswith(_HEADS) and "weight" in name)
    names = [head.partition(".")[2] for head in heads]
    sample = tokenizer(
        ["plan first", "act second"], ["answer", "last, with evidence"], return_tensors="pt", padding=True
    )
    axes = {name: {0: "batch", 1: "tokens"} for name in INPUTS}
    with warnings.catch_warnings():
        # The TorchScript exporter is deprecated, and the only one that works offline without more packages.
        for category in (DeprecationWarning, UserWarning, TracerWarning):
            warnings.simplefilter("ignore", category)
        torch.onnx.export(
            _headed(base, tensors, scale, heads),
            tuple(sample[name] for name in INPUTS),
            folder / "whole.onnx",
            input_names=list(INPUTS),
            output_names=names,
            dynamic_axes=axes | {name: _axes(head) for name, head in zip(names, heads, strict=True)},
            opset_version=_OPSET,
            dynamo=False,
        )
    _quantize(folder / "whole.onnx", folder / MODEL_FILE)
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))


def _headed(base: Path, tensors: "Tensors", scale: float, heads: Sequence[str]) -> "torch.nn.Module":
    """Return the base model with an adapter in it and heads on it."""
    import torch  # noqa: PLC0415 - takes seconds to import
    from transformers import BertModel  # noqa: PLC0415 - the same
    from transformers.utils import logging as reports  # noqa: PLC0415 - the same

    reports.disable_progress_bar()  # type: ignore[no-untyped-call] # it would draw over the caller's own progress
    reports.set_verbosity_error()  # type: ignore[no-untyped-call] # the base model's pooler is left out on purpose
    encoder = BertModel.from_pretrained(base, local_files_only=True, add_pooling_layer=False)
    encoder.load_state_dict(merged(encoder.state_dict(), tensors, scale))

    class Headed(torch.nn.Module):
        """The encoder with its heads, inputs by position as the exporter wants them."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, ...]:
            hidden = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
            weights = mask.unsqueeze(-1).float()
            mean = (hidden * weights).sum(1) / weights.sum(1)
            return tuple(
                torch.nn.functional.linear(
                    mean if head.startswith("pooled.") else hidden,
                    tensors[f"{head}.weight"].float(),
                    tensors[f"{head}.bias"].float(),
                )
                for head in heads
            )

    return Headed().eval()


def _axes(head: str) -> dict[int, str]:
    return {0: "batch"} if head.startswith("pooled.") else {0: "batch", 1: "tokens"}


def _quantize(whole: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped] # noqa: PLC0415

    root = logging.getLogger()
    root.addFilter(_is_ours)  # it advises to prepare models for convolutions, which this one has not
    try:
        quantize_dynamic(whole, target, weight_type=QuantType.QInt8, per_channel=True)
    finally:
        root.removeFilter(_is_ours)
    whole.unlink()


def _is_ours(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()
