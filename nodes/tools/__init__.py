"""Tools: their declaration, the box that holds them, the policy that allows them, the runner, and the built-in ones."""

from nodes.tools.adapt import as_tool, tool
from nodes.tools.contract import Effect, Reliability, Tool, ToolOutput
from nodes.tools.policy import AllowAll, Allowed, Denied, Policy
from nodes.tools.runner import Outcome, ToolRunner
from nodes.tools.toolbox import Toolbox

__all__ = [
    "AllowAll",
    "Allowed",
    "Denied",
    "Effect",
    "Outcome",
    "Policy",
    "Reliability",
    "Tool",
    "ToolOutput",
    "ToolRunner",
    "Toolbox",
    "as_tool",
    "tool",
]
