"""Trains the question tagger on questions written for it, with what is asked marked by hand.

They are the lines of `questions.txt`, and those of `operands.txt` that begin with `> `, before their ` => `. The plain
questions of `operands.txt` and `texts.txt` ask for one fact: of these only the operation is learnt.

A line is `OPERATION | question with [label:words]`; the labels are `1` to `8` for the items in their order, `a` for
the attribute asked of each, `c` for context, `s` for a set, `n` for a number, and `h` for a description of something
unnamed.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

from benchmarks.training.examples import TEXTS
from benchmarks.training.lora import IGNORED, Batch, Encoder, bucketed, fit, padded, tokenizer
from retrieval.trained.questions import HOPS, LABELS, MAX_TOKENS, OPERATIONS, words

RANK, SIZE, EPOCHS, RATE = 24, 32, 12, 8e-4
QUESTIONS = Path(__file__).with_name("questions.txt")
OPERANDS = Path(__file__).with_name("operands.txt")
HELD_OUT = 8
"""One in so many questions is not trained on but judged."""
_MARK = re.compile(r"\[([1-8acsnh]):|\]")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Marked:
    """A question; `spans` are `(start, end, label)` with `i` for an item; of a `plain` one nobody has marked them."""

    operation: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    plain: bool = False


@dataclass(frozen=True)
class Encoded:
    """The same as tokens, with the number of a label for the first token of each word."""

    ids: list[int]
    tags: list[int]
    hops: list[int]
    operation: int


def read(lines: Sequence[str]) -> list[Marked]:
    """Return the marked questions. Raises ValueError: a line is not in the format."""
    return [marked_line(line) for line in lines if line.strip()]


def in_groups(lines: Sequence[str]) -> list[Marked]:
    """Return the marked questions among lines of `operands.txt`."""
    return read([line[2:].rpartition(" => ")[0] for line in lines if line.startswith("> ")])


def plain(lines: Sequence[str]) -> list[Marked]:
    """Return the questions for one fact among lines of `operands.txt` or `texts.txt` that end in a question mark."""
    asked = [line[2:].rpartition(" => ")[0].strip() for line in lines if line.startswith("? ")]
    return [Marked("lookup", question, (), plain=True) for question in asked if question.endswith("?")]


def marked_line(line: str) -> Marked:
    """Return one marked question. Raises ValueError: it is not in the format."""
    operation, bar, rest = (part.strip() for part in line.partition("|"))
    if operation not in OPERATIONS or not bar:
        raise ValueError(f"no operation: {line[:80]!r}")
    text, at = "", 0
    opened: list[tuple[str, int]] = []
    spans: list[tuple[int, int, str]] = []
    for mark in _MARK.finditer(rest):
        text, at = text + rest[at : mark.start()], mark.end()
        if mark[1]:
            opened.append(("i" if mark[1].isdigit() else mark[1], len(text)))
        elif not opened:
            raise ValueError(f"a bracket closes that none opened: {line[:80]!r}")
        else:
            label, start = opened.pop()
            spans.append((start, len(text), label))
    if opened:
        raise ValueError(f"a bracket is left open: {line[:80]!r}")
    return Marked(operation, text + rest[at:], tuple(sorted(spans)))


def train() -> None:
    """Train on all lines but one in HELD_OUT, judge on these, and store the adapter."""
    rng = random.Random(11)
    torch.manual_seed(5)
    over_texts = OPERANDS.read_text("utf-8").splitlines()
    marked = read(QUESTIONS.read_text("utf-8").splitlines()) + in_groups(over_texts)
    marked += plain([*over_texts, *TEXTS.read_text("utf-8").splitlines()])
    rng.shuffle(marked)
    cut = len(marked) // HELD_OUT
    unseen, seen = marked[:cut], marked[cut:]
    encode, vary = _Encoding(), _Varying(seen, rng)
    model = Encoder(RANK, {"tag": len(LABELS), "hop": len(HOPS)}, {"operation": len(OPERATIONS)})
    steps = EPOCHS * -(-len(seen) // SIZE)

    def batches() -> Iterator[list[Encoded]]:
        for _ in range(EPOCHS):
            examples = [encode(vary(each)) for each in seen]
            yield from bucketed(examples, SIZE, rng, lambda each: len(each.ids) + rng.random() * 6)

    judged = [encode(each) for each in unseen]
    fit(model, batches(), steps, lambda rows: _loss(model, rows), RATE, lambda: _judge(model, judged))
    model.save("questions")


class _Encoding:
    def __init__(self) -> None:
        self._tokenizer = tokenizer()

    def __call__(self, marked: Marked) -> Encoded:
        spans = words(marked.text)
        tokens = self._tokenizer(
            [marked.text[start:end] for start, end in spans],
            is_split_into_words=True,
            truncation=True,
            max_length=MAX_TOKENS,
        )
        tags, hops = _labels(spans, marked.spans, hop=False), _labels(spans, marked.spans, hop=True)
        told = not marked.plain
        seen = [None, *tokens.word_ids()]
        at = [(word is not None and word != before, word) for before, word in pairwise(seen)]
        return Encoded(
            tokens["input_ids"],
            [LABELS.index(tags[word]) if first and told else IGNORED for first, word in at],
            [HOPS.index(hops[word]) if first and told else IGNORED for first, word in at],
            OPERATIONS.index(marked.operation),
        )


def _labels(spans: Sequence[tuple[int, int]], marked: Sequence[tuple[int, int, str]], *, hop: bool) -> list[str]:
    labels = [""] * len(spans)
    for begin, finish, label in marked:
        if (label == "h") is hop:
            within = [at for at, (start, end) in enumerate(spans) if start < finish and end > begin]
            for at in within:
                labels[at] = ("B" if at == within[0] else "I") + ("" if hop else label)
    return labels


class _Varying:
    """Puts other items, contexts, sets and numbers into questions, takes away capitals and the final mark."""

    def __init__(self, seen: Sequence[Marked], rng: random.Random) -> None:
        self._rng = rng
        self._known: dict[str, list[str]] = {}
        for each in seen:
            hops = [span for span in each.spans if span[2] == "h"]
            for start, end, label in each.spans:
                if label != "h" and not any(start <= hop[0] < end for hop in hops):
                    self._known.setdefault(label, []).append(each.text[start:end])

    def __call__(self, marked: Marked) -> Marked:
        """Return a variation; a description of something unnamed stays as it is."""
        hops = [span for span in marked.spans if span[2] == "h"]
        flat = [span for span in marked.spans if span[2] != "h"]
        loose = any(not any(start <= hop[0] and hop[1] <= end for start, end, _ in flat) for hop in hops)
        varied = marked if loose else self._with_others(marked, flat, hops)
        text = varied.text
        if self._rng.random() < 0.25 and text[-1] in "?." and all(end < len(text) for _, end, _ in varied.spans):
            text = text[:-1]
        return replace(varied, text=text.lower() if self._rng.random() < 0.2 else text)

    def _with_others(
        self, marked: Marked, flat: Sequence[tuple[int, int, str]], hops: Sequence[tuple[int, int, str]]
    ) -> Marked:
        text, at = "", 0
        spans: list[tuple[int, int, str]] = []
        for start, end, label in flat:
            inside = [hop for hop in hops if start <= hop[0] and hop[1] <= end]
            text += marked.text[at:start]
            words = marked.text[start:end] if inside else self._other(marked.text[start:end], label)
            shift = len(text) - start
            spans += [(len(text), len(text) + len(words), label), *((a + shift, b + shift, "h") for a, b, _ in inside)]
            text, at = text + words, end
        return replace(marked, text=text + marked.text[at:], spans=tuple(spans))

    def _other(self, words: str, label: str) -> str:
        """Return other words of the same label about every second time, a year for a year."""
        if self._rng.random() >= {"i": 0.5, "c": 0.25, "s": 0.3, "n": 0.3}.get(label, 0.0):
            return words
        if label == "i":
            if _YEAR.fullmatch(words):
                return str(self._rng.randint(1950, 2026))
            return self._rng.choice(self._known["i"])
        if label == "n":
            return str(self._rng.randint(2, 60)) if words.isdigit() else words
        first, last = words.split(maxsplit=1)[0].lower(), words.endswith("s")
        known = [each for each in self._known[label] if each.split(maxsplit=1)[0].lower() == first or label == "s"]
        return self._rng.choice([each for each in known if each.endswith("s") is last] or [words])


def _scores(model: Encoder, rows: list[Encoded]) -> dict[str, torch.Tensor]:
    ids = padded([row.ids for row in rows], 0)
    mask = padded([[1] * len(row.ids) for row in rows], 0)
    batch: Batch = {"ids": ids, "mask": mask, "types": torch.zeros_like(ids)}
    return model(batch)


def _loss(model: Encoder, rows: list[Encoded]) -> torch.Tensor:
    scores = _scores(model, rows)
    tags, hops = padded([row.tags for row in rows], IGNORED), padded([row.hops for row in rows], IGNORED)
    return (
        cross_entropy(scores["tag"].flatten(0, 1), tags.flatten(), ignore_index=IGNORED)
        + cross_entropy(scores["hop"].flatten(0, 1), hops.flatten(), ignore_index=IGNORED) / 2
        + cross_entropy(scores["operation"], torch.tensor([row.operation for row in rows])) / 2
    )


@torch.no_grad()
def _judge(model: Encoder, rows: list[Encoded]) -> str:
    model.eval()
    right = {"operation": 0, "tags": 0, "hops": 0}
    for row in rows:
        scores = _scores(model, [row])
        right["operation"] += int(scores["operation"][0].argmax()) == row.operation
        for name, head, labels in (("tags", "tag", row.tags), ("hops", "hop", row.hops)):
            found = scores[head][0].argmax(-1).tolist()
            right[name] += all(one == other for one, other in zip(found, labels, strict=True) if other != IGNORED)
    model.train()
    return ", ".join(f"{name} {count / len(rows):.3f}" for name, count in right.items()) + f" of {len(rows)} unseen"
