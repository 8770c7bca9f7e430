from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.documents.markdown import read_markdown


def sections(source: str) -> list[tuple[str, str]]:
    document = read_markdown(source, "file")
    return [(section.heading, document.text[section.start : section.end]) for section in document.sections]


def test_headings_become_sections_and_markup_goes():
    source = "# Jupiter\n\nThe **largest** [planet](http://x.y), `GG`.\n\n## Moons\n\nIo.\n\n### Inner\n\nMetis."
    source += "\n\n## Rings\n\nDust."
    assert sections(source) == [
        ("", "The largest planet, GG."),
        ("Moons", "Io."),
        ("Moons > Inner", "Metis."),
        ("Rings", "Dust."),
    ]
    assert read_markdown(source, "file").title == "Jupiter"


def test_wrapped_lines_are_joined_and_items_and_rows_are_lines():
    source = "One line\ngoes on.\n\n- first\n- second\n\n| moon | km |\n|---|---|\n| Io | 3643 |\n"
    assert sections(source) == [("", "One line goes on.\nfirst\nsecond\n\nmoon: Io; km: 3643")]


def test_code_keeps_its_lines_and_html_its_words():
    assert sections("```\na  b\n  c\n```\n\n<div>Hello <b>you</b><script>x()</script></div>\n") == [
        ("", "a  b\n  c\n\nHello you")
    ]


def test_front_matter_is_metadata():
    document = read_markdown(
        '---\ntitle: "Io"\nyear: 1610\nmass: 1.5\ntags: [moon, "hot"]\nempty:\n---\n\nText.', "file"
    )
    assert document.metadata == {"title": "Io", "year": 1610, "mass": 1.5, "tags": ["moon", "hot"], "empty": ""}
    assert document.title == "Io"
    assert document.text == "Text."


def test_a_thematic_break_is_not_front_matter():
    assert read_markdown("---\n\nJust prose here.\n\n---\n\nMore.", "file").metadata == {}


def test_a_document_without_a_heading_is_named_after_its_file():
    assert read_markdown("Text.", "europa").title == "europa"


@settings(deadline=None)  # the first example imports the parser
@given(st.text(max_size=300))
def test_any_text_is_read_and_sections_lie_in_order_inside_it(source):
    document = read_markdown(source, "file")
    edges = [edge for section in document.sections for edge in (section.start, section.end)]
    assert edges == sorted(edges)
    assert not edges or edges[-1] <= len(document.text)
