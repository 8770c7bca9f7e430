"""ReAct: the model sees every observation before it decides what to call next. LangChain's own agent does it."""

from typing import TYPE_CHECKING, Any, Final

from langgraph.errors import GraphRecursionError

from nodes.errors import ConfigurationError
from nodes.limits import Limits
from nodes.tools import Toolbox
from planfirst.evaluation.baselines.bridge import Bridge
from planfirst.evaluation.baselines.trial import NOT_ENOUGH, Meter, System, Trial, endpoint_errors

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

SYSTEM: Final = (
    f"Answer the question briefly from the tools' results alone. If they do not answer it, write only: {NOT_ENOUGH}"
)
TURNS: Final = 50
"""Most model calls of one question; two supersteps of the agent's graph each."""


def react(model: "BaseChatModel", toolbox: Toolbox, *, parallel: bool, limits: Limits | None = None) -> System:
    """Return the ReAct loop over a model that calls tools; with `parallel` it may make several calls in one turn.

    Raises:
        ConfigurationError: LangChain is not installed.
    """
    limits = limits or Limits()
    create, middleware = _langchain(parallel=parallel)

    async def ask(question: str) -> Trial:
        bridge = Bridge(toolbox, limits)
        agent = create(model, bridge.tools, system_prompt=SYSTEM, middleware=middleware)
        meter = Meter()  # its clock starts when the agent is built, as PlanFirst's graph is by then
        config = {"callbacks": [meter], "recursion_limit": 2 * TURNS}
        with endpoint_errors():
            try:
                state = await agent.ainvoke({"messages": [{"role": "user", "content": question}]}, config)
            except GraphRecursionError:
                text = f"There was no answer within {TURNS} turns."
                return meter.trial(text, len(bridge.outcomes), status="failed", searches=bridge.searches)
        return meter.trial(str(state["messages"][-1].text), len(bridge.outcomes), searches=bridge.searches)

    return ask


def _langchain(*, parallel: bool) -> tuple[Any, list[Any]]:
    """Return `create_agent`, and the middleware that holds the model to one call a turn where that is wanted."""
    try:
        from langchain.agents import create_agent  # noqa: PLC0415 - in the extra `eval`
        from langchain.agents.middleware import wrap_model_call  # noqa: PLC0415 - the same
    except ImportError as error:
        raise ConfigurationError(
            "the ReAct baseline needs LangChain; install it with: pip install 'planfirst[eval]'"
        ) from error

    @wrap_model_call
    async def one_call_a_turn(request: Any, handler: Any) -> Any:
        return await handler(request.override(model_settings={**request.model_settings, "parallel_tool_calls": False}))

    return create_agent, [] if parallel else [one_call_a_turn]
