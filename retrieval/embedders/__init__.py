"""Embedding models behind one Protocol. Each module imports its heavy library only when it first embeds."""
