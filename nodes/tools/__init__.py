"""Tools: their declaration, the box that holds them, the policy that allows them, the runner, and the built-in ones."""

from nodes.tools.aggregation import aggregate
from nodes.tools.calculator import calculate
from nodes.tools.clock import now
from nodes.tools.comparison import compare
from nodes.tools.contract import Effect, NoAnswerError, Reliability, Tool, ToolOutput
from nodes.tools.declare import as_tool, tool
from nodes.tools.elapsed import elapsed
from nodes.tools.policy import AllowAll, Allowed, Denied, Policy
from nodes.tools.read import Reader, read_tool
from nodes.tools.reason import Reasoner, reason_tool
from nodes.tools.runner import Keep, Outcome, ToolRunner
from nodes.tools.search import Searcher, passage_of, search_tool
from nodes.tools.tabulate import Tabulator, tabulate_tool
from nodes.tools.toolbox import Toolbox

__all__ = [
    "AllowAll",
    "Allowed",
    "Denied",
    "Effect",
    "Keep",
    "NoAnswerError",
    "Outcome",
    "Policy",
    "Reader",
    "Reasoner",
    "Reliability",
    "Searcher",
    "Tabulator",
    "Tool",
    "ToolOutput",
    "ToolRunner",
    "Toolbox",
    "aggregate",
    "as_tool",
    "calculate",
    "compare",
    "elapsed",
    "now",
    "passage_of",
    "read_tool",
    "reason_tool",
    "search_tool",
    "tabulate_tool",
    "tool",
]
