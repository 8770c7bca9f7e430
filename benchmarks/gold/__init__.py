"""Tasks whose plans, calls and answers are known, and a model that gives them: what systems are compared on.

Nothing here measures. The tasks differ in what they ask of a system: one search that leads to another, a fan-out with
a sum, and a graph of twelve steps over eight tools. The model answers right only if it is shown every observation.
"""

from benchmarks.gold.model import GoldModel
from benchmarks.gold.tasks import Call, Task
from benchmarks.gold.tools import unreliable
from benchmarks.gold.workloads import fan_out, fan_out_read, twelve_steps, two_hop

__all__ = ["Call", "GoldModel", "Task", "fan_out", "fan_out_read", "twelve_steps", "two_hop", "unreliable"]
