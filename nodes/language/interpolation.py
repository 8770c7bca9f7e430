"""References inside text: `"ratio of #E1.km and #E2"`, and how text that only looks like one is written.

A reference in text is `#E1` or `#A1` as a whole token, with an optional path taken as far as it goes. `#{E1}` is the same
for places where a neighbouring character would be read as part of it, as in `#{E1}km`. Hash signs in front of either form
are escaped by doubling: `##E1` is the text `#E1`. A token is bounded by ASCII letters, digits and underscores only, so
that it may touch scripts that write no blanks. This module does not know which steps exist.
"""

import json
import re

from nodes.language.values import Reference, Template

_PATH = r"""(?:\.[A-Za-z_]\w*|\[-?[0-9]{1,9}\]|\["(?:[^"\\\n]|\\.)*+"\]|\['[^'\\\n]*+'\])*+"""
REFERENCE = rf"(?P<name>[EA][0-9]{{1,9}})(?!\w)(?P<path>{_PATH})"
"""A reference without its hash sign; to be compiled with re.ASCII."""

_EXACT = re.compile(rf"#{REFERENCE}", re.ASCII)
_SEGMENT = re.compile(r"""\.(?P<key>\w+)|\[(?P<index>-?[0-9]+)\]|\[(?P<quoted>"(?:[^"\\]|\\.)*+"|'[^']*+')\]""", re.ASCII)
_TOKEN = re.compile(
    rf"(?<!#)(?P<hashes>#++)(?:(?P<brace>\{{)(?P<braced>[EA][0-9]{{1,9}})(?P<inner>{_PATH})\}}|(?<![\w#](?P=hashes)){REFERENCE})",
    re.ASCII,
)
