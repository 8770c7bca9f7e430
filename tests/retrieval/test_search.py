from concurrent.futures import ThreadPoolExecutor

import pytest

from retrieval import InputError
from retrieval.lookup import Condition


def test_the_best_passage_comes_first_with_a_score_between_0_and_1(kb):
    hits = kb.search("equatorial diameter of Jupiter", 5)
    assert hits[0].document == "jupiter.md"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)


def test_the_order_is_the_same_every_time_and_k_only_cuts(kb):
    assert kb.search("moon", 5) == kb.search("moon", 5)
    assert kb.search("moon", 2) == kb.search("moon", 5)[:2]


def test_equal_passages_are_ordered_by_id(open_kb, tmp_path):
    for n in range(6):
        (tmp_path / f"{n}.txt").write_text("Title\n\nExactly the same words.")
    kb = open_kb()
    kb.ingest([tmp_path])
    ids = [hit.passage_id for hit in kb.search("same words", 6)]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        ({"document": "earth.html"}, {"earth.html"}),
        ({"title": ["Jupiter", "Earth"]}, {"jupiter.md", "earth.html"}),
        ({"section": "Moons"}, {"jupiter.md"}),
        ({"collection": "default", "extension": [".txt"]}, {"craft/voyager.txt"}),
        ({"kind": "planet"}, {"jupiter.md"}),
        ({"discovered": 1610}, {"jupiter.md"}),
        ({"discovered": "1610"}, {"jupiter.md"}),
        ({"tags": "gas"}, {"jupiter.md"}),
        ({"tags": ["ice", "giant"], "kind": "planet"}, {"jupiter.md"}),
        ({"kind": "star"}, set()),
        ({"kind": []}, set()),
        ({"unheard": "x"}, set()),
        ({"document": "earth.html", "title": "Jupiter"}, set()),
    ],
)
def test_filters_bind_meaning_and_words_alike(kb, filters, documents):
    assert {hit.document for hit in kb.search("moon Io volcanic diameter planet", 20, filters=filters)} == documents


@pytest.mark.parametrize(
    "filters", [{"a b": 1}, {"$.x": 1}, {"kind": {"a": 1}}, {"kind": [[1]]}, {"kind": None}, {"": 1}]
)
def test_filters_that_make_no_sense_are_refused(kb, filters):
    with pytest.raises(InputError, match="cannot filter by"):
        kb.search("moon", filters=filters)


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "' OR 1=1 --",
        "NEAR(a b)",
        "title: x AND * NOT",
        "what is the",
        "!!! ???",
        "\0",
        "é" * 50,
        "a\ud800b",
        "木星",
    ],
)
def test_any_query_is_plain_text(kb, query):
    assert len(kb.search(query, 3)) <= 3


def test_a_very_long_query_is_answered(kb):
    assert kb.search("Jupiter " + "x y z " * 20_000, 1)


@pytest.mark.parametrize(("query", "k"), [("", 5), ("  \n", 5), ("moon", 0), ("moon", -1), ("moon", 10**9)])
def test_impossible_questions_are_refused(kb, query, k):
    with pytest.raises(InputError):
        kb.search(query, k)


def test_nothing_known_is_nothing_found_and_nothing_made(open_kb, tmp_path):
    kb = open_kb()
    assert kb.search("moon") == []
    assert kb.collections() == []
    assert kb.rank_sentences("moon", []) == []
    assert not (tmp_path / "home").exists()


def test_unknown_names_are_said_to_be(kb):
    with pytest.raises(InputError, match="there are: default"):
        kb.search("moon", collection="nope")
    with pytest.raises(InputError, match="no document"):
        kb.document_text("nope")
    with pytest.raises(InputError, match="no passage"):
        kb.passage("nope")


def test_half_a_character_is_refused_where_it_would_be_compared(kb):
    with pytest.raises(InputError, match="lone surrogate"):
        kb.document_text("\ud800")
    with pytest.raises(InputError, match="lone surrogate"):
        kb.search("moon", filters={"title": "\ud800"})


def test_a_document_is_found_by_path_if_only_one_has_it(kb, library):
    assert "12,742 km" in kb.document_text("earth.html")
    kb.ingest([library], collection="second")
    with pytest.raises(InputError, match="several"):
        kb.document_text("earth.html")


def test_threads_search_at_the_same_time(kb):
    expected = kb.search("moon", 5)
    with ThreadPoolExecutor(8) as pool:
        assert all(hits == expected for hits in pool.map(lambda _: kb.search("moon", 5), range(40)))


def test_searching_goes_on_while_documents_come_and_go(kb, library):
    def edit(n: int) -> None:
        (library / "mars.md").write_text(f"# Mars\n\nMars was visited {n} times.")
        kb.ingest([library])

    with ThreadPoolExecutor(4) as pool:
        edits = [pool.submit(edit, n) for n in range(5)]
        searches = [pool.submit(kb.search, "Mars visited", 5) for _ in range(20)]
        assert [edit.result() for edit in edits] == [None] * 5
        for search in searches:
            assert {"jupiter.md", "earth.html"} <= {hit.document for hit in search.result()}


def test_a_collection_purged_meanwhile_is_passed_over(kb, tmp_path):
    index = kb._existing()
    stale = index.store.collections()
    kb.purge("default")
    vector = kb._embedder.embed_query("moon")
    assert index.search(stale, Condition([1], None), "moon", vector, 5) == []
    assert not (tmp_path / "home/local/vectors/1").exists()


def test_tenants_see_nothing_of_each_other(kb, open_kb):
    assert open_kb(tenant="other").search("Jupiter") == []
    with pytest.raises(InputError, match="cannot name a tenant"):
        open_kb(tenant="../local")


def test_it_opens_again_after_closing(kb):
    before = kb.search("moon")
    kb.close()
    assert kb.search("moon") == before
    with kb as same:
        assert same.search("moon") == before
