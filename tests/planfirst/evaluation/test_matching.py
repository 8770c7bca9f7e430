"""What counts as the gold answer being in a reply, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planfirst.evaluation.matching import answer_proper, gold_in_reply, stands_in, tokens


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        ("Clyde Tombaugh", "It was clyde  tombaugh, in 1930."),
        ("Earth", "Earth's diameter"),
        ("O'Brien", "Keith O\u2019Brien"),
        ("Rhône–Alpes", "the Rhône-Alpes region"),
        ("142,984 km", "142984 km / 12756 km = 11.21"),
        ("142,984 km", "a diameter of 142\u202f984 kilometres"),
        ("142,984 km", "142'984 km"),
        ("142,984 km", "142.984 million metres"),
        ("57.9 million km", "57,900,000 km"),
        ("57,900,000 km", "57.9 million km"),
        ("11.2", "11.21 (142984 km / 12756 km)"),
        ("11.2", "11.15"),
        ("11.2", "11.25"),
        ("5.683 × 10^26 kg", "a mass of 5.683×10²⁶ kg"),
        ("-110 °C", "about −110 °C"),
        ("27.3", "27.3 days"),
        ("5-day", "5 days"),
        ("9.81 m/s^2", "9.81 m/s²"),
        ("16 July 1969", "launched on 16 July 1969."),
        ("STS-31", "mission STS–31"),
        ("Apollo 11", "Apollo 11 landed"),
        ("45%", "45 percent"),
        ("ﬁsh", "fish"),
    ],
)
def test_it_stands_there(spelling, text):
    assert stands_in(spelling, text)


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        ("12", "126"),
        ("12", "1.12"),
        ("12", "12,756"),
        ("no", "north"),
        ("Ion", "Orion"),
        ("11.2", "11.3"),
        ("11.2", "11.2501"),
        ("11.21", "11.2"),
        ("142,984 km", "142984"),
        ("142,984 km", "142984 kg"),
        ("142,984 km", "142984 m"),
        ("57.9", "57.9 million km"),
        ("2", "1.9 km"),
        ("110 °C", "−110 °C"),
        ("Clyde Tombaugh", "Clyde W. Tombaugh"),
        ("Apollo 11", "Apollo 12"),
        ("10²", "102"),
        ("Apollo", ""),
        ("?!", "anything?!"),
    ],
)
def test_it_does_not_stand_there(spelling, text):
    assert not stands_in(spelling, text)


COMPUTED = (
    "11.21 (142984 km / 12756 km = 11.21) [1] [2]\nJupiter's diameter is 142,984 km. [1]\nEarth's is 12,756 km. [2]"
)


def test_the_answer_proper_is_the_first_line_without_markers_and_working():
    assert answer_proper(COMPUTED) == "11.21"
    assert answer_proper("\n Lilu (mythology) (a (nested) working) [12]\nmore") == "Lilu (mythology)"
    assert answer_proper("(all of it)") == "(all of it)"
    assert answer_proper("closes) only)") == "closes) only)"
    assert answer_proper("") == ""


def test_a_computed_answer_must_be_the_answer_and_not_a_number_on_the_way():
    assert gold_in_reply("arithmetic", [["11.2"]], COMPUTED)
    assert not gold_in_reply("arithmetic", [["142,984 km"]], COMPUTED)
    assert not gold_in_reply("superlative", [["Earth"]], COMPUTED)
    assert gold_in_reply("single-hop", [["142,984 km"]], COMPUTED)


def test_every_part_must_be_there_in_one_of_its_spellings():
    gold = [["Atlas V", "Atlas 5"], ["Clyde Tombaugh"]]
    assert gold_in_reply("conjunction", gold, "The Atlas 5. [1]\nClyde Tombaugh found it. [2]")
    assert not gold_in_reply("conjunction", gold, "The Atlas 5. [1]")
    assert not gold_in_reply("single-hop", [], "anything")


def test_citation_markers_are_no_answers():
    assert not gold_in_reply("single-hop", [["1"]], "Jupiter has many moons. [1]")
    assert gold_in_reply("single-hop", [["97"]], "97 [1]")


@pytest.mark.parametrize(("gold", "reply", "right"), [
    ("yes", "Yes (1610 = 1610) [1]", True),
    ("No", "no.", True),
    ("yes", "No. Yes would be wrong.", False),
    ("no", "There is no such moon.", False),
])  # fmt: skip
def test_yes_and_no_must_come_first(gold, reply, right):
    assert gold_in_reply("comparison", [[gold]], reply) is right
    assert gold_in_reply("single-hop", [[gold]], reply) is right


WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Z")), max_size=30)


@given(WORDS, WORDS, WORDS)
def test_what_stands_between_others_is_found(before, spelling, after):
    found = stands_in(spelling, f"{before}\n; {spelling} ;\n{after}")
    assert found is bool(tokens(spelling))


@given(WORDS, WORDS)
def test_what_is_found_shares_its_words(spelling, text):
    if stands_in(spelling, text):
        words = {token for token in tokens(spelling) if isinstance(token, str)}
        assert words <= set(tokens(text))


@given(st.integers(0, 10**12), st.sampled_from(["{:,}", "{}"]), st.sampled_from(["km", "kilometres", "kilometers"]))
def test_thousands_and_unit_names_do_not_matter(number, form, unit):
    assert stands_in(f"{number:,} km", f"about {form.format(number)} {unit}, or so")
    assert not stands_in(f"{number:,} km", f"about {form.format(number + 1)} {unit}, or so")


@given(st.decimals(0, 10**6, places=4, allow_nan=False), st.integers(0, 3))
def test_numbers_are_rounded_to_the_precision_of_the_gold_answer(number, places):
    gold = f"{number:.{places}f}"
    assert stands_in(gold, f"It is {number}.")
    more = f"{float(gold) + 0.6 * 10**-places:.{places + 3}f}"
    assert not stands_in(gold, f"It is {more}.")


@given(WORDS)
def test_a_number_never_stands_inside_a_longer_one(text):
    assert not stands_in("12", f"{text}\n; 126 ;") or stands_in("12", text)
