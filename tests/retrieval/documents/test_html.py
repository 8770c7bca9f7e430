from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.documents.html import read_html


def sections(source: str) -> list[tuple[str, str]]:
    document = read_html(source, "file")
    return [(section.heading, document.text[section.start : section.end]) for section in document.sections]


def test_headings_become_sections_and_only_what_is_read_stays():
    source = (
        "<html><head><title>Page</title><style>a{}</style></head><body><nav>menu</nav><!-- note --><h1>Earth</h1>"
        "<p>It is <b>12,742</b>\n km wide.<br>Yes.</p><script>var x</script><h2>Moon</h2><p>Near.</p><h3>Phases</h3>"
        "Full."
    )
    assert sections(source) == [("", "It is 12,742 km wide. Yes."), ("Moon", "Near."), ("Moon > Phases", "Full.")]
    assert read_html(source, "file").title == "Earth"


def test_items_and_rows_are_lines():
    source = "<ul><li>first<li>second</ul><table><tr><th>moon<th>km</tr><tr><td>Io<td>3643</tr></table>"
    assert sections(source) == [("", "first\nsecond\n\nmoon: Io; km: 3643")]


def test_words_of_neighbouring_blocks_do_not_run_together():
    assert sections("<div>one</div><div>two<p>three</p>four</div>") == [("", "one\n\ntwo\n\nthree\n\nfour")]


def test_code_keeps_its_lines():
    assert sections("<pre>a  b\n  c</pre>") == [("", "a  b\n  c")]


def test_the_title_falls_back_to_the_head_and_the_file_name():
    assert read_html("<title>Page</title><p>x</p>", "file").title == "Page"
    assert read_html("<p>x</p>", "file").title == "file"


def test_deep_nesting_is_read():
    assert read_html("<div>" * 3000 + "deep", "file").text == "deep"


@settings(deadline=None)  # the first example imports the parser
@given(st.text(alphabet=st.sampled_from("<>/!-&;#xpbdivli \n0aé"), max_size=200))
def test_any_text_is_read(source):
    document = read_html(source, "file")
    assert all(section.end <= len(document.text) for section in document.sections)
