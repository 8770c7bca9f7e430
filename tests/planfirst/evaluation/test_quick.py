"""Judging replies, counting them, and a run over a small corpus with the parts that users run."""

import pytest

from nodes.errors import InputError
from planfirst.evaluation.quick import Row, judge, run_quick, summarise
from retrieval import HashEmbedder


def test_a_refusal_is_right_only_where_the_documents_do_not_say(question, reply):
    nothing = question("unanswerable", gold=[], documents=[])
    assert judge(nothing, reply("The documents do not say.", status="insufficient")) == "right"
    assert judge(nothing, reply("Io [1]")) == "wrong"
    assert judge(question(), reply("It could not be computed. Io", status="insufficient")) == "refused"


def test_an_answer_is_right_or_wrong(question, reply):
    assert judge(question(), reply("It is Europa. [1]\nIo is near. [2]")) == "right"
    assert judge(question("comparison"), reply("It is Europa. [1]\nIo is near. [2]")) == "wrong"
    assert judge(question(), reply("Io", status="partial")) == "right"
    assert judge(question(), reply("", status="failed")) == "wrong"


def test_counts_are_by_part_and_kind(outcome):
    summary = summarise([
        outcome("single-hop", "Io"),
        outcome("single-hop", "Europa"),
        outcome("comparison", "none", status="insufficient"),
        outcome("single-hop", "Io", holdout=True),
    ])  # fmt: skip
    assert summary["dev"] == {
        "single-hop": Row(n=2, right=1, refused=0, wrong=1, documents=4, fetched=2, cited=2),
        "comparison": Row(n=1, right=0, refused=1, wrong=0, documents=2, fetched=1, cited=1),
        "all": Row(n=3, right=1, refused=1, wrong=1, documents=6, fetched=3, cited=3),
    }
    assert summary["holdout"]["all"].right == 1


async def test_gold_documents_must_be_in_the_corpus(question, tmp_path):
    (tmp_path / "a.md").write_text("# Io\n")
    with pytest.raises(InputError, match=r"b\.md"):
        await run_quick([question()], tmp_path, on_progress=lambda *_: None)
    with pytest.raises(InputError, match="no folder"):
        await run_quick([question()], tmp_path / "none", on_progress=lambda *_: None)


async def test_a_run_keeps_conversations_apart_and_its_home_for_the_next(question, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "io.md").write_text("# Io\n\nThe diameter of Io is 3,643 km.\n")
    (corpus / "europa.md").write_text("# Europa\n\nThe diameter of Europa is 3,122 km.\n")
    asked = [
        question(question="What is the diameter of Io?", gold=[["3,643 km"]], documents=["io.md"]),
        question("follow-up", id="f", question="And of Europa?", after=["What is the diameter of Io?"],
                 gold=[["3,122 km"]], documents=["europa.md"]),
        question("unanswerable", id="u", question="Who won the football world cup in 1998?", gold=[], documents=[]),
    ]  # fmt: skip
    heard = []
    report = await run_quick(
        asked, corpus, home=tmp_path / "kept", embedder=HashEmbedder(), on_progress=lambda *told: heard.append(told)
    )
    assert [outcome.verdict for outcome in report.outcomes] == ["right", "right", "right"]
    assert [outcome.fetched for outcome in report.outcomes] == [["io.md"], ["europa.md"], []]
    assert [outcome.cited for outcome in report.outcomes[:2]] == [["io.md"], ["europa.md"]]
    assert report.slowest.plan_seconds >= max(outcome.plan_seconds for outcome in report.outcomes) > 0
    assert ("ingesting", 2, 2) in heard
    assert heard[-1] == ("asking", 3, 3)
    assert list((tmp_path / "kept").rglob("knowledge.sqlite3"))
    assert report.faults == ()
