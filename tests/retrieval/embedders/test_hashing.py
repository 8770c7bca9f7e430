import numpy as np

from retrieval import HashEmbedder


def test_vectors_are_units_of_the_promised_shape():
    vectors = HashEmbedder(32).embed_documents(["one two", "three", ""])
    assert vectors.shape == (3, 32)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 0])


def test_texts_that_share_words_are_near():
    embedder = HashEmbedder()
    query = embedder.embed_query("the diameter of Jupiter")
    near, far = embedder.embed_sentences(["Jupiter has a large diameter", "bananas grow on trees"]) @ query
    assert near > far + 0.2


def test_it_is_the_same_every_time():
    assert (HashEmbedder().embed_query("Io") == HashEmbedder().embed_query("io")).all()
    assert HashEmbedder(32).fingerprint != HashEmbedder(64).fingerprint
