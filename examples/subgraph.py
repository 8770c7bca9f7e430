"""PlanFirst's graph as one node of another LangGraph app, which reads the mail before and writes the reply after it.

    python examples/subgraph.py

The outer graph's checkpointer and context serve the inner one too: a plan review pauses the outer run and is answered
there. An inner graph has no run records; whoever owns the outer graph keeps its threads.
"""

import asyncio
from typing import Annotated, Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

from nodes.context import Context
from planfirst import build_graph, compose


def latest(_old: Any, new: Any) -> Any:
    """Keep the newest value."""
    return new


class Mail(TypedDict, total=False):
    """What the outer graph remembers; `question` and `answer` are the names that it shares with the inner one."""

    text: str
    question: Annotated[str, latest]
    answer: Annotated[dict[str, Any] | None, latest]
    reply: str


async def read_mail(mail: Mail) -> Mail:
    """Take the question out of the mail: its last line."""
    return {"question": mail["text"].strip().splitlines()[-1]}


async def write_reply(mail: Mail) -> Mail:
    """Say what came of it; a rejected plan has an answer too, which says so."""
    answer = mail.get("answer") or {}
    return {"reply": f"Dear customer,\n{answer.get('text')}"}


def make_graph() -> Any:
    """Return the outer graph, with PlanFirst inside."""
    graph = StateGraph(Mail, context_schema=Context)
    graph.add_node("read_mail", read_mail)
    graph.add_node("planfirst", build_graph(compose()))  # `compose(tools=[...], model=...)` for your own parts
    graph.add_node("write_reply", write_reply)
    graph.add_edge(START, "read_mail")
    graph.add_edge("read_mail", "planfirst")
    graph.add_edge("planfirst", "write_reply")
    graph.add_edge("write_reply", END)
    return graph.compile(checkpointer=InMemorySaver())


async def main() -> None:
    """Answer a mail; a person approves the plan on the way."""
    graph, config = make_graph(), {"configurable": {"thread_id": "mail-1"}}
    review = Context(review=True)  # LangGraph does not store it: it is given again where the run goes on
    paused = await graph.ainvoke({"text": "Hello!\nWhat is 15 % of 80?"}, config, context=review)
    print("to be approved:", paused["__interrupt__"][0].value["plan"])
    done = await graph.ainvoke(Command(resume="approve"), config, context=review)
    print(done["reply"])


if __name__ == "__main__":
    asyncio.run(main())
