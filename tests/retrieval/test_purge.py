import pytest

from retrieval import InputError

SECRET = "Xylophonic zebras whisper quietly under marmalade skies."


def files_with(folder, needle: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes().lower()]


@pytest.fixture
def secret_kb(kb, tmp_path):
    """A knowledge base with a second collection that is to be purged."""
    (tmp_path / "secret.md").write_text(f"---\nowner: Quetzalcoatlus\n---\n# Marzipan\n\n{SECRET}")
    kb.ingest([tmp_path / "secret.md"], collection="secrets", describe="unspeakable")
    return kb


def test_a_purge_leaves_nothing_on_disk_and_the_rest_untouched(secret_kb, tmp_path):
    before = {hit.passage_id for hit in secret_kb.search("Jupiter", 9, collection="default")}
    vector = secret_kb._embedder.embed_documents([f"Marzipan: {SECRET}"])[0].tobytes()
    passage = secret_kb.search("zebras", 1)[0].passage_id.encode()
    words = [b"zebra", b"marzipan", b"quetzalcoatlus", b"unspeakable", b"xylophon", b"secret.md", passage]
    home = tmp_path / "home"
    assert all(files_with(home, word) for word in words)
    assert [path for path in home.rglob("*") if path.is_file() and vector in path.read_bytes()]
    secret_kb.purge("secrets")
    assert not [found for word in words for found in files_with(home, word)]
    assert not [path for path in home.rglob("*") if path.is_file() and vector in path.read_bytes()]
    assert {hit.passage_id for hit in secret_kb.search("Jupiter", 9, collection="default")} == before
    assert [info.name for info in secret_kb.collections()] == ["default"]
    with pytest.raises(InputError, match="no collection"):
        secret_kb.search("zebras", collection="secrets")


def test_a_purged_collection_can_be_filled_again(kb, library):
    kb.purge("default")
    assert kb.search("moon") == []
    assert kb.ingest([library]).added == 3
    assert kb.search("moon", 1)


def test_purging_what_is_not_there_is_refused(kb, open_kb, tmp_path):
    with pytest.raises(InputError, match="no collection"):
        kb.purge("nope")
    with pytest.raises(InputError, match="nothing has been ingested"):
        open_kb(tmp_path / "empty").purge("default")
