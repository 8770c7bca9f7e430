"""`explain`: which sentence of an answer rests on what, and what each step of the plan was for."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from planfirst.cli.ask import Json, RunArgument, open_agent
from planfirst.cli.output import EXTRACTIVE, out, print_json, safe

if TYPE_CHECKING:
    from graph.explanation import Basis, Cited, Explanation, Origin, Place, Sentence, StepAccount

_QUOTE_CHARS = 300
"""Longest quote that is shown; `--json` has all of it."""
_PLACES = 3
"""Most places shown for one value."""
_WIDE = 100_000
"""Columns where no terminal wraps lines, so that a pipe gets each line whole."""
_GUIDES = "dim"
_SUPPORTED = {"cited": ("●", "green"), "derived": ("●", "green"), "none": ("✗", "red"), "no_claim": ("○", "dim")}
_STEPS = {
    "ok": ("●", "green"),
    "failed": ("✗", "red"),
    "denied": ("✗", "red"),
    "skipped": ("-", "dim"),
    "waiting": ("?", "magenta"),
    "unfinished": ("○", "dim"),
}


def explain(run: RunArgument, as_json: Json = False) -> None:
    """Explain an answer: what each sentence rests on, what each step was for, what did not work."""
    explanation = asyncio.run(open_agent().aexplain(run))
    if as_json:
        print_json(explanation.to_json())
    else:
        print_explanation(explanation)


def print_explanation(explanation: "Explanation") -> None:
    """Print an explanation for a person to read."""
    console = out if out.is_terminal else Console(file=out.file, width=_WIDE, highlight=False, emoji=False)
    for block in _blocks(explanation):
        console.print(block, soft_wrap=False)


def _blocks(explanation: "Explanation") -> Iterator[Text | Tree]:
    yield _text(explanation.question, "bold")
    mode = EXTRACTIVE if explanation.mode == "extractive" else "answered by a model"
    yield _text(f"run {explanation.run_id} · {explanation.status} · {explanation.seconds:.2f} s · {mode}", "dim")
    yield _heading("What the answer rests on" if explanation.sentences else "There is no answer yet")
    yield from map(_sentence, explanation.sentences)
    if explanation.error:
        yield _text(f"The run failed: {explanation.error}", "yellow")
    if explanation.next:
        yield _text(f"Go on with {' or '.join(f'`{command}`' for command in explanation.next)}.")
    yield _heading(_about_steps(explanation))
    yield from map(_step, explanation.steps)
    if explanation.setbacks:
        yield _heading("What did not work")
    for setback in explanation.setbacks:
        yield Text.assemble(("• ", "yellow"), safe(setback.message))


def _about_steps(explanation: "Explanation") -> str:
    if explanation.steps:
        return "What each step was for"
    direct = "The plan has no steps; the question was answered directly"
    return direct if explanation.sentences else "There is no plan yet"


def _heading(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def _text(text: str, style: str = "") -> Text:
    return Text(safe(text), style)


def _signed(sign: tuple[str, str], text: str, style: str = "") -> Text:
    return Text.assemble(sign, " ", (safe(text), style))


def _sentence(sentence: "Sentence") -> Tree:
    tree = Tree(_signed(_SUPPORTED[sentence.support], sentence.text), guide_style=_GUIDES)
    if sentence.support == "none":
        tree.add(_text("rests on nothing that the run gathered", "red"))
    if sentence.support == "no_claim":
        tree.add(_text("claims nothing, so it needs no support", "dim"))
    told: set[int] = set()
    for basis in sentence.bases:
        _add_basis(tree, basis, sentence.citations, told)
    for cited in sentence.citations:
        if cited.n not in told:
            _add_place(tree, cited.place, cited, sentence.text)
    return tree


def _add_basis(tree: Tree, basis: "Basis", citations: Sequence["Cited"], told: set[int]) -> None:
    """Draw a value and, below it, what it came from, each step once; `told` collects the citations that are drawn."""
    origins = {origin.step: origin for origin in basis.origins}
    drawn: set[str] = set()

    def draw(parent: Tree, name: str) -> None:
        if name in drawn:
            parent.add(_text(f"#{name}, as above", "dim"))
            return
        drawn.add(name)
        origin = origins[name]
        branch = parent.add(_value(origin))
        _add_places(branch, origin, citations, told)
        for figure in origin.own_figures:
            branch.add(_text(f"{figure} was written by the planner; the question does not have it", "yellow"))
        for behind in origin.inputs:
            draw(branch, behind)

    draw(tree, basis.step)


def _value(origin: "Origin") -> Text:
    shown = origin.working or origin.value
    return Text.assemble(
        (f"#{origin.step} ", "cyan"), (safe(shown), "bold"), (safe(f"{': ' if shown else ''}{origin.purpose}"), "dim")
    )


def _add_places(branch: Tree, origin: "Origin", citations: Sequence["Cited"], told: set[int]) -> None:
    for place in origin.places[:_PLACES]:
        cited = next((each for each in citations if each.place == place), None)
        if cited is not None:
            told.add(cited.n)
        _add_place(branch, place, cited)
    if len(origin.places) > _PLACES:
        branch.add(_text(f"and {len(origin.places) - _PLACES} more places", "dim"))


def _add_place(tree: Tree, place: "Place", cited: "Cited | None", said: str = "") -> None:
    """Add where something stands and its quote, unless the sentence `said` is the quote already."""
    number = f"[{cited.n}] " if cited else ""
    where = f" ({place.document}, characters {place.start}-{place.end})"
    quote = " ".join(place.quote.split())
    whole = quote if len(quote) <= _QUOTE_CHARS else f"{quote[:_QUOTE_CHARS]}…"
    same = said.startswith(quote)
    way = f"{where}{', word for word' if same else ''}{_way(cited)}"
    shown = "" if same else f"\n“{whole}”"
    tree.add(Text.assemble((number, "bold cyan"), (safe(place.title), "bold"), (safe(way), "dim"), safe(shown)))


def _way(cited: "Cited | None") -> str:
    """Say how the run came by a citation."""
    if cited is None:
        return ""
    found = f", found by {_names(cited.found_by)}" if cited.found_by else ""
    read = f", read by {_names(cited.read_by)}" if cited.read_by else ""
    return found + read or ", found by a search for the question itself"


def _names(ids: Sequence[str]) -> str:
    return ", ".join(f"#{id_}" for id_ in ids)


def _step(step: "StepAccount") -> Tree:
    seconds = "" if step.seconds is None else f" · {step.seconds:.2f} s"
    attempts = f" · {step.attempts} attempts" if step.attempts > 1 else ""
    origin = f" · from run {step.carried_from}" if step.carried_from else ""
    sign, style = _STEPS[step.status]
    head = Text.assemble(
        (sign, style),
        " ",
        (f"#{step.id}", "cyan"),
        f" {safe(step.tool)}",
        (f" · {step.status}{seconds}{attempts}{origin}", "dim"),
    )
    tree = Tree(head, guide_style=_GUIDES)
    tree.add(_text(f"{step.purpose}, for {_names(step.used_by) or 'the answer'}"))
    if step.gave is not None:
        tree.add(_text(f"gave {step.gave}"))
    if step.error is not None:
        tree.add(_text(step.error, "red"))
    return tree
