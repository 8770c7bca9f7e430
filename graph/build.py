"""Builds the graph: one ordered list of nodes and edges that reads top to bottom."""

from dataclasses import dataclass
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graph.ladders import Ladders
from graph.routes import after_approve, after_plan, after_solve
from nodes.approve import make_approve_node
from nodes.context import Context
from nodes.execute import Execution, make_execute_node
from nodes.plan import make_plan_node
from nodes.planning import Planning
from nodes.retrieve import Retrieval, make_retrieve_node
from nodes.revise import make_revise_node
from nodes.solve import Solving, make_solve_node
from nodes.state import Input, Output, State

Graph = CompiledStateGraph[State, Context, Input, Output]


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the nodes depend on; `graph.compose.compose` makes it from models, tools and knowledge."""

    planning: Planning
    execution: Execution
    retrieval: Retrieval
    solving: Solving
    ladders: Ladders | None = None
    """The language models; None where the embedded default plays every role."""


def build_graph(deps: Dependencies, *, checkpointer: Any = None, name: str = "planfirst") -> Graph:
    """Return the compiled graph, ready to be run or to be a subgraph of another.

    `checkpointer` is any LangGraph saver, or None. The nodes are asynchronous: use `ainvoke` and `astream`.
    """
    graph = StateGraph(State, context_schema=Context, input_schema=Input, output_schema=Output)
    graph.add_node("plan", make_plan_node(deps.planning))
    graph.add_node("approve", make_approve_node(deps.planning))
    graph.add_node("execute", make_execute_node(deps.execution))
    graph.add_node("retrieve", make_retrieve_node(deps.retrieval))
    graph.add_node("solve", make_solve_node(deps.solving))
    graph.add_node("revise", make_revise_node(deps.planning))

    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", after_plan, ["approve", "execute", "solve"])
    graph.add_conditional_edges("approve", after_approve, ["execute", "solve", END])
    graph.add_edge("execute", "retrieve")
    graph.add_edge("retrieve", "solve")
    graph.add_conditional_edges("solve", after_solve, ["revise", END])
    graph.add_conditional_edges("revise", after_plan, ["approve", "execute", "solve"])
    return graph.compile(checkpointer=checkpointer, name=name)
