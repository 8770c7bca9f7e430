"""Whether a scripted answer keeps what the request demands; a real endpoint guarantees it, so a script has to."""

import json

import jsonschema

from planfirst.loopback.rendering import Rendering
from planfirst.loopback.replies import Reply
from planfirst.loopback.requests import ChatRequest, ResponseFormat, Tool


def breach(reply: Reply, rendering: Rendering, request: ChatRequest) -> str | None:
    """Say which demand of the request the reply breaks; None where it keeps all, or need not."""
    if reply.unchecked or reply.refusal or rendering.finish_reason not in {"stop", "tool_calls"}:
        return None
    return _tool_breach(reply, request) or _format_breach(reply, request.response_format)


def _tool_breach(reply: Reply, request: ChatRequest) -> str | None:
    called = [call.name for call in reply.tool_calls]
    choice = request.tool_choice
    if called and (choice == "none" or not request.tools):
        return "it calls a tool, and the request allows none"
    if not called and (choice == "required" or isinstance(choice, Tool)):
        return "it calls no tool, and the request demands a call"
    if isinstance(choice, Tool) and set(called) != {choice.function.name}:
        return f"it calls {called}, and the request demands {choice.function.name!r}"
    if len(called) > 1 and not request.parallel_tool_calls:
        return "it calls several tools, and the request switches parallel calls off"
    return None


def _format_breach(reply: Reply, form: ResponseFormat | None) -> str | None:
    if form is None or form.type == "text" or reply.tool_calls:
        return None
    try:
        value = json.loads(reply.text)
        if form.json_schema is not None:
            jsonschema.validate(value, form.json_schema.definition)
    except ValueError as error:
        return f"its text is no JSON ({error}), and the request demands {form.type}"
    except jsonschema.ValidationError as error:
        return f"its text does not keep the request's schema: {error.message}"
    return None if isinstance(value, dict) else "its text is no JSON object, and the request demands one"
