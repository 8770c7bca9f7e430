"""What each `Spoil` makes of a good answer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from planfirst.loopback.faults import Spoil
from planfirst.loopback.replies import Reply

INVENTED = "The documents leave no doubt about it [9999]."
"""A statement whose citation is far beyond what any evidence is numbered to."""
GARBAGE = "Sure! The ((plan #E?? == {tool: search \"two words'] -> #E0 <|end|> ~~ next, next"
WRONG_USAGE = MappingProxyType({"prompt_tokens": 0, "completion_tokens": 1, "total_tokens": 987654321})
"""Parts that do not add up, and a prompt that cost nothing."""


def _cut(reply: Reply) -> Reply:
    """Cut the text inside its last string, as a token limit does, or in half where it has none."""
    at = reply.text.rfind('"')
    return replace(reply, text=reply.text[: at if at > 0 else len(reply.text) // 2], finish_reason="length")


_CHANGES: Mapping[str, Callable[[Reply], Reply]] = {
    "no_choices": lambda reply: replace(reply, has_choices=False),
    "no_content": lambda reply: replace(reply, text="", tool_calls=()),
    "content_filter": lambda reply: replace(
        reply, text=reply.text[: len(reply.text) // 2], finish_reason="content_filter"
    ),
    "refusal": lambda reply: replace(reply, text="", tool_calls=(), refusal="I'm sorry, I can't help with that."),
    "empty_plan": lambda reply: replace(reply, text="Plan:\n"),
    "garbage_plan": lambda reply: replace(reply, text=GARBAGE),
    "truncated_plan": _cut,
    "invented_citation": lambda reply: replace(reply, text=f"{reply.text} {INVENTED}".lstrip()),
    "wrong_usage": lambda reply: replace(reply, usage=WRONG_USAGE),
    "no_usage": lambda reply: replace(reply, usage="missing"),
}


def spoil(reply: Reply, fault: Spoil) -> Reply:
    """Return the reply with the fault in it; it is no longer checked against what the request demands."""
    return replace(_CHANGES[fault.how](reply), unchecked=True)
