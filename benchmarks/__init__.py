"""Speed and memory against the targets: `make bench`, or `python -m benchmarks --write` to keep the figures."""
