"""Runs every benchmark, or those named, prints the table, and exits with 1 where a target is missed.

`python -m benchmarks plans` runs one; `--write`, with no names, keeps the table in RESULTS.md.
"""

import sys
from pathlib import Path

from benchmarks import commandline, dataflow, durability, imports, ingestion, overhead, plans, streaming, tokens
from benchmarks.report import document, table

MODULES = {
    "imports": imports,
    "commandline": commandline,
    "dataflow": dataflow,
    "durability": durability,
    "overhead": overhead,
    "ingestion": ingestion,
    "plans": plans,
    "streaming": streaming,
    "tokens": tokens,
}

named = [name for name in sys.argv[1:] if name != "--write"]
if unknown := [name for name in named if name not in MODULES]:
    sys.exit(f"there is no benchmark {unknown[0]}; the benchmarks are {', '.join(MODULES)}")
if named and "--write" in sys.argv[1:]:
    sys.exit("RESULTS.md holds all figures; leave out the names to write it")
figures = [figure for name in named or MODULES for figure in MODULES[name].measure()]
print(table(figures))
if "--write" in sys.argv[1:]:
    Path(__file__).with_name("RESULTS.md").write_text(document(figures), encoding="utf-8")
sys.exit(not all(figure.met for figure in figures))
