import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import DocumentError
from retrieval.documents.jsonl import read_jsonl

LONG = "The vessel was surveyed. " * 20


def test_a_record_is_a_line_that_begins_with_what_it_is_about(sections):
    source = '{"id": 1, "size": {"length": 85.50, "decks": [1, 2]}, "name": "Astrid", "sunk": null, "new": true}\n\n'
    source += '{"id": 2, "name": "Bergen", "crew": [{"role": "cook"}, {"role": "mate"}]}\n'
    assert sections("a.jsonl", source) == [
        (
            "",
            "name: Astrid; id: 1; size.length: 85.50; size.decks: 1, 2; new: true\n"
            "name: Bergen; id: 2; crew.1.role: cook; crew.2.role: mate",
        )
    ]


def test_a_record_with_a_long_text_is_a_section(sections):
    records = [
        {"title": "One", "text": f"{LONG}\n\nEnd."},
        {"name": "short"},
        {"text": LONG, "note": LONG, "year": 2009},
    ]
    assert sections("a.ndjson", "\n".join(map(json.dumps, records))) == [
        ("One", f"{LONG.strip()}\n\nEnd."),
        ("", "name: short"),
        ("", f"year: 2009\n\ntext: {LONG.strip()}\n\nnote: {LONG.strip()}"),
    ]


def test_a_list_of_records_and_one_record_are_read(sections):
    assert sections("a.json", '[{"name": "Astrid"},\n {"name": "Bergen"}]') == [("", "name: Astrid\nname: Bergen")]
    assert sections("a.json", '{"name": "Astrid", "length": 1e400}') == [("", "name: Astrid; length: 1e400")]


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("a.jsonl", '{"a": 1}\n{"a":', r"line 2 is not JSON \(Expecting value, character 6\)"),
        ("a.json", "[1, 2", "the file is not JSON"),
        ("a.jsonl", '{"a":' * 60 + "1" + "}" * 60, "deeper than 50 levels"),
        ("a.json", "[" * 100_000 + "]" * 100_000, "deeper than 50 levels"),
        ("a.json", "[]", "no text"),
        ("a.jsonl", "{}\nnull\n", "no text"),
    ],
)
def test_what_cannot_be_read_is_said_so(read, name, source, message):
    with pytest.raises(DocumentError, match=message):
        read(name, source)


def test_a_number_of_many_digits_costs_nothing(read):
    assert read("a.jsonl", '{"a": ' + "9" * 50_000 + "}").text == "9" * 50_000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=8), VALUES, max_size=5), max_size=4))
def test_any_records_are_read_and_sections_lie_in_order(records):
    document = read_jsonl("\n".join(map(json.dumps, records)), "name")
    edges = [edge for section in document.sections for edge in (section.start, section.end)]
    assert edges == sorted(edges)
    assert not edges or edges[-1] <= len(document.text)
