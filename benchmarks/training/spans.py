"""Trains the span reader: on SQuAD 1.1 (Rajpurkar et al. 2016), then also on texts written for this (`texts.txt`).

The text of an example is one to five sentences, as a passage of a knowledge base is; some questions lose their small
words, as queries do, and some texts are of the same article and do not answer. What was written for this has tables'
rows too, and the small questions that the planner writes.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

from benchmarks.training import operands
from benchmarks.training.examples import TEXTS, Example, read_texts
from benchmarks.training.lora import Batch, Encoder, bucketed, fit, padded, tokenizer
from benchmarks.training.questions import OPERANDS
from nodes.symbolic.words import STOP_WORDS
from retrieval.sentences import split

RANK, SIZE = 48, 24
FIRST_STEPS, FIRST_RATE, THEN_RATE = 1_000, 6e-4, 5e-4
ROUNDS, OTHERS = 4, 0.25
"""How often every own question is seen, and how many of SQuAD for each time."""
HELD_OUT = 10
"""One in so many own texts is not trained on but judged."""
MAX_TOKENS, MAX_CHARS = 192, 700
UNANSWERED = 0.3
"""Share of the examples whose text does not answer."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Encoded:
    """The same as tokens; `begin` and `last` are 0 where there is no answer."""

    ids: list[int]
    types: list[int]
    begin: int
    last: int


def train(folder: Path) -> None:
    """Train on `train-v1.1.json` in the folder and on our texts, judge on `dev-v1.1.json` and ours, and store it."""
    rng = random.Random(3)
    torch.manual_seed(7)
    squad = [*_examples(folder / "train-v1.1.json", rng)]
    rng.shuffle(squad)
    model, encode = Encoder(RANK, {"span": 2}, {}), _Encoding()
    first, rest = squad[: FIRST_STEPS * SIZE], squad[FIRST_STEPS * SIZE :]
    batches = _batches(first, encode, rng)
    fit(model, batches, FIRST_STEPS, lambda rows: _loss(model, rows), FIRST_RATE)
    go_on(model, rest, [*_examples(folder / "dev-v1.1.json", random.Random(5))], rng)
    model.save("spans")


def go_on(model: Encoder, squad: list[Example], unseen: list[Example], rng: random.Random) -> None:
    """Train on our texts and some more questions of SQuAD."""
    encode = _Encoding()
    texts, groups = read_texts(TEXTS.read_text("utf-8")), operands.groups(OPERANDS.read_text("utf-8"))
    judged = [*chain.from_iterable(texts[::HELD_OUT]), *_of_groups(groups[::HELD_OUT], rng)]
    seen_texts = [part for at, part in enumerate(texts) if at % HELD_OUT]
    seen_groups = [part for at, part in enumerate(groups) if at % HELD_OUT]
    mixed = [each for _ in range(ROUNDS) for each in (*chain.from_iterable(seen_texts), *_of_groups(seen_groups, rng))]
    mixed += squad[: int(len(mixed) * OTHERS)]
    rng.shuffle(mixed)
    random.Random(1).shuffle(unseen)
    own, others = ([found for each in part if (found := encode(each))] for part in (judged, unseen[:400]))
    steps = sum(1 for _ in _batches(mixed, encode, random.Random(0)))
    report = lambda: f"ours: {_judge(model, own)}; SQuAD: {_judge(model, others)}"  # noqa: E731 - one use
    fit(model, _batches(mixed, encode, rng), steps, lambda rows: _loss(model, rows), THEN_RATE, report)


def _of_groups(groups: list[list[str]], rng: random.Random) -> Iterator[Example]:
    return chain.from_iterable(operands.examples(group, rng) for group in groups)


def _examples(path: Path, rng: random.Random) -> Iterator[Example]:
    for article in json.loads(path.read_text("utf-8"))["data"]:
        title = article["title"].replace("_", " ")
        texts = [paragraph["context"] for paragraph in article["paragraphs"]]
        for at, paragraph in enumerate(article["paragraphs"]):
            for asked in paragraph["qas"]:
                answer = asked["answers"][0]
                start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
                head = f"{title}: " if rng.random() < 0.8 else ""
                question = _shortened(asked["question"], rng)
                if rng.random() < UNANSWERED:
                    if other := _without(
                        asked["question"], answer["text"], [*rng.sample(texts, min(8, len(texts))), texts[at]], rng
                    ):
                        yield Example(question, head + other, -1, -1)
                elif window := _window(texts[at], start, end, rng):
                    first, last = window
                    shift = len(head) - first
                    yield Example(question, head + texts[at][first:last], start + shift, end + shift)


