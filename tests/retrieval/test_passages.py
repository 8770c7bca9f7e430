from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents.extracted import TextBuilder
from retrieval.documents.tables import row_lines
from retrieval.passages import TARGET_CHARS, cut, index_text
from retrieval.values import DocumentId

DOCUMENT = DocumentId("d_1")


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=900)), max_size=8))
def test_passages_are_exact_ordered_slices_that_hold_all_the_text_and_cross_no_section(blocks):
    builder = TextBuilder()
    for is_heading, text in blocks:
        builder.heading(2, text) if is_heading else builder.block(text)
    document = builder.build(fallback_title="t")
    pieces = cut(DOCUMENT, document)
    assert all(document.text[piece.start : piece.end] == piece.text for piece in pieces)
    assert all(before.end <= after.start for before, after in pairwise(pieces))
    assert len({piece.id for piece in pieces}) == len(pieces)
    for section in document.sections:
        inside = [piece for piece in pieces if section.start <= piece.start and piece.end <= section.end]
        body = document.text[section.start : section.end]
        assert "".join("".join(piece.text.split()) for piece in inside) == "".join(body.split())
        assert {piece.section for piece in inside} <= {section.heading}


def test_passages_are_about_the_target_long_and_end_with_sentences():
    builder = TextBuilder()
    builder.block(" ".join(f"This is sentence number {n} of a rather long paragraph about moons." for n in range(60)))
    pieces = cut(DOCUMENT, builder.build(fallback_title="t"))
    assert all(TARGET_CHARS * 0.7 <= len(piece.text) <= TARGET_CHARS * 1.3 for piece in pieces)
    assert all(piece.text.startswith("This") and piece.text.endswith(".") for piece in pieces)


def test_a_sentence_without_end_is_cut_between_words():
    builder = TextBuilder()
    builder.block("word " * 1000)
    pieces = cut(DOCUMENT, builder.build(fallback_title="t"))
    assert all(set(piece.text.split()) == {"word"} and len(piece.text) <= 1.5 * TARGET_CHARS for piece in pieces)


def test_a_tables_rows_are_never_cut():
    builder = TextBuilder()
    names = [f"Column {n}" for n in range(40)]
    for line in row_lines([names, *([f"value {row}.{n}. Next" for n in range(40)] for row in range(9))], headers=1):
        builder.block(line, tight=True)
    pieces = cut(DOCUMENT, builder.build(fallback_title="t"))
    assert all(line.startswith("Column 0: value ") for piece in pieces for line in piece.text.split("\n"))


def test_ids_depend_on_document_place_and_text_only():
    builder = TextBuilder()
    builder.block("The same text.")
    document = builder.build(fallback_title="t")
    assert cut(DOCUMENT, document)[0].id == cut(DOCUMENT, document)[0].id
    assert cut(DOCUMENT, document)[0].id != cut(DocumentId("d_2"), document)[0].id


def test_the_indexed_text_names_title_and_section():
    assert index_text("Jupiter", "Moons", "Io.") == "Jupiter — Moons: Io."
    assert index_text("Jupiter", "", "Io.") == "Jupiter: Io."
    assert index_text("", "", "Io.") == "Io."
