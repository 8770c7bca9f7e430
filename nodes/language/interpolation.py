"""References inside text: `"ratio of #E1.km and #E2"`, and how text that only looks like one is written.

A reference in text is `#E1` or `#A1` as a whole token, with an optional path taken as far as it goes. `#{E1}` is the
same for places where a neighbouring character would be read as part of it, as in `#{E1}km`. Hash signs in front of
either form are escaped by doubling: `##E1` is the text `#E1`. A token is bounded by ASCII letters, digits and
underscores only, so that it may touch scripts that write no blanks. This module does not know which steps exist.
"""

import json
import re
from itertools import pairwise

from nodes.language.values import Reference, Template

_NAME = "[EA][0-9]{1,9}"
_ESCAPE = r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
_QUOTED = rf"""(?:"(?:[^"\\\n]|{_ESCAPE})*+"|'[^'\\\n]*+')"""
PATH = rf"(?:\.[A-Za-z_]\w*|\[-?[0-9]{{1,9}}\]|\[{_QUOTED}\])*+"
"""A path behind a reference, taken as far as it goes; to be compiled with re.ASCII."""

REFERENCE = rf"\#(?:{_NAME}(?!\w){PATH}|\{{{_NAME}{PATH}\}})"
"""A reference in either form; to be compiled with re.ASCII."""
STEP_REFERENCE = rf"\$(?:[0-9]{{1,9}}(?![\w]|[.,][0-9]){PATH}|\{{[0-9]{{1,9}}\}}{PATH})"
"""A reference of numbered plans, `$1` or `${1}`, but not an amount as `$1.5` or `$1,000`; to be compiled with
re.ASCII."""

_EXACT = re.compile(REFERENCE, re.ASCII)
_TOKEN = re.compile(
    rf"(?<![\w#])(?P<hashes>\#++)(?P<plain>{_NAME}(?!\w){PATH})|(?<!\#)(?P<more>\#++)(?P<braced>\{{{_NAME}{PATH}\}})",
    re.ASCII,
)
_DOLLAR = re.compile(rf"(?<!\#)(?P<hashes>\#*+)(?<![\w$])(?P<reference>{STEP_REFERENCE})", re.ASCII)
_PARTS = re.compile(
    rf"[EA$]\{{?(?P<number>[0-9]+)|\.(?P<key>\w+)|\[(?P<index>-?[0-9]+)\]|\[(?P<quoted>{_QUOTED})\]", re.ASCII
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SWALLOWED = re.compile(r"[\w#\[]|\.[A-Za-z_]", re.ASCII)
"""What must not follow a plain reference, because it would be read as part of it or not be read as what it is."""
_BOUNDARY = re.compile(r"[^\w#]\#*+\Z", re.ASCII)
"""What must come before a plain reference that is not the beginning."""


def read_reference(text: str) -> Reference:
    """Return the reference that `text` is, in any form that `REFERENCE` or `STEP_REFERENCE` matches."""
    first, *segments = _PARTS.finditer(text)
    path = tuple(_segment(match) for match in segments)
    return Reference(f"{'A' if first[0][0] == 'A' else 'E'}{int(first['number'])}", path)


def _segment(match: re.Match[str]) -> str | int:
    if match["key"] is not None:
        return match["key"]
    if match["index"] is not None:
        return int(match["index"])
    quoted = match["quoted"]
    return clean(json.loads(quoted, strict=False)) if quoted[0] == '"' else quoted[1:-1]


def interpolate(text: str) -> str | Template:
    """Read the references in text; text without any comes back as the string that it stands for."""
    if "#" not in text:
        return text
    parts: list[str | Reference] = []
    done = 0
    for match in _TOKEN.finditer(text):
        hashes = len(match["hashes"] or match["more"])
        token = match["plain"] or match["braced"]
        literal = text[done : match.start()] + "#" * (hashes // 2)
        parts.append(literal if hashes % 2 else literal + token)
        if hashes % 2:
            parts.append(read_reference(token))
        done = match.end()
    return template([*parts, text[done:]])


def interpolate_exact(text: str) -> str | Reference | Template:
    """As `interpolate`, but text that is nothing else than one reference is that bare reference."""
    stripped = text.strip()
    return read_reference(stripped) if _EXACT.fullmatch(stripped) else interpolate(text)


def template(parts: list[str | Reference]) -> str | Template:
    """Join adjacent strings; return a plain string where there is no reference."""
    joined: list[str | Reference] = []
    run: list[str] = []
    for part in parts:
        if isinstance(part, str):
            run.append(part)
            continue
        if text := "".join(run):
            joined.append(text)
        run.clear()
        joined.append(part)
    text = "".join(run)
    if not joined:
        return text
    return Template((*joined, text) if text else tuple(joined))


def escape(text: str) -> str:
    """Return text that `interpolate` reads as exactly `text`."""
    return _TOKEN.sub(lambda match: (match["hashes"] or match["more"]) + match[0], text) if "#" in text else text


def template_text(value: Template) -> str:
    """Return text that `interpolate` reads as `value`; braces are used only where they are needed."""
    written: list[str] = []
    for part, after in pairwise([*value.parts, ""]):
        if isinstance(part, str):
            text = escape(part)
            if isinstance(after, Reference):  # its hash sign must not join a run of the text's own
                text += "#" * (len(part) - len(part.rstrip("#")))
        else:
            text = str(part) if _stands_alone(written, after) else f"#{{{str(part)[1:]}}}"
        written.append(text)
    return "".join(written)


def _stands_alone(written: list[str], after: str | Reference) -> bool:
    """Tell whether a plain reference would be read back between these neighbours."""
    if isinstance(after, str) and _SWALLOWED.match(after):
        return False
    return not written or bool(_BOUNDARY.search(written[-1]))


def dollars_to_hashes(text: str, below: int) -> str:
    """Rewrite `$n` with 1 <= n < `below` as `#{En}`; other amounts of dollars stay text.

    A plan numbered `1.`, `2.`, ... may speak of `$5`; only a number of an earlier step can be meant as a reference.
    """

    def rewrite(match: re.Match[str]) -> str:
        reference = read_reference(match["reference"])
        if not 1 <= int(reference.name[1:]) < below:
            return match[0]
        return f"{match['hashes'] * 2}#{{{str(reference)[1:]}}}"

    return _DOLLAR.sub(rewrite, text) if "$" in text else text


def clean(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates, which no encoding, database or tool can take."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