def _shortened(question: str, rng: random.Random) -> str:
    """Return most questions as they are, some without their mark, and some without their small words."""
    drawn, words = rng.random(), question.rstrip("?").split()
    if drawn < 0.6:
        return question
    if drawn < 0.8:
        return " ".join(words)
    kept = [word for word in words if word.lower() not in STOP_WORDS or rng.random() < 0.35]
    return " ".join(kept) if len(kept) > 1 else question


def _window(text: str, start: int, end: int, rng: random.Random) -> tuple[int, int] | None:
    """Return where a few sentences around an answer begin and end; None where it goes over a sentence's end."""
    spans = split(text)
    home = next((at for at, span in enumerate(spans) if span[0] <= start and end <= span[1]), None)
    if home is None:
        return None
    count = rng.randint(1, 5)
    first = max(0, home - rng.randint(0, count - 1))
    last = min(len(spans), max(first + count, home + 1))
    while spans[last - 1][1] - spans[first][0] > MAX_CHARS and last - first > 1:
        first, last = (first, last - 1) if last - 1 > home else (first + 1, last)
    return spans[first][0], spans[last - 1][1]


def _without(question: str, answer: str, texts: list[str], rng: random.Random) -> str:
    """Return sentences that share words with the question and do not have the answer; empty where there are none."""
    wanted = {word.lower() for word in _WORD.findall(question)} - STOP_WORDS
    found = []
    for text in texts:
        for start, end in split(text):
            if answer not in text[start:end]:
                shared = wanted & {word.lower() for word in _WORD.findall(text[start:end])}
                found.append((len(shared), rng.random(), text, start, end))
    if not found:
        return ""
    found.sort(reverse=True)
    _, _, text, start, end = found[min(len(found) - 1, int(rng.expovariate(0.7)))]
    around = _window(text, start, end, rng) or (start, end)
    return text[start:end] if answer in text[slice(*around)] else text[slice(*around)]


class _Encoding:
    def __init__(self) -> None:
        self._tokenizer = tokenizer()

    def __call__(self, example: Example) -> Encoded | None:
        """Return an example as tokens; None where the answer was cut off."""
        tokens = self._tokenizer(
            example.question, example.text, truncation="only_second", max_length=MAX_TOKENS, return_offsets_mapping=True
        )
        ids, types = tokens["input_ids"], tokens["token_type_ids"]
        if example.start < 0:
            return Encoded(ids, types, 0, 0)
        within = [
            at
            for at, (start, end) in enumerate(tokens["offset_mapping"])
            if types[at] == 1 and start < example.end and end > example.start
        ]
        return Encoded(ids, types, within[0], within[-1]) if within else None


def _batches(examples: list[Example], encode: _Encoding, rng: random.Random) -> Iterator[list[Encoded]]:
    chunk = SIZE * 50
    for at in range(0, len(examples), chunk):
        encoded = [found for each in examples[at : at + chunk] if (found := encode(each))]
        yield from bucketed(encoded, SIZE, rng, lambda each: len(each.ids))


def _scores(model: Encoder, rows: list[Encoded]) -> torch.Tensor:
    """Return the scores `(rows, tokens, 2)` of begins and ends: of the text's tokens, and of the first for none."""
    mask = padded([[1] * len(row.ids) for row in rows], 0)
    batch: Batch = {
        "ids": padded([row.ids for row in rows], 0),
        "types": padded([row.types for row in rows], 0),
        "mask": mask,
    }
    allowed = (batch["types"] == 1) & (mask == 1)
    allowed[:, 0] = True
    return model(batch)["span"].masked_fill(~allowed.unsqueeze(-1), -1e4)


def _loss(model: Encoder, rows: list[Encoded]) -> torch.Tensor:
    scores = _scores(model, rows)
    begins, lasts = (torch.tensor([getattr(row, name) for row in rows]) for name in ("begin", "last"))
    return (cross_entropy(scores[..., 0], begins) + cross_entropy(scores[..., 1], lasts)) / 2


@torch.no_grad()
def _judge(model: Encoder, rows: list[Encoded]) -> str:
    model.eval()
    exact = refused = 0
    for row in rows:
        scores = _scores(model, [row])[0]
        pairs = (scores[:, None, 0] + scores[None, :, 1]).triu().tril(20)
        pairs[0] = pairs[0, 0]
        begin, last = divmod(int(pairs.argmax()), len(scores))
        exact += row.begin > 0 and (begin, last) == (row.begin, row.last)
        refused += row.begin == 0 and begin == 0
    model.train()
    answered = sum(row.begin > 0 for row in rows)
    return f"exactly right {exact} of {answered}, rightly none {refused} of {len(rows) - answered}"
