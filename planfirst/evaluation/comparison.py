"""Asks the same questions of several systems over one model and one knowledge base, and sums up what each one took.

This module does not know where the model comes from, nor how the figures are shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING, Final

from graph.compose import compose
from nodes.tools import Toolbox
from planfirst.evaluation.asking import ask_all
from planfirst.evaluation.baselines import System, Trial, direct, plan_and_execute, planfirst, react
from planfirst.evaluation.questions import Question
from planfirst.evaluation.quick import judge
from retrieval import KnowledgeBase

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FOR_PLANS: Final = frozenset({"read", "tabulate"})
"""Tools that take an earlier step's passages: a plan needs them, a model that sees the passages does not."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A system over `n` questions: n = right + refused + wrong; the rest are means. Unknown tokens are None."""

    n: int
    right: int
    refused: int
    wrong: int
    tokens: float | None
    model_calls: float
    tool_calls: float
    seconds: float


def systems_over(model: "BaseChatModel", knowledge: KnowledgeBase) -> dict[str, System]:
    """Return every system by its name, with the tools that an agent over this knowledge base has.

    Raises:
        ConfigurationError: LangChain is not installed.
    """
    box = compose(model=model, knowledge=knowledge).planning.tools
    seeing = Toolbox([tool for name, tool in box.items() if name not in FOR_PLANS])
    return {
        "planfirst": planfirst(model, box, knowledge=knowledge),
        "react": react(model, seeing, parallel=False),
        "react-parallel": react(model, seeing, parallel=True),
        "plan-and-execute": plan_and_execute(model, seeing),
        "direct": direct(model),
    }


async def compare(
    systems: Mapping[str, System], questions: Sequence[Question], on_trial: Callable[[], None] = lambda: None
) -> dict[str, list[Trial]]:
    """Return each system's trials in the questions' order, one system after another so that none slows another.

    Earlier turns of a question are not asked: the baselines hold no conversation.

    Raises:
        ModelError: the model's endpoint failed; figures over some of the questions would be figures of something else.
    """
    asked = [(question.question, ()) for question in questions]
    trials = {}
    for name, system in systems.items():

        async def ask(question: str, after: Sequence[str], system: System = system) -> Trial:
            del after
            return await system(question)

        trials[name] = await ask_all(ask, asked, on_reply=on_trial)
    return trials


def summary_of(questions: Sequence[Question], trials: Sequence[Trial]) -> Summary:
    """Judge the trials of one system and sum them up."""
    verdicts = [judge(question, trial.reply) for question, trial in zip(questions, trials, strict=True)]
    known = [trial.tokens for trial in trials if trial.tokens is not None]
    return Summary(
        n=len(trials),
        right=verdicts.count("right"),
        refused=verdicts.count("refused"),
        wrong=verdicts.count("wrong"),
        tokens=mean(known) if len(known) == len(trials) else None,
        model_calls=mean(trial.model_calls for trial in trials),
        tool_calls=mean(trial.tool_calls for trial in trials),
        seconds=mean(trial.reply.seconds for trial in trials),
    )
