"""Language models in the roles of planner, worker and solver: any LangChain chat model."""

from nodes.models.planner import ChatPlanner
from nodes.models.prompts import PROMPT_VERSION
from nodes.models.reader import ChatReader
from nodes.models.solver import ChatSolver

__all__ = ["PROMPT_VERSION", "ChatPlanner", "ChatReader", "ChatSolver"]
