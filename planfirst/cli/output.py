"""What the command line prints: results for people, the same as JSON for programs, errors as one sentence."""

import json
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

if TYPE_CHECKING:
    from graph.result import Result

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

EXTRACTIVE = (
    "extractive mode: no language model took part; sentences are quoted and numbers computed from your documents"
)


def say_error(message: str) -> None:
    """Print an error to standard error."""
    err.print(f"[bold red]error:[/] {escape(message)}")


def print_json(value: Any) -> None:
    """Print one JSON object."""
    out.print(json.dumps(value, ensure_ascii=False, indent=2), markup=False)


def print_result(result: "Result") -> None:
    """Print the answer with its markers, then the numbered citations, then how it came about."""
    if result.answer is not None:
        out.print(Text(result.answer))
    for citation in result.citations:
        out.print()
        where = f"{citation.document}, characters {citation.start}-{citation.end}"
        out.print(Text.assemble((f"[{citation.n}] ", "bold cyan"), (citation.title, "bold"), (f" ({where})", "dim")))
        out.print(Text(f"    “{' '.join(citation.quote.split())}”"))
    for request in result.pending:
        _print_request(result.run_id, request)
    if result.error is not None:
        out.print()
        out.print(Text(f"{result.status}: {result.error['message']}", "yellow"))
    mode = EXTRACTIVE if result.mode == "extractive" else f"model, {result.usage.calls} calls"
    out.print()
    out.print(Text(f"run {result.run_id} · {result.status} · {result.seconds:.2f} s · {mode}", "dim"))


def _print_request(run_id: str, request: dict[str, Any]) -> None:
    out.print()
    if request["kind"] == "plan_review":
        out.print(Text("The plan waits for review:", "bold"))
        out.print(Text(request["plan"].rstrip()))
    else:
        arguments = json.dumps(request["args"], ensure_ascii=False)
        out.print(Text(f"Step #{request['step']} waits for approval: {request['tool']} {arguments}", "bold"))
    out.print(Text(f"Go on with `planfirst resume {run_id} --approve` or `--reject`.", "dim"))
