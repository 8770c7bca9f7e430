"""Reads files into extracted text with a title and sections. Knows formats; knows nothing of passages or the index.

A new format is one small module with a function to an `Extracted`, and one line in `registry.py`. Nothing is imported
here, so that a question loads no converter.
"""
