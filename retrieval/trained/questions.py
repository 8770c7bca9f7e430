"""Labels the words of a question: what is asked, of which things, and what is to be done with the values.

Trained on questions written and labelled for this; `benchmarks/training` holds them.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from retrieval.trained.adapted import AdaptedModel

MAX_TOKENS = 96
OPERATIONS = (
    "lookup", "each", "diff", "diff_rev", "diff_abs", "ratio", "ratio_rev", "percent", "percent_rev", "change_pct",
    "change_pct_rev", "sum", "mean", "product", "percent_n", "elapsed", "duration", "compare_max", "compare_min",
    "yes_max", "yes_min", "same", "extreme_max", "extreme_min", "total", "average", "count", "times",
    "less_pct", "plus_pct",
)  # fmt: skip
"""What a question wants done, in the order of the head's scores; `frames.py` says what each means."""
LABELS = ("", *(f"{begins}{label}" for label in "iacsn" for begins in "BI"))
"""Of a word: begins (B) or goes on (I) with an item, the attribute asked for, context, a set, or a number."""
HOPS = ("", "B", "I")
_WORD = re.compile(r"\w+(?:[.,]\d+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of the question, characters `[start:end]`, with their label: one of `iacsn`, or `h` for a description."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """A question's pieces in order, what it wants done, and how probable (0 to 1) the model thinks that."""

    operation: str
    probability: float
    pieces: tuple[Piece, ...]


class QuestionTagger:
    """Labels questions. `cache` is the folder under which the model is exported once. Safe for threads."""

    def __init__(self, cache: Path) -> None:
        self._model = AdaptedModel("questions", cache, MAX_TOKENS)

    def prepare(self) -> None:
        """Export the model where that has not been done yet, which takes seconds."""
        self._model.prepare()

    def tag(self, question: str) -> Tagged:
        """Return the labels of a question; words beyond MAX_TOKENS have none."""
        import numpy as np  # noqa: PLC0415 - the ground floor imports without numpy

        spans = words(question)
        encoding = self._model.tokenizer.encode([question[start:end] for start, end in spans], is_pretokenized=True)
        scores = self._model.run([encoding])
        firsts = {word: at for at, word in reversed(list(enumerate(encoding.word_ids))) if word is not None}
        labels = [(LABELS[int(scores["tag"][0, at].argmax())], word) for word, at in sorted(firsts.items())]
        hops = [(HOPS[int(scores["hop"][0, at].argmax())], word) for word, at in sorted(firsts.items())]
        pieces = [*_pieces(labels, spans), *_pieces([(mark and f"{mark}h", word) for mark, word in hops], spans)]
        odds = np.exp(scores["operation"][0] - scores["operation"][0].max())
        best = int(odds.argmax())
        return Tagged(OPERATIONS[best], float(odds[best] / odds.sum()), tuple(sorted(pieces, key=_place)))


def words(question: str) -> list[tuple[int, int]]:
    """Return where the words and marks of a question begin and end."""
    return [found.span() for found in _WORD.finditer(question)]


def _place(piece: Piece) -> tuple[int, int]:
    return piece.start, -piece.end


def _pieces(labels: list[tuple[str, int]], spans: list[tuple[int, int]]) -> list[Piece]:
    """Join neighbouring words of a label: of two things side by side another word stands between them."""
    pieces: list[Piece] = []
    before = ""
    for mark, word in labels:
        label, (start, end) = mark[1:], spans[word]
        if label and before == label:
            pieces[-1] = Piece(label, pieces[-1].start, end)
        elif label:
            pieces.append(Piece(label, start, end))
        before = label
    return pieces
