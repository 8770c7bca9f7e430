"""What the planner is told. Nothing in it comes from a document or a tool's output."""

from collections.abc import Sequence

from nodes.drafts import CollectionLine, Earlier, Example, PlanRequest

SYSTEM = """\
{form}
Tools:
{tools}{collections}{examples}"""

TEXT = """\
Write all tool calls that the answer needs, {lines}: #E1 = tool(name=value)
Values: Python literals, or earlier results as #E1 or #E1[0].title, also inside strings. If no tool is needed: \
Plan: none"""

LINES = "one a line, and nothing else"
EXPLAINED = "each on a line after a line `Plan: why`"

JSON = """\
Plan all tool calls that the answer needs, as steps E1, E2, ... Values may be earlier results as "#E1" or \
"#E1[0].title", also inside text; null leaves an argument out. If no tool is needed, give no steps."""

REPAIR = """\
This plan is not valid:
{plan}
Problems:
{problems}
Write the whole plan again, mended."""

REVISE = """\
This plan ran and its results do not answer the question:
{plan}
Outcome:
{outcomes}
Write another plan that looks in another way."""


def system(request: PlanRequest, *, as_json: bool = False, examples: bool = True) -> str:
    """The system prompt: grammar, tools, collections, examples. It is the same for every question, but for examples."""
    text = TEXT.format(lines=EXPLAINED if request.rationales else LINES)
    return SYSTEM.format(
        form=JSON if as_json else text,
        tools="\n".join(tool.signature for tool in request.tools) or "(none)",
        collections=_collections(request.collections),
        examples=_examples(request.examples) if examples else "",
    )


def _collections(collections: Sequence[CollectionLine]) -> str:
    described = [f"{line.name}: {line.description}" for line in collections if line.description]
    return "\nCollections:\n" + "\n".join(described) if described else ""


def _examples(examples: Sequence[Example]) -> str:
    shown = [f"{example.question}\n{example.plan.strip()}" for example in examples]
    return "\nExamples:\n" + "\n".join(shown) if shown else ""


def user(request: PlanRequest) -> str:
    """The user's prompt: earlier questions, the question, and what was wrong with an earlier plan."""
    parts = []
    if request.turns:
        earlier = (f"{n}. {question}" for n, question in enumerate(request.turns, start=1))
        parts.append("Earlier questions; #A<n> is the n-th one's answer:\n" + "\n".join(earlier))
    parts.append(f"Question: {request.question}")
    if request.earlier is not None:
        parts.append(_earlier(request.earlier))
    return "\n".join(parts)


def _earlier(earlier: Earlier) -> str:
    if earlier.problems:
        return REPAIR.format(plan=earlier.plan, problems="\n".join(f"- {problem}" for problem in earlier.problems))
    outcomes = "\n".join(
        f"#{outcome.id} {outcome.tool}: {outcome.status}" + (f" ({outcome.error_kind})" if outcome.error_kind else "")
        for outcome in earlier.outcomes
    )
    return REVISE.format(plan=earlier.plan, outcomes=outcomes)
