"""Which titles say something: programs fill the title of a document's properties with their own names and defaults."""

import re

_EMPTY_TITLES = re.compile(
    r"(?:untitled|unbenannt|sans titre|document|dokument|presentation|powerpoint[ -]pr[aä]sentation|"
    r"powerpoint presentation|workbook|book|mappe|title|new document|word document|microsoft word|slide|pptx?|"
    r"docx?|xlsx?|pdf|none|null|unknown|title of document)?[\s\d.()_-]*",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"microsoft (?:word|powerpoint|excel) - ", re.IGNORECASE)
_FILE = re.compile(r"\.(?:docx?|pptx?|xlsx?|pdf|indd|tex|dvi|odt|rtf|txt|html?|qxd|ps)\Z", re.IGNORECASE)


def meaningful(title: str) -> str:
    """The title without a program's name before it, or an empty text if nothing that a person wrote is left."""
    title = _PROGRAM.sub("", " ".join(title.split()), count=1)
    return "" if _EMPTY_TITLES.fullmatch(title) or _FILE.search(title) or not any(map(str.isalpha, title)) else title


def readable(stem: str) -> str:
    """A file's name as words: `annual_report-2023` is "annual report 2023"."""
    words = re.sub(r"[\s_]+|(?<=\w)-(?=\w)", " ", stem).strip()
    return words or stem
