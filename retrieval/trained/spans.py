"""Finds the words of a text that answer a question (Rajpurkar et al. 2016, SQuAD; Devlin et al. 2019, BERT).

Trained on SQuAD 1.1 and on passages that do not hold the answer; `benchmarks/training` says how.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.trained.adapted import AdaptedModel

if TYPE_CHECKING:
    from tokenizers import Encoding

    from retrieval.trained.adapted import Scores

MAX_TOKENS = 256
"""Question and text together; what is beyond is not read."""
_QUESTION_CHARS = 500
_LONGEST = 16
"""Most tokens of an answer."""
_BATCH = 2
"""Texts that run together; more at once gain nothing on a CPU and cost memory."""
_TOP = 6
"""Best begins and ends of a text that are paired."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words that may answer: characters `[start:end]` of text number `text`.

    `margin` is how much likelier, in logits, they are than that the text does not answer; above 0 it rather does.
    """

    text: int
    start: int
    end: int
    margin: float


class SpanReader:
    """Finds answers in texts. `cache` is the folder under which the model is exported once. Safe for threads."""

    def __init__(self, cache: Path) -> None:
        self._model = AdaptedModel("spans", cache, MAX_TOKENS)

    def prepare(self) -> None:
        """Export the model where that has not been done yet, which takes seconds."""
        self._model.prepare()

    def find(self, question: str, texts: Sequence[str]) -> list[Span]:
        """Return a few possible answers of each text, the best of all first; none where there is no text."""
        found: list[Span] = []
        for at in range(0, len(texts), _BATCH):
            pairs = [(question[:_QUESTION_CHARS], text) for text in texts[at : at + _BATCH]]
            encodings = self._model.tokenizer.encode_batch(pairs)
            scores = self._model.run(encodings)["span"]
            for row, encoding in enumerate(encodings):
                found += (Span(at + row, *rest) for rest in _answers(encoding, scores[row]))
        return sorted(found, key=lambda span: -span.margin)


def _answers(encoding: "Encoding", scores: "Scores") -> Iterator[tuple[int, int, float]]:
    """Yield the characters and margins of a text's best spans, best first; token 0 stands for `no answer`."""
    inside = [at for at, part in enumerate(encoding.sequence_ids) if part == 1]
    none = float(scores[0, 0] + scores[0, 1])
    begins = sorted(inside, key=lambda at: -scores[at, 0])[:_TOP]
    ends = sorted(inside, key=lambda at: -scores[at, 1])[:_TOP]
    spans = [
        (float(scores[begin, 0] + scores[end, 1]) - none, begin, end)
        for begin in begins
        for end in ends
        if 0 <= end - begin < _LONGEST
    ]
    for margin, begin, end in sorted(spans, reverse=True)[:_TOP]:
        yield encoding.offsets[begin][0], encoding.offsets[end][1], margin
