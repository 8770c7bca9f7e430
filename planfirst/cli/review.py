"""Asks whoever sits at the terminal what a run waits to be told: about its plan, or about steps that write."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from nodes.errors import InputError
from planfirst.cli.output import err, safe
from planfirst.cli.requests import name_of, print_request

if TYPE_CHECKING:
    from graph.result import Result

_NOTE = "## "
"""What begins a line of the file in the editor that is no part of the plan."""


def somebody_is_there() -> bool:
    """Say whether there is a person who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


class Reviewer:
    """Asks about the requests of one run, and again where an edited plan had problems."""

    def __init__(self) -> None:
        self._draft: str | None = None

    def decide(self, result: "Result") -> Any:
        """Return the decision for `Agent.astream_resume`, None where the person wants to decide later."""
        if result.pending[0].get("kind") == "plan_review":
            return self._about_plan(result.pending[0])
        decisions = {name_of(request): self._about_step(request) for request in result.pending}
        return {name: decision for name, decision in decisions.items() if decision is not None} or None

    def _about_plan(self, request: dict[str, Any]) -> Any:
        draft, self._draft = self._draft, None
        if draft is not None and request.get("problems"):
            err.print(Text("The plan has problems:", "yellow"))
            for problem in request["problems"]:
                err.print(Text(safe(f"  {problem}"), "yellow"))
            if decision := self._edited(draft, request["problems"]):
                return decision
        print_request(err, request)
        while True:
            choice = _choose("Carry this plan out?", ("approve", "edit", "reject", "later"))
            if choice != "edit":
                return None if choice == "later" else choice
            if decision := self._edited(draft or request["plan"], ()):
                return decision
            err.print("the plan is unchanged")

    def _edited(self, text: str, problems: Sequence[str]) -> dict[str, str] | None:
        notes = "".join(f"{_NOTE}{problem}\n" for problem in problems)
        try:
            edited = click.edit(f"{notes}{text}", extension=".plan")
        except click.ClickException as error:
            raise InputError(f"the editor cannot be used ({error.message}); name one in EDITOR") from error
        if edited is None:
            return None
        lines = [line for line in edited.splitlines() if not line.startswith(_NOTE)]
        self._draft = "\n".join(lines) + "\n"
        return {"action": "edit", "plan": self._draft}

    @staticmethod
    def _about_step(request: dict[str, Any]) -> Any:
        print_request(err, request)
        if "fingerprint" not in request:  # a tool's own question
            return err.input("Answer (Enter to answer later): ").strip() or None
        choice = _choose(f"May step #{request['step']} be done, exactly so?", ("approve", "reject", "later"))
        if choice == "later":
            return None
        reason = err.input("Why not (Enter for no reason)? ").strip() if choice == "reject" else ""
        return {"action": choice, **({"reason": reason} if reason else {})}


def _choose(question: str, choices: Sequence[str]) -> str:
    """Return the choice whose beginning is typed; the end of input is `later`."""
    while True:
        try:
            said = err.input(Text(f"{question} ({', '.join(choices)}) ", "bold")).strip().lower()
        except EOFError:
            return "later"
        found = [choice for choice in choices if said and choice.startswith(said)]
        if len(found) == 1:
            return found[0]
        err.print(f"answer with {' or '.join(choices)}; the first letter will do")
