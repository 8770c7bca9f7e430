from retrieval.documents.text import read_text


def test_a_short_first_line_is_the_title():
    document = read_text("Voyager 1\n\nIt was launched in 1977.", "file")
    assert (document.title, document.text) == ("Voyager 1", "Voyager 1\n\nIt was launched in 1977.")
    assert [document.text[section.start : section.end] for section in document.sections] == ["It was launched in 1977."]


def test_a_first_sentence_is_not_a_title():
    assert read_text("It was launched.\n\nIt flies.", "file").title == "file"


def test_wrapped_lines_are_joined_and_short_lines_and_items_are_kept():
    wrapped = "This line is long enough to have been wrapped\nby an editor.\n\nItems:\n- one\n- two\n\nRed\nGreen"
    assert read_text(wrapped, "f").text == (
        "This line is long enough to have been wrapped by an editor.\n\nItems:\n- one\n- two\n\nRed\nGreen"
    )


def test_what_a_database_cannot_store_is_replaced():
    assert read_text("a\ud800b", "f").text == "a\ufffdb"
