"""Wall time and peak memory of `planfirst ask` as a whole process, and whether every quote stands where it says.

The knowledge base is the sample corpus, ingested once into a folder of its own; a new process asks each question.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Figure

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = (
    "How many times larger is Jupiter's equatorial diameter than Earth's?",
    "When did Apollo 11 land on the Moon?",
    "Which planet is larger, Uranus or Neptune?",
    "What did Galileo discover in 1610?",
    "Which rocket launched the James Webb Space Telescope?",
    "How long is a day on Mars?",
    "What is the mass of Saturn?",
    "Who walked on the Moon first?",
)
FLOOR = "import langgraph.graph, chromadb, onnxruntime, tokenizers"


def _run(command: list[str], home: str) -> tuple[str, float, float]:
    """Return a command's output, its wall time in seconds and its peak memory in MB (10⁶ bytes)."""
    environment = {**os.environ, "PLANFIRST_HOME": home}
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=output)
        _, status, used = os.wait4(process.pid, 0)  # the one call that tells a single child's peak
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{text}")
    return text, seconds, used.ru_maxrss * 1024 / 1e6


def _misquotes(citations: list[dict[str, object]], home: str) -> int:
    """Count the citations whose quote is not exactly at the cited offsets of the stored text."""
    from retrieval import KnowledgeBase

    with KnowledgeBase(Path(home) / "knowledge") as knowledge:
        texts = {c["document"]: knowledge.document_text(str(c["document"])) for c in citations}
    return sum(texts[c["document"]][c["start"] : c["end"]] != c["quote"] for c in citations)  # type: ignore[misc]


def measure() -> list[Figure]:
    """Return the figures of a warm disk: the first question is not counted."""
    planfirst = [sys.executable, "-m", "planfirst"]
    with tempfile.TemporaryDirectory() as home:
        _run([*planfirst, "ingest", str(ROOT / "data" / "corpus")], home)
        runs = [_run([*planfirst, "ask", question, "--json"], home) for question in QUESTIONS]
        citations = [citation for output, _, _ in runs for citation in json.loads(output)["citations"]]
        wrong = _misquotes(citations, home)
        _, floor, _ = _run([sys.executable, "-c", FLOOR], home)
    seconds, peaks = sorted(run[1] for run in runs[1:]), [run[2] for run in runs[1:]]
    exact = 100.0 * (1 - wrong / len(citations))
    median = seconds[len(seconds) // 2]
    note = f"median of {len(seconds)}, worst {seconds[-1]:.2f} s; {median / floor:.2f} × the bare imports"
    return [
        Figure("`planfirst ask`, whole process", median, 3.0, "s", note),
        Figure("`planfirst ask`, peak memory", max(peaks), 500.0, "MB", "worst of the same"),
        Figure("quotes exactly at their offsets", exact, 100.0, "%", f"of {len(citations)} citations", at_least=True),
    ]
