"""What the command line prints: results for people, the same as JSON for programs, errors as one sentence."""

import json
import re
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from nodes.sentences import UNSUPPORTED

if TYPE_CHECKING:
    from graph.result import Result

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)

EXTRACTIVE = (
    "extractive mode: no language model took part; sentences are quoted and numbers computed from your documents"
)
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What documents and models may hold and a terminal would obey: control characters, marks that turn text around."""


def safe(text: str) -> str:
    """Return text for a terminal, with a visible sign in place of every character that it would obey."""
    return _UNSAFE.sub("\ufffd", text)


def say_error(message: str) -> None:
    """Print an error to standard error."""
    err.print(f"[bold red]error:[/] {escape(safe(message))}")


def print_json(value: Any) -> None:
    """Print one JSON object."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    out.print(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text), markup=False)


def print_result(result: "Result") -> None:
    """Print the answer with its markers, then what they stand for, then how it came about."""
    if result.shown is not None:
        text = Text(safe(result.shown))
        text.highlight_words([UNSUPPORTED] if result.unsupported else [], "yellow")
        out.print(text)
    for citation in result.citations:
        out.print()
        where = f"{citation.document}, characters {citation.start}-{citation.end}"
        title, number = (safe(citation.title), "bold"), (f"[{citation.n}] ", "bold cyan")
        out.print(Text.assemble(number, title, (f" ({safe(where)})", "dim")))
        out.print(Text(f"    “{safe(' '.join(citation.quote.split()))}”"))
    for step in result.cited_steps:
        out.print()
        out.print(Text.assemble((f"[{step.id}] ", "bold cyan"), (f"{safe(step.tool)}: ", "bold"), safe(step.value)))
    if result.error is not None:
        out.print()
        out.print(Text(safe(f"{result.status}: {result.error['message']}"), "yellow"))
    if count := result.removed.get("citations"):
        out.print()
        out.print(Text(f"{count} citation{'s' * (count > 1)} of nothing that was gathered: removed", "yellow"))
    out.print()
    if result.forked_from and result.fork:
        out.print(Text(_forked(result.forked_from, result.fork), "dim"))
    out.print(Text(safe(f"run {result.run_id} · {result.status} · {result.seconds:.2f} s · {_played(result)}"), "dim"))


def _forked(origin: str, fork: dict[str, Any]) -> str:
    """Say what a run was made from, and what a person changed."""
    steps = ", ".join(f"#{name}" for name in fork["set"])
    changes = [*(["the plan edited"] if fork["edited"] else []), *([f"{steps} set by a person"] if steps else [])]
    return f"made from run {origin}, {' and '.join(changes) or 'with nothing changed'}"


def _played(result: "Result") -> str:
    """Say who took part: models by role, and what they used; what was not reported is unknown."""
    if not result.attempts:
        return EXTRACTIVE if result.mode == "extractive" else "model"
    usage = result.usage
    parts = (usage.prompt_tokens, usage.completion_tokens)
    tokens = "tokens unknown" if None in parts else f"{sum(part or 0 for part in parts):,} tokens"
    cost = "cost unknown" if usage.cost is None else f"${usage.cost:.4f}"
    who = ", ".join(f"{role} {name}" for role, name in result.played.items())
    return f"{who} · {usage.calls} model call{'s' * (usage.calls != 1)}, {tokens}, {cost}"
