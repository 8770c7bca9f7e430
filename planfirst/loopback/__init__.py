"""A model endpoint that is not one: an OpenAI-compatible HTTP server on 127.0.0.1, scripted and deterministic.

It stands at the one seam between PlanFirst and language models, so that tests, benchmarks and notebooks (ours and
yours) go through the real client over real HTTP: streams, tool calls, structured output, usage, latency, and faults.

    from planfirst.loopback import LoopbackServer, Pace, Reply, Scheduled, rate_limited

    models = {
        "planner": ['#E1 = calculate(expression="6 * 7")'],         # a script: answers in order
        "solver": lambda request: Reply("It is 42."),               # a rule: of the parsed request, async or not
    }
    async with LoopbackServer(models, pace=Pace(0.25, 100), faults=[Scheduled(rate_limited(1), first=2)]) as server:
        model = ChatOpenAI(model="planner", base_url=server.base_url, api_key="unused", stream_usage=True)
        ...
        assert server.log.exchanges[-1].status == 200

`ThreadHost` runs it beside synchronous code, `python -m planfirst.loopback --script FILE.json` by hand. What the real
client raises for each fault is in docs/decisions/0005-what-the-model-client-raises.md.
"""

from planfirst.loopback.faults import (
    BAD_GATEWAY,
    BAD_KEY,
    CONTENT_FILTERED,
    CONTEXT_TOO_LONG,
    HANG,
    NO_JSON_SCHEMA,
    NO_QUOTA,
    NOT_PERMITTED,
    OVERLOADED,
    RESET,
    SERVER_ERROR,
    SERVER_TIMEOUT,
    Break,
    Fault,
    Scheduled,
    Spoil,
    Status,
    model_not_found,
    rate_limited,
)
from planfirst.loopback.hosting import ThreadHost, refused_base_url
from planfirst.loopback.log import Exchange, Log
from planfirst.loopback.models import Answer, Case, Model, Rule, ScriptError, cases
from planfirst.loopback.replies import Pace, Reply, ToolCall
from planfirst.loopback.requests import ChatRequest
from planfirst.loopback.script import read_script
from planfirst.loopback.server import LoopbackServer
from planfirst.loopback.tokens import count as count_tokens

__all__ = [
    "BAD_GATEWAY",
    "BAD_KEY",
    "CONTENT_FILTERED",
    "CONTEXT_TOO_LONG",
    "HANG",
    "NOT_PERMITTED",
    "NO_JSON_SCHEMA",
    "NO_QUOTA",
    "OVERLOADED",
    "RESET",
    "SERVER_ERROR",
    "SERVER_TIMEOUT",
    "Answer",
    "Break",
    "Case",
    "ChatRequest",
    "Exchange",
    "Fault",
    "Log",
    "LoopbackServer",
    "Model",
    "Pace",
    "Reply",
    "Rule",
    "Scheduled",
    "ScriptError",
    "Spoil",
    "Status",
    "ThreadHost",
    "ToolCall",
    "cases",
    "count_tokens",
    "model_not_found",
    "rate_limited",
    "read_script",
    "refused_base_url",
]
