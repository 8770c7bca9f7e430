"""Trains the two small models in `retrieval/trained`: `python -m benchmarks.training spans SQUAD`, or `questions`."""
