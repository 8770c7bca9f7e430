"""Ingestion against the bare embedder on the same passages in the same batches, and the same folder once more.

Markdown and HTML pages, and a fifth of tables and records, all made here.
"""

import json
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.report import Figure
from retrieval import Embedder, KnowledgeBase, default_embedder

if TYPE_CHECKING:
    from retrieval.embedders.protocol import Vectors

ROUNDS = 3
DOCUMENTS = 40
_WORDS = """
harbour vessel anchor engine survey bridge captain cargo container crane current deck depth dock draught ferry fleet
freight fuel gale hull island keel lantern length lighthouse manifest mast mooring navigation pilot port propeller quay
radar range repair route rudder sailor salvage schedule sextant shipyard signal speed storm tide tonnage towing voyage
"""


class Twice:
    """Embeds every batch twice: once for whoever asks, and once for nothing. What each took is in seconds.

    The two runs lie side by side, because a busy machine's speed changes from one minute to the next.
    """

    def __init__(self, embedder: Embedder, *, bare_first: bool) -> None:
        self._embedder = embedder
        self._bare_first = bare_first
        self.fingerprint, self.dimension = embedder.fingerprint, embedder.dimension
        self.bare = self.inside = 0.0

    def embed_documents(self, texts: Sequence[str]) -> "Vectors":
        """Embed the texts."""
        spans = []
        for _ in range(2):
            start = time.perf_counter()
            vectors = self._embedder.embed_documents(texts)
            spans.append(time.perf_counter() - start)
        self.bare += spans[not self._bare_first]
        self.inside += spans[self._bare_first]
        return vectors

    def embed_sentences(self, texts: Sequence[str]) -> "Vectors":
        """Embed the texts once."""
        return self._embedder.embed_sentences(texts)

    def embed_query(self, text: str) -> "Vectors":
        """Embed the text once."""
        return self._embedder.embed_query(text)


def _sentence(dice: random.Random) -> str:
    words = dice.choices(_WORDS.split(), k=dice.randint(8, 22))
    return f"{' '.join(words).capitalize()} {dice.randint(2, 4000)}."


def _paragraph(dice: random.Random) -> str:
    return " ".join(_sentence(dice) for _ in range(dice.randint(2, 6)))


def _write_corpus(folder: Path) -> None:
    """Write the documents; the same every time."""
    dice = random.Random(20)
    for n in range(DOCUMENTS):
        title = f"Report {n} on the {dice.choice(_WORDS.split())}"
        sections = [(_sentence(dice)[:40], [_paragraph(dice) for _ in range(3)]) for _ in range(3)]
        rows = [[f"Vessel {n}-{k}", dice.choice(_WORDS.split()), str(dice.randint(1, 999))] for k in range(40)]
        match n % 10:
            case 0:
                lines = ["name,kind,number", *(",".join(row) for row in rows)]
                (folder / f"{n}.csv").write_text("\n".join(lines))
            case 1:
                records = [json.dumps({"name": row[0], "kind": row[1], "number": row[2]}) for row in rows]
                (folder / f"{n}.jsonl").write_text("\n".join(records))
            case 2 | 3 | 4 | 5:
                body = "".join(f"<h2>{head}</h2>" + "".join(f"<p>{p}</p>" for p in text) for head, text in sections)
                (folder / f"{n}.html").write_text(f"<h1>{title}</h1>{body}")
            case _:
                body = "\n\n".join("\n\n".join([f"## {head}", *text]) for head, text in sections)
                (folder / f"{n}.md").write_text(f"# {title}\n\n{body}\n")


def _round(corpus: Path, embedder: Embedder, number: int) -> tuple[int, float, float, float, float]:
    """Return the passages, and the seconds: bare embedder, ingestion, inside its embedder, the folder once more."""
    twice = Twice(embedder, bare_first=number % 2 == 0)
    with tempfile.TemporaryDirectory() as home:
        with KnowledgeBase(Path(home), embedder=twice) as knowledge:
            first = knowledge.ingest([corpus])
        with KnowledgeBase(Path(home), embedder=twice) as knowledge:
            again = knowledge.ingest([corpus])
    if first.faults or again.unchanged != DOCUMENTS:
        raise RuntimeError(f"the corpus was not taken in: {first}, {again}")
    return first.passages, twice.bare, first.seconds - twice.bare, twice.inside, again.seconds


def measure() -> list[Figure]:
    """Return the medians of a few rounds."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        _write_corpus(corpus)
        embedder = default_embedder(Path(folder) / "models")
        embedder.embed_documents([_sentence(random.Random(n)) for n in range(100)])
        rounds = [_round(corpus, embedder, number) for number in range(ROUNDS)]
    speeds = sorted(bare / whole for _, bare, whole, _, _ in rounds)
    shares = sorted(inside / whole for _, _, whole, inside, _ in rounds)
    looks = sorted(whole / again for _, _, whole, _, again in rounds)
    passages, _, whole, _, _ = rounds[-1]
    note = f"median of {ROUNDS}, worst {speeds[0]:.2f}; {passages} passages, {passages / whole:.0f} a second, "
    note += f"{100 * shares[ROUNDS // 2]:.0f} % of the time inside the embedder"
    return [
        Figure("ingestion", speeds[ROUNDS // 2], 0.9, "× bare embedder", note, at_least=True),
        Figure("the same folder again", looks[ROUNDS // 2], 50, "× faster", f"worst {looks[0]:.0f}", at_least=True),
    ]
