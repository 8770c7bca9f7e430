"""What the solve node adds to a conversation."""

from nodes.contract import as_message
from nodes.solve import turn_messages

CITATION = {
    "n": 1, "passage_id": "p", "document": "jupiter.md", "title": "Jupiter,\n a planet", "start": 3, "end": 20,
    "quote": "![](http://example.org)",
}  # fmt: skip


def answer(**changed) -> dict:
    plain = {"text": "142984 km [1]", "status": "answered", "mode": "extractive", "citations": [], "reason": None}
    return {**plain, **changed}


def test_a_chat_message_names_what_it_cites_and_why_it_falls_short():
    shown = as_message(answer(citations=[CITATION], reason="One step failed."))
    assert shown == "142984 km [1]\n\n- [1] Jupiter, a planet (jupiter.md, characters 3-20)\n\nOne step failed."


def test_a_chat_message_without_citations_is_the_answer_alone():
    assert as_message(answer()) == "142984 km [1]"


def test_a_question_that_came_as_a_message_is_not_said_twice():
    asked = turn_messages({"question": "q", "asked": "m1"}, "142984 km [1]")
    alone = turn_messages({"question": "q", "asked": None}, "142984 km [1]")
    assert [message.type for message in asked] == ["ai"]
    assert [(message.type, message.content) for message in alone] == [("human", "q"), ("ai", "142984 km [1]")]
