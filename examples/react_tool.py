"""PlanFirst as a tool of a ReAct agent: LangChain's own, which decides when a question deserves a plan with evidence.

    pip install 'planfirst[eval]'
    python examples/react_tool.py

The model that plays the ReAct agent is a scripted one on this machine, so that the example runs offline; give
`create_agent` any other chat model in its place.
"""

import asyncio
from typing import Any

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from planfirst import Agent
from planfirst.loopback import LoopbackServer, Reply, ToolCall

QUESTION = "What is 15 % of 80?"
SCRIPT = [
    Reply(tool_calls=(ToolCall("look_up", {"question": QUESTION}),)),
    Reply("It is 12, and here is the working: 15 % of 80 = 12."),
]


def make_agent(model: Any, agent: Agent) -> Any:
    """Return a ReAct agent that can have a question answered with evidence."""

    @tool
    async def look_up(question: str) -> dict[str, Any]:
        """Answer a question by a plan, with citations. `sure` is false where nothing supports an answer."""
        result = await agent.aask(question)
        cited = [f"{citation.document}: {citation.quote}" for citation in result.citations]
        return {"answer": result.answer, "cited": cited, "sure": result.answer_status == "answered"}

    return create_agent(model, [look_up])


async def main() -> None:
    """Ask the ReAct agent, and print the conversation."""
    async with LoopbackServer({"scripted": SCRIPT}) as server:
        model = ChatOpenAI(model="scripted", base_url=server.base_url, api_key="unused")
        react = make_agent(model, Agent(knowledge=None))
        state = await react.ainvoke({"messages": [{"role": "user", "content": QUESTION}]})
        for message in state["messages"]:
            print(f"{message.type}: {message.text or message.tool_calls}")


if __name__ == "__main__":
    asyncio.run(main())
