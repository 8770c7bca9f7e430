"""Examples for the span reader, and those that `texts.txt` holds."""

import re
from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).with_name("texts.txt")


@dataclass(frozen=True)
class Example:
    """A question with a text; the answer is `text[start:end]`, or there is none where `start` is negative."""

    question: str
    text: str
    start: int
    end: int


def read_texts(whole: str) -> list[list[Example]]:
    """Return the examples of each text of `texts.txt`. Raises ValueError: an answer does not stand in its text.

    A text begins with `# title | section`; a line `? question => answer` asks, `-` stands for no answer, and
    `answer @2` for the answer's second occurrence.
    """
    return [_of_text(part) for part in re.split(r"^# ", whole, flags=re.MULTILINE)[1:]]


def _of_text(part: str) -> list[Example]:
    heading, *lines = part.splitlines()
    head = headed(heading)
    text = head + "\n".join(line for line in lines if not line.startswith("? ")).strip()
    examples = []
    for line in lines:
        if line.startswith("? "):
            question, _, answer = (each.strip() for each in line[2:].rpartition(" => "))
            words, nth = counted(answer)
            start = occurrence(text, words, nth, len(head))
            examples.append(Example(question, text, start, start + len(words) if start >= 0 else -1))
    return examples


def headed(heading: str) -> str:
    """Return `title | section` as it goes before a text."""
    title, _, section = heading.partition(" | ")
    return f"{title}, {section}: " if section else f"{title}: "


def counted(answer: str) -> tuple[str, int]:
    """Return an answer's words, and which of their occurrences is meant."""
    found = re.fullmatch(r"(.*) @(\d)", answer)
    return (found[1], int(found[2])) if found else (answer, 1)


def occurrence(text: str, answer: str, nth: int, start: int) -> int:
    """Return where an answer stands for the nth time from `start` on; -1 for `-`. Raises ValueError: it does not."""
    if answer == "-":
        return -1
    at = start - 1
    for _ in range(nth):
        at = text.find(answer, at + 1)
        if at < 0:
            raise ValueError(f"{answer!r} does not stand in {text[:60]!r} {nth} times")
    return at
