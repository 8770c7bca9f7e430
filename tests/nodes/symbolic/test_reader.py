import pytest

from nodes.symbolic import ExtractiveReader


@pytest.mark.parametrize(
    ("question", "value", "title"),
    [
        ("diameter of Jupiter", "142984 km", "Jupiter"),
        ("diameter of earth", "12756 km", "Earth"),
        ("number of moons of Saturn", "274", "Saturn"),
        ("mass of Perseverance", "1025 kg", "Mars Rovers"),
        ("When was Voyager 1 launched", "5 September 1977", "Voyager"),
        ("year of the discovery of Titan", "1655", "Titan"),
    ],
)
async def test_a_value_comes_with_the_sentence_it_stands_in(ranker, passages, question, value, title):
    reading = await ExtractiveReader(ranker).read(question, passages, "")
    assert reading["value"] == value
    (source,) = reading["sources"]
    assert source["title"] == title
    passage = next(each for each in passages if each["passage_id"] == source["passage_id"])
    assert passage["text"][source["start"] - 100 : source["end"] - 100] == source["quote"]


@pytest.mark.parametrize(
    "question",
    [
        "diameter of Mars",
        "mass of Saturn",
        "height of Saturn",
        "When was Saturn discovered",
        "diameter of the Saturn V",
        "",
    ],
)
async def test_what_no_sentence_tells_has_no_value(ranker, passages, question):
    assert (await ExtractiveReader(ranker).read(question, passages, ""))["value"] is None


async def test_a_question_for_a_name_is_answered_by_it_and_one_for_neither_by_a_sentence(ranker, passages):
    reader, sentence = (
        ExtractiveReader(ranker),
        "Perseverance carried the helicopter Ingenuity, which had a mass of 1.8 kg.",
    )
    reading = await reader.read("Who discovered Titan?", passages, "")
    assert reading["value"] == "Christiaan Huygens"
    assert (await reader.read("What did Perseverance carry?", passages, ""))["value"] == sentence


async def test_a_value_may_come_from_text_of_another_step(ranker):
    reading = await ExtractiveReader(ranker).read("mass of Titan", [], "The mass of Titan is 5 kg.")
    assert reading == {"value": "5 kg", "sources": []}


async def test_the_fuller_of_two_dates_in_one_year_is_read(ranker, passages):
    earlier = {**passages[4], "passage_id": "p-x", "text": "Titan was discovered in 1655.", "end": 129}
    reading = await ExtractiveReader(ranker).read("When was Titan discovered", [earlier, *passages], "")
    assert reading["value"] == "25 March 1655"
