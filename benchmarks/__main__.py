"""Runs every benchmark, prints the table, and exits with 1 where a target is missed."""

import sys
from pathlib import Path

from benchmarks import commandline, dataflow, imports, ingestion, overhead
from benchmarks.report import document, table

figures = [figure for module in (imports, commandline, dataflow, overhead, ingestion) for figure in module.measure()]
print(table(figures))
if "--write" in sys.argv[1:]:
    Path(__file__).with_name("RESULTS.md").write_text(document(figures), encoding="utf-8")
sys.exit(not all(figure.met for figure in figures))
