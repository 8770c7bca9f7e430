"""What a run asks a person, as a terminal shows it: a plan, or a step with where each of its arguments comes from."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from planfirst.cli.output import out, safe

if TYPE_CHECKING:
    from graph.result import Result

SHORT = 8
"""Characters of a fingerprint that people are shown, and may give back."""
_VALUE_CHARS = 400
_FROM = {"question": "from the question", "plan": "written by the planner", "answer": "an earlier answer"}


def name_of(request: dict[str, Any]) -> str:
    """Return what names exactly this request in a decision."""
    if request.get("fingerprint"):
        return f"{request['step']}@{request['fingerprint'][:SHORT]}"
    return str(request["interrupt_id"])


def print_request(console: Console, request: dict[str, Any]) -> None:
    """Print what is asked."""
    console.print()
    if request.get("kind") == "plan_review":
        console.print(Text("The plan waits for review:", "bold"))
        console.print(Text(safe(request["plan"].rstrip() or "Plan: none")))
    elif "fingerprint" not in request:
        asked = {key: value for key, value in request.items() if key not in {"interrupt_id", "kind"}}
        console.print(Text(safe(f"A tool asks: {json.dumps(asked, ensure_ascii=False)}"), "bold"))
    else:
        instead = f" (or {request['fallback']}, if that fails)" if request.get("fallback") else ""
        what = f"Step #{request['step']} waits for approval: {request['tool']}{instead}"
        console.print(Text(safe(what), "bold"))
        for line in _arguments(request):
            console.print(line)
    for problem in request.get("problems", []):
        console.print(Text(safe(f"  {problem}"), "yellow"))
    if (expires := request.get("expires_at")) is not None:
        when = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        console.print(Text(f"  {'expired' if expires < time.time() else 'expires'} {when}", "yellow"))


def print_requests(result: "Result") -> None:
    """Print all that a run asks, and the commands that answer it."""
    if not result.pending:
        return
    for request in result.pending:
        print_request(out, request)
    out.print()
    command = f"planfirst resume {result.run_id}"
    if any(request.get("kind") == "plan_review" for request in result.pending):
        said = f"Go on with `{command} --approve`, `--reject` or `--edit FILE`."
    else:
        names = [name_of(request) for request in result.pending]
        single = f"`{command} --approve {names[0]}{f' --reject {names[1]}' if len(names) > 1 else ''}`"
        said = f"Go on with `{command} --approve` or `--reject` for all, or by name, as {single}."
    out.print(Text(said, "dim"))


def _arguments(request: dict[str, Any]) -> Iterator[Text]:
    for name, value in request["args"].items():
        written = json.dumps(value, ensure_ascii=False)
        cut = written if len(written) <= _VALUE_CHARS else f"{written[:_VALUE_CHARS]}… ({len(written)} characters)"
        yield Text(safe(f"  {name} = {cut}"))
        for origin in request.get("origins", {}).get(name, []):
            yield Text(safe(f"      {_origin(origin)}"), "dim")
            for place in origin.get("places", []):
                where = f"{place['title']} ({place['document']}, characters {place['start']}-{place['end']})"
                yield Text(safe(f"        #{place['step']}, {where}: “{place['quote']}”"), "dim")
            if origin.get("more"):
                yield Text(f"        and {origin['more']} more places", "dim")


def _origin(origin: dict[str, Any]) -> str:
    part = f"{origin['at'].lstrip('.')}: " if origin["at"] else ""
    if origin["kind"] == "step":
        none = "" if origin["places"] else ", which names no document"
        return f"{part}{origin['text']}, what {origin['tool']} returned{none}"
    return f"{part}{json.dumps(origin['text'], ensure_ascii=False)}, {_FROM[origin['kind']]}"
