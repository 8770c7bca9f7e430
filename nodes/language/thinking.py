"""The thinking of a reasoning model, which is no part of its plan: in tags or tokens, before a reply or inside it."""

import re

_NAMES = "think(?:ing)?|thoughts?|reasoning|scratchpad|reflection|analysis"
_BEGIN = re.compile(
    rf"(?:\s|<\|(?!channel|start_thinking|begin_of_thought)[^<>|]{{1,30}}\|>(?:assistant)?)*+"
    rf"(?:<(?:{_NAMES})>|\[THINK\]|◁think▷|<\|(?:start_thinking|begin_of_thought)\|>|<\|channel\|>analysis<\|message\|>)",
    re.IGNORECASE,
)
_END = re.compile(
    rf"</(?:{_NAMES})>|\[/THINK\]|◁/think▷|<\|end_(?:thinking|of_thought)\|>|<\|channel\|>final<\|message\|>",
    re.IGNORECASE,
)

Mark = re.Match[str]


def find_begin(line: str) -> Mark | None:
    """Return the sign that begins thinking at the beginning of a line."""
    return _BEGIN.match(line)


def find_end(line: str) -> Mark | None:
    """Return the sign that ends it, anywhere."""
    return _END.search(line)
