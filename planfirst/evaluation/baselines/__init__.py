"""Other ways to answer with the same model and tools: ReAct, plan-and-execute and no tools, and PlanFirst beside them.

Each is a `System`: a question goes in, a `Trial` comes out, with the reply, the tokens as the provider reported them,
the calls of the model and of tools, and the seconds. All of them call tools through PlanFirst's own runner, with the
same time limits, attempts and policy, and show the model what a tool returned in the same words, so that what differs
is the way of working alone.

    box = Toolbox([search_tool(knowledge), calculate])
    systems = {"planfirst": planfirst(model, box), "ReAct": react(model, box, parallel=True)}
    trials = {name: await system("Who designed the tallest tower of Lunne?") for name, system in systems.items()}
"""

from planfirst.evaluation.baselines.direct import direct
from planfirst.evaluation.baselines.ours import planfirst
from planfirst.evaluation.baselines.plan_and_execute import plan_and_execute
from planfirst.evaluation.baselines.react import react
from planfirst.evaluation.baselines.trial import System, Trial

__all__ = ["System", "Trial", "direct", "plan_and_execute", "planfirst", "react"]
