"""Ingestion against the bare embedder on the same passages in the same batches, and the same folder once more."""

import json
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.report import Figure
from retrieval import Embedder, KnowledgeBase, default_embedder

ROUNDS = 3
DOCUMENTS = 40
_WORDS = """
harbour vessel anchor engine survey bridge captain cargo container crane current deck depth dock draught ferry fleet
freight fuel gale hull island keel lantern length lighthouse manifest mast mooring navigation pilot port propeller quay
radar range repair route rudder sailor salvage schedule sextant shipyard signal speed storm tide tonnage towing voyage
"""


class Recorder:
    """Embeds with another embedder and keeps the batches; `seconds` is the time spent inside it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.fingerprint, self.dimension = embedder.fingerprint, embedder.dimension
        self.batches: list[list[str]] = []
        self.seconds = 0.0

    def embed_documents(self, texts: Sequence[str]) -> np.ndarray:
        """Pass the texts on."""
        start = time.perf_counter()
        vectors = self._embedder.embed_documents(texts)
        self.seconds += time.perf_counter() - start
        self.batches.append(list(texts))
        return vectors

    embed_sentences = embed_documents

    def embed_query(self, text: str) -> np.ndarray:
        """Pass the text on."""
        return self.embed_documents([text])[0]


def _sentence(dice: random.Random) -> str:
    words = dice.choices(_WORDS.split(), k=dice.randint(8, 22))
    return f"{' '.join(words).capitalize()} {dice.randint(2, 4000)}."


def _paragraph(dice: random.Random) -> str:
    return " ".join(_sentence(dice) for _ in range(dice.randint(2, 6)))


def _write_corpus(folder: Path) -> None:
    """Write Markdown and HTML pages, and a tenth of tables and records."""
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


def _round(corpus: Path, embedder: Embedder) -> tuple[int, float, float, float, float]:
    """Return the passages, and the seconds: ingestion, inside its embedder, the bare embedder, the folder once more."""
    recorder = Recorder(embedder)
    with tempfile.TemporaryDirectory() as home:
        with KnowledgeBase(Path(home), embedder=recorder) as knowledge:
            first = knowledge.ingest([corpus])
            inside = recorder.seconds
        with KnowledgeBase(Path(home), embedder=recorder) as knowledge:
            again = knowledge.ingest([corpus])
    if first.faults or again.unchanged != DOCUMENTS:
        raise RuntimeError(f"the corpus was not taken in: {first}, {again}")
    start = time.perf_counter()
    for batch in recorder.batches:
        embedder.embed_documents(batch)
    return first.passages, first.seconds, inside, time.perf_counter() - start, again.seconds


def measure() -> list[Figure]:
    """Return the medians of rounds that each compare within themselves, because a machine's speed changes."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        _write_corpus(corpus)
        embedder = default_embedder(Path(folder) / "models")
        embedder.embed_documents([_sentence(random.Random(n)) for n in range(64)])
        rounds = [_round(corpus, embedder) for _ in range(ROUNDS)]
    speeds = sorted(bare / whole for _, whole, _, bare, _ in rounds)
    shares = sorted(inside / whole for _, whole, inside, _, _ in rounds)
    looks = sorted(whole / again for _, whole, _, _, again in rounds)
    passages, whole = rounds[-1][0], rounds[-1][1]
    note = f"median of {ROUNDS}, worst {speeds[0]:.2f}; {passages} passages, {passages / whole:.0f} a second, "
    note += f"{100 * shares[ROUNDS // 2]:.0f} % of the time inside the embedder"
    return [
        Figure("ingestion", speeds[ROUNDS // 2], 0.9, "× bare embedder", note, at_least=True),
        Figure("the same folder again", looks[ROUNDS // 2], 50, "× faster", f"worst {looks[0]:.0f}", at_least=True),
    ]
