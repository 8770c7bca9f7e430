"""What `import planfirst`, and the names an app takes from it, cost over `import langgraph.graph`."""

import subprocess
import sys

from benchmarks.report import Figure

ROUNDS = 5
_CODE = """
import time
import langgraph.graph
start = time.perf_counter()
{statement}
print(time.perf_counter() - start)
"""


def _seconds(statement: str) -> float:
    spans = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", _CODE.format(statement=statement)],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        spans.append(float(done.stdout))
    return sorted(spans)[ROUNDS // 2]


def measure() -> list[Figure]:
    """Return the medians."""
    names = _seconds("from planfirst import Agent, build_graph, tool")
    note = f"median of {ROUNDS}; with Agent, build_graph and tool {names:.2f} s"
    return [Figure("`import planfirst` over `import langgraph.graph`", _seconds("import planfirst"), 0.3, "s", note)]
