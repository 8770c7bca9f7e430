"""What a sentence surely tells, and the near misses that must give nothing: another thing's value above all."""

import pytest

from nodes.symbolic.asked import understand
from nodes.symbolic.place import Place
from nodes.symbolic.values import find_value


def read(question: str, sentence: str, title: str = "", before: str = "") -> str | None:
    value = find_value(understand(question), Place(sentence, title, {}, before))
    return value.text if value else None


@pytest.mark.parametrize(
    ("question", "sentence", "value"),
    [
        (
            "cost of the chocolate cake",
            "Soup of the day – €6.00 Chocolate cake from Bergen – €8.50 Ice – €4.00",
            "8.5 EUR",
        ),
        ("diameter of Jupiter", "Jupiter's equatorial diameter is 142,984 km, about 11.2 times Earth's.", "142984 km"),
        ("How wide is Venus?", "Venus measures 12,104 km across, only 652 km less than Earth.", "12104 km"),
        ("mass of Titan", "With a mass of 1.345 × 10^23 kg, Titan is heavier than the Moon.", "1.345e+23 kg"),
        ("mass of Ingenuity", "Perseverance carried the helicopter Ingenuity, which had a mass of 1.8 kg.", "1.8 kg"),
        (
            "diameter of Ganymede",
            "Ganymede is the largest in the Solar System, with a diameter of 5,268 km.",
            "5268 km",
        ),
        ("mass of Opportunity", "The twin rovers Spirit and Opportunity had a mass of about 185 kg each.", "185 kg"),
        ("How far is the Moon from Earth?", "The mean distance between Earth and the Moon is 384,400 km.", "384400 km"),
        (
            "How long did the moonwalk last on Apollo 11?",
            "The Apollo 11 moonwalk lasted 2 hours and 31 minutes.",
            "151 min",
        ),
        ("length of a year on Saturn", "One year on Saturn equals 29.4 Earth years.", "29.4 years"),
        ("How far is Mars from the Sun in miles?", "The distance of Mars from the Sun is 100 km.", "62.14 mi"),
        ("diameter of the primary mirror of Hubble", "The primary mirror of Hubble is 2.4 m in diameter.", "2.4 m"),
        ("number of moons of Mars", "Mars has two small moons, Phobos and Deimos.", "2"),
        ("How many moons does Venus have?", "Venus, like Mercury, has no moons.", "0"),
        ("How many orbits did Cassini complete?", "Cassini completed 294 orbits of Saturn.", "294"),
        ("When was Titan discovered?", "Titan, which Huygens discovered in 1655, is large.", "1655"),
        ("In what year did Viking 1 land on Mars?", "Viking 1 landed on Mars on 20 July 1976.", "1976"),
        (
            "When was Opportunity launched?",
            "Spirit was launched on 10 June 2003 and Opportunity in July 2003.",
            "July 2003",
        ),
        ("When did Voyager 2 visit Uranus?", "On 24 January 1986 Voyager 2 visited Uranus.", "24 January 1986"),
    ],
)
def test_values_that_a_sentence_tells(question, sentence, value):
    assert read(question, sentence) == value


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("diameter of Pluto", "Charon's diameter is 1,212 km, about half that of Pluto."),
        ("diameter of Mars", "The crater on Mars has a diameter of 5 km."),
        ("mass of Perseverance", "Perseverance carried the helicopter Ingenuity, which had a mass of 1.8 kg."),
        ("mass of Mars", "The heaviest rover ever sent to Mars is Perseverance, with a mass of 1,025 kg."),
        ("mass of Earth", "The mass of Saturn is 5.683 × 10^26 kg, which is 95 times the mass of Earth."),
        (
            "distance of Neptune from Earth",
            "Neptune orbits at a distance of 4,500 million km, 30 times as far as Earth.",
        ),
        ("diameter of Neptune", "Triton is Neptune's largest moon, with a diameter of 2,707 km."),
        ("diameter of the largest moon of Neptune", "The diameter of Neptune is 49,528 km, the smallest of the four."),
        ("length of a day on Venus", "One year on Venus lasts 224.7 Earth days."),
        ("How thick is the ice of Europa?", "The ice of Europa is 15 to 25 km thick."),
        ("pressure of Mars", "The pressure of Mars is less than 700 pascals."),
        ("temperature of Mercury", "Daytime temperatures on Mercury reach 430 °C."),
        ("number of moons of Jupiter", "The four largest moons of Jupiter are well known."),
        ("number of moons of Saturn", "The mission discovered six named moons of Saturn."),
        ("When was Uranus discovered?", "William Herschel discovered Titania, a moon of Uranus, in 1787."),
        ("When was the Saturn V launched?", "Apollo 11 was launched by a Saturn V on 16 July 1969."),
        ("When was Arrokoth discovered?", "Hubble found Arrokoth, which New Horizons visited on 1 January 2019."),
        ("When was Titan discovered?", "Titan was the first moon found since Galileo discovered others in 1610."),
        ("When was Callisto named?", "In January 1610 Galileo discovered the moon now named Callisto."),
        ("year when Apollo 11 landed", "Apollo 11, which landed on the Moon, was launched on 16 July 1969."),
        ("diameter of Saturn", "The Saturn V was 10.1 m in diameter."),
        (
            "cost of the cake",
            "Cheese cake – €6.00 Chocolate cake from Bergen – €8.50",
        ),
        ("cost of the pie", "Cheese cake – €6.00 Chocolate cake from Bergen – €8.50"),
        ("What is the diameter?", "The diameter of Mars is 6,792 km."),
    ],
)
def test_what_a_sentence_does_not_surely_tell_is_not_read(question, sentence):
    assert read(question, sentence) is None


def test_a_pronoun_stands_for_the_title_only_if_the_sentence_before_is_about_it():
    sentence = "Its diameter is 3,122 km."
    assert read("diameter of Europa", sentence, "Europa", "Europa circles Jupiter.") == "3122 km"
    assert read("diameter of Europa", sentence, "Europa", "Ganymede circles Jupiter.") is None
    assert read("diameter of Europa", sentence, "Europa") is None
    assert read("diameter of Io", sentence, "Europa", "Europa circles Jupiter.") is None


def test_a_part_of_the_title_is_not_the_title():
    assert (
        read("diameter of the Saturn V", "Its first stage was 10.1 m in diameter.", "Saturn V", "Saturn V flew.")
        is None
    )
