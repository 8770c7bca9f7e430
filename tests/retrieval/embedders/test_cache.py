import numpy as np

from retrieval import HashEmbedder
from retrieval.embedders.cache import VectorCache


def test_known_texts_are_not_embedded_again_and_old_ones_are_forgotten():
    embedder, asked = HashEmbedder(16), []

    def embed(texts):
        asked.append(list(texts))
        return embedder.embed_documents(texts)

    cache = VectorCache(embed, size=2)
    assert np.array_equal(cache.vectors(["a", "b", "a"]), embedder.embed_documents(["a", "b", "a"]))
    cache.vectors(["b", "a"])
    cache.vectors(["c"])
    cache.vectors(["a", "b"])
    assert asked == [["a", "b"], ["c"], ["b"]]
