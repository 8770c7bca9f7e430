"""HotpotQA: the file's variants, what is fetched at k, and a run whose second time embeds nothing."""

import json

import pytest

from nodes.errors import InputError
from planfirst.evaluation.hotpotqa import corpus_name, ingest_paragraphs, judge, run_hotpotqa, summarise
from planfirst.evaluation.hotpotqa_files import HotpotQuestion, Paragraph, read_hotpotqa
from retrieval import HashEmbedder, KnowledgeBase

IO = ["Io is a moon of Jupiter.", " Its diameter is 3,643 km."]
EUROPA = ["Europa is a moon of Jupiter.", " Its diameter is 3,122 km."]
RECORD = {
    "_id": "1", "question": "Which moon is larger, Io or Europa?", "answer": "Io", "type": "comparison",
    "supporting_facts": [["Io", 1], ["Europa (moon)", 1], ["Io", 0]],
    "context": [["Io", IO], ["Europa (moon)", EUROPA]],
}  # fmt: skip
PARAGRAPHS = [Paragraph("Io", "".join(IO)), Paragraph("Europa (moon)", "".join(EUROPA))]


@pytest.fixture
def read(tmp_path):
    """Write what is given as JSON, or as the text it is, and read it."""

    def read_files(questions, corpus=None):
        paths = []
        for name, content in (("questions.json", questions), ("corpus.json", corpus)):
            paths.append(tmp_path / name)
            paths[-1].write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return read_hotpotqa(paths[0], None if corpus is None else paths[1])

    return read_files


@pytest.mark.parametrize(
    "corpus",
    [
        None,
        {"Io": IO, "Europa (moon)": EUROPA},
        {"Io": "".join(IO), " Europa (moon)": "".join(EUROPA)},
        [{"title": "Io", "text": "".join(IO), "idx": 0}, {"title": "Europa (moon)", "sentences": EUROPA}],
    ],
)
def test_every_form_of_the_corpus_gives_the_same_paragraphs(read, corpus):
    (question,), paragraphs = read([RECORD], corpus)
    assert paragraphs == PARAGRAPHS
    assert question == HotpotQuestion(RECORD["question"], "Io", frozenset({"Io", "Europa (moon)"}), "comparison")


def test_columns_and_shared_contexts_are_read_too(read):
    columns = RECORD | {
        "supporting_facts": {"title": ["Io", "Europa (moon)"], "sent_id": [1, 1]},
        "context": {"title": ["Io", "Europa (moon)"], "sentences": [IO, EUROPA]},
    }
    questions, paragraphs = read([columns, RECORD])
    assert questions[0] == questions[1]
    assert paragraphs == PARAGRAPHS


def test_titles_are_compared_in_one_spelling(read):
    record = RECORD | {"supporting_facts": [["Tom &amp; Jerry", 0], ["Cafe\u0301", 0]]}
    (question,), paragraphs = read([record], {"Tom & Jerry": "Cartoon.", "Caf\u00e9": "House."})
    assert question.gold == {paragraph.title for paragraph in paragraphs}


@pytest.mark.parametrize(
    ("questions", "corpus", "words"),
    [
        ("{", None, ["questions.json", "not JSON"]),
        ({"a": 1}, None, ["questions.json", "list of objects", "whole file"]),
        ([RECORD, {"question": "?"}], None, ["1.answer"]),
        ([RECORD | {"supporting_facts": ["Io"]}], None, ["0.supporting_facts"]),
        ([], {"Io": "x"}, ["no question"]),
        ([RECORD | {"context": []}], None, ["--corpus"]),
        ([RECORD], {"Io": " "}, ["corpus.json", "no paragraphs"]),
        ([RECORD], [{"title": "Io"}], ["corpus.json", "title and text"]),
        ([RECORD], "\xff\x00", ["corpus.json", "not JSON"]),
    ],
)
def test_other_files_are_refused_in_one_sentence(read, questions, corpus, words):
    with pytest.raises(InputError) as caught:
        read(questions, corpus)
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.json cannot be read"):
        read_hotpotqa(tmp_path / "none.json", None)


