"""Questions that compute, over texts: what `operands.txt` holds for the tagger and for the span reader.

A group begins with `===` and has one to three texts, each under `# title | section`. A line `> OPERATION | question
with [label:words] => value | value` has the marks of `questions.txt`, and for each item, in order, the words of the
texts that are its value: `-` where there is none, `words @2` for their second occurrence. A line `? question => words`
is a question as in `texts.txt`.
"""

import random
import re
from collections.abc import Iterator, Sequence

from benchmarks.training.examples import Example, counted, headed, occurrence
from benchmarks.training.questions import Marked, marked_line
from nodes.symbolic.drafting import NAME_OF
from nodes.symbolic.frame_questions import ARTICLE_BEHIND
from nodes.symbolic.marking import marked, role_of
from nodes.symbolic.words import word_set

NONE_KEPT = 0.5
"""Share of the pairs that are kept of a question and a text of its group that does not tell the value."""
ROLE_ONLY = 0.2
"""How often a question of which the items are marked is asked a second time by the roles alone."""
_TWO_VALUES = word_set(
    "diff diff_rev diff_abs ratio ratio_rev percent percent_rev change_pct change_pct_rev elapsed duration times "
    "less_pct plus_pct"
)

Text = tuple[str, str]
"""Heading with its colon, and what stands under it."""


def groups(whole: str) -> list[list[str]]:
    """Return the lines of each group."""
    parts = re.split(r"^===[ ]*$", whole, flags=re.MULTILINE)
    return [part.strip().splitlines() for part in parts if part.strip()]


def examples(group: Sequence[str], rng: random.Random) -> list[Example]:
    """Return a group's reading examples, each with one of its texts. Raises ValueError: a value stands in none."""
    texts = list(_texts(group))
    found: list[Example] = []
    for line in group:
        if line.startswith(("> ", "? ")):
            left, _, right = line[2:].rpartition(" => ")
            values = [each.strip() for each in right.split(" | ")]
            asked = _asked(marked_line(left), values, rng) if line.startswith("> ") else [(left.strip(), values[0])]
            for question, value in asked:
                found += _with_texts(question, value, texts, rng)
    return found


def _texts(group: Sequence[str]) -> Iterator[Text]:
    heading, lines = "", list[str]()
    for line in [*group, "# "]:
        if line.startswith("# "):
            if heading:
                yield heading, "\n".join(lines).strip()
            heading, lines = headed(line[2:].strip()), []
        elif not line.startswith(("> ", "? ")):
            lines.append(line)


def _asked(question: Marked, values: Sequence[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield what the reader is asked for each value, as the planner asks it."""
    text, operation = question.text.rstrip("?. "), question.operation
    items = [span for span in question.spans if span[2] == "i"]
    hops = [span for span in question.spans if span[2] == "h"]
    if operation == "lookup":
        if len(values) == 1:
            yield question.text, values[0]
        else:
            start, end, _ = max(hops, key=lambda span: span[1] - span[0])
            yield f"{NAME_OF}{text[start:end]}", values[0]
            if values[0] != "-":
                yield f"{ARTICLE_BEHIND.sub('', text[:start])}{values[0]}{text[end:]}", values[1]
        return
    named = len(items) == len(values)
    for nth, value in enumerate(values):
        role = role_of(operation, nth)
        if named:
            yield marked(text, role, *items[nth][:2]), value
        if operation in _TWO_VALUES and (not named or rng.random() < ROLE_ONLY):
            yield marked(text, role), value


def _with_texts(question: str, value: str, texts: Sequence[Text], rng: random.Random) -> Iterator[Example]:
    """Yield the question with the text that tells the value, and with some of those that do not."""
    words, nth = counted(value)
    told = value == "-"
    for heading, text in texts:
        here = 0 if value == "-" else text.count(words)
        if not told and here >= nth:
            start = occurrence(heading + text, words, nth, len(heading))
            told = True
            yield Example(question, heading + text, start, start + len(words))
        elif here == 0 and (value == "-" or rng.random() < NONE_KEPT):
            yield Example(question, heading + text, -1, -1)
        nth -= here
    if not told:
        raise ValueError(f"{value!r} does not stand in the texts of {question!r}")
