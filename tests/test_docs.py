"""The pages in docs/ name what exists: participants and calls of the diagrams, commands, options, settings, links."""

import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from nodes.context import Approve, Context
from nodes.events import Event

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
STUDIO = (ROOT / "docs" / "studio.md").read_text(encoding="utf-8")
PARTICIPANT = re.compile(r"^ *participant (\w+) as ([\w.]+)$", re.MULTILINE)
ACTOR = re.compile(r"^ *actor (\w+)$", re.MULTILINE)
MESSAGE = re.compile(r"^ *(\w+)-?->>(\w+): (.+)$", re.MULTILINE)
NOTE = re.compile(r"^ *Note over ([\w, ]+): ", re.MULTILINE)
CALL = re.compile(r"(?:#35;\w+ = )?(\w+)\(")
OTHER = re.compile(r"^ *(sequenceDiagram$|rect rgba\(|opt |alt |else|loop |par |end$|$)")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


DIAGRAMS = blocks(ARCHITECTURE, "mermaid")


def test_there_are_diagrams_of_what_was_promised():
    titles = re.findall("^## (.+)$", ARCHITECTURE, re.MULTILINE)
    assert len(DIAGRAMS) == len(titles)
    assert {"Planner, worker, solver", "Retrieval at each stage"} <= set(titles)
    assert any("Killed, and resumed" in title for title in titles)


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=range(len(DIAGRAMS)))
def test_every_participant_exists_and_has_what_is_called_on_it(diagram):
    paths = dict(PARTICIPANT.findall(diagram))
    participants = {alias: pkgutil.resolve_name(path) for alias, path in paths.items()}
    known = participants.keys() | set(ACTOR.findall(diagram))
    assert participants
    messages = MESSAGE.findall(diagram)
    assert messages
    for sender, receiver, text in messages:
        assert {sender, receiver} <= known, text
        call = CALL.match(text)
        if call and receiver in participants:
            itself = paths[receiver].rpartition(".")[2]
            assert call[1] == itself or hasattr(participants[receiver], call[1]), text
    assert {name for names in NOTE.findall(diagram) for name in names.split(", ")} <= known
    silent = known - {name for sender, receiver, _ in messages for name in (sender, receiver)}
    assert silent == set()


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=range(len(DIAGRAMS)))
def test_every_line_of_a_diagram_is_of_a_known_kind_and_every_block_ends(diagram):
    lines = diagram.splitlines()
    kinds = (PARTICIPANT, ACTOR, MESSAGE, NOTE, OTHER)
    assert [line for line in lines if not any(kind.match(line) for kind in kinds)] == []
    assert ";" not in diagram.replace("#35;", "")  # to Mermaid it ends a line
    opened = sum(bool(re.match(r" *(rect|opt|alt|loop|par) ", line)) for line in lines)
    assert opened == sum(line.strip() == "end" for line in lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_local_link_leads_somewhere(page):
    for link, anchor in re.findall(r"\]\((?!http)([^)#]+)(?:#([^)]+))?\)", page.read_text(encoding="utf-8")):
        target = page.parent / link
        assert target.exists(), link
        if anchor:
            headings = re.findall("^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_the_commands_for_studio_exist():
    console = "\n".join(blocks(STUDIO, "console"))
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", console, re.MULTILINE):
        assert re.search(rf"^{target}:", make, re.MULTILINE), target
    (command,) = re.findall(r"^(\w+=1 langgraph dev .+)$", console, re.MULTILINE)
    assert command.replace("langgraph", "$(BIN)/langgraph") in make
    langgraph = Path(sys.executable).with_name("langgraph")
    done = subprocess.run([langgraph, "dev", "--help"], capture_output=True, text=True, timeout=60, check=True)
    for option in set(re.findall(r"`(--[a-z-]+)`", STUDIO)) | set(re.findall(r"--[a-z-]+", command)):
        assert option in done.stdout, option


def test_the_names_on_the_page_about_studio_exist():
    context, *replies = map(json.loads, blocks(STUDIO, "json"))
    assert context.keys() <= Context.__annotations__.keys()
    assert context["approve"] in get_args(Approve)
    assert [reply["action"] if isinstance(reply, dict) else reply for reply in replies] == ["approve", "reject", "edit"]
    assert set(re.findall(r"`(step_\w+)`", STUDIO)) <= {kind.event for kind in get_args(Event)}
    assert "planfirst" in json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))["graphs"]
    settings = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:PLANFIRST|OPENAI)_\w+)`", STUDIO):
        assert name in settings, name