QUESTION = HotpotQuestion("Which?", "The Exies", frozenset({"A", "B"}), "bridge")
TITLES = {"0": "A", "1": "B", "2": "C"}


@pytest.mark.parametrize(
    ("searches", "k", "both", "any_"),
    [
        ([["0", "1"]], 2, True, True),
        ([["0", "2", "1"]], 2, False, True),
        ([["0", "2", "1"], ["1"]], 2, True, True),
        ([["2", "2", "0"]], 2, False, False),
        ([], 5, False, False),
    ],
)
def test_of_every_search_the_first_k_passages_count(reply, searches, k, both, any_):
    outcome = judge(QUESTION, reply("x", *searches), TITLES, 0.001, k)
    assert (outcome.both, outcome.any) == (both, any_)


def test_right_is_the_gold_answer_in_the_reply_or_the_same_words(reply):
    def right(text, type_="bridge", status="answered"):
        question = HotpotQuestion("Which?", "The Exies", frozenset({"A"}), type_)
        return judge(question, reply(text, status=status), TITLES, 0.001, 5).right

    assert right("It was founded later. [1]\nThe Exies were first. [2]")
    assert not right("It was founded later. [1]\nThe Exies were first. [2]", "comparison")
    assert right("Exies (Exies 1997 < Circus Diablo 2006) [1]", "comparison")
    assert not right("The Exies", status="insufficient")


def test_shares_are_given_for_all_and_by_type(reply):
    def outcome(text, *documents, type_, status="answered"):
        question = HotpotQuestion("Which?", "Io", frozenset({"A", "B"}), type_)
        return judge(question, reply(text, documents, status=status), TITLES, 0.001, 5)

    summary = summarise([
        outcome("Io", "0", "1", type_="bridge"),
        outcome("The documents do not say.", "0", type_="bridge", status="insufficient"),
        outcome("Europa", "0", "1", type_="comparison"),
        outcome("Io", type_="comparison"),
    ])  # fmt: skip
    assert list(summary) == ["all", "bridge", "comparison"]
    all_ = summary["all"]
    assert (all_.n, all_.both, all_.any, all_.right, all_.refused, all_.wrong) == (4, 0.5, 0.75, 0.5, 0.25, 0.25)
    assert summary["comparison"].f1 == 0.5
    assert list(summarise([outcome("Io", type_="")])) == ["all"]


class CountingEmbedder(HashEmbedder):
    """Counts the passages it embeds."""

    embedded = 0

    def embed_documents(self, texts):
        self.embedded += len(texts)
        return super().embed_documents(texts)


def test_any_title_and_text_survive_the_way_through_a_file(tmp_path):
    odd = [Paragraph("<b>& Co.</b> \u201cX\u201d.", "1 < 2 & *3* > 2. <script>"), Paragraph("# A", "B")]
    with KnowledgeBase(tmp_path / "kb", embedder=HashEmbedder()) as knowledge:
        titles = ingest_paragraphs(knowledge, tmp_path / "files", odd)
        (hit,) = knowledge.search("script", 1)
        assert (titles[hit.document], hit.title, hit.text) == (odd[0].title, odd[0].title, odd[0].text)


async def test_a_run_finds_judges_and_embeds_a_corpus_once(own_home):
    question = HotpotQuestion(RECORD["question"], "Io", frozenset({"Io", "Europa (moon)"}), "comparison")
    first, second = CountingEmbedder(), CountingEmbedder()
    for embedder in (first, second):
        (outcome,) = await run_hotpotqa([question], PARAGRAPHS, 5, embedder=embedder, on_progress=lambda *_: None)
        assert (outcome.both, outcome.any) == (True, True)
        assert outcome.plan_seconds > 0
    assert first.embedded == 2
    assert second.embedded == 0
    assert corpus_name(PARAGRAPHS) != corpus_name(PARAGRAPHS[:1])
    assert (own_home / "evaluation" / corpus_name(PARAGRAPHS)).is_dir()
