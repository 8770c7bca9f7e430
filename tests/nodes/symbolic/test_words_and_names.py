import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.symbolic.names import find_names, forms_of, mentions, names_asked
from nodes.symbolic.words import content_stems, stem


@pytest.mark.parametrize(
    "words",
    [
        ("discover", "discovered", "discoverer", "discovery", "found"),
        ("launch", "launched", "launches", "launching"),
        ("die", "died", "death"),
        ("author", "wrote", "written", "writer"),
        ("reach", "arrival", "arrived"),
    ],
)
def test_forms_of_one_word_have_one_stem(words):
    assert len({stem(word) for word in words}) == 1


@given(st.text(max_size=200))
def test_any_text_has_stems_and_names_inside_it(text):
    content_stems(text)
    for name in find_names(text):
        assert text[name.start : name.end] == name.name


def test_sentence_openers_and_months_are_not_names():
    text = "In July 1994 the Hubble Space Telescope saw Jupiter. Later Voyager 2 did."
    assert [name.name for name in find_names(text)] == ["Hubble Space Telescope", "Jupiter", "Voyager 2"]


def test_quoted_titles_are_names_of_a_question():
    assert names_asked('Who wrote "a man without love" for Engelbert?') == ("a man without love", "Engelbert")


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("Saturn", "the Saturn V flew", 0),
        ("Saturn", "Saturn's rings and saturn", 2),
        ("Voyager 1", "Voyager 10 and Voyager 1", 1),
        ("Titan", "a Titan IIIE rocket", 0),
        ("York", "New York", 0),
        ("Herschel", "William Herschel found it", 1),
        ("Phobos", "the probe Phobos 2", 0),
    ],
)
def test_a_name_inside_a_longer_one_is_not_mentioned(name, text, count):
    assert len(mentions(name, text)) == count


def test_a_name_goes_by_the_one_title_that_adds_words_only():
    assert forms_of("Webb", "", ["James Webb Space Telescope"], "") == ("Webb", "James Webb Space Telescope")
    assert forms_of("Saturn", "", ["Saturn V"], "") == ("Saturn",)
    assert forms_of("Mars", "", ["Mars Rovers", "Mars Express"], "") == ("Mars",)


def test_a_person_goes_by_the_last_name_once_introduced():
    assert "Huygens" in forms_of("Christiaan Huygens", "", [], "Christiaan Huygens saw it.")
    assert "Huygens" not in forms_of("Christiaan Huygens", "", [], "The Huygens probe landed.")
