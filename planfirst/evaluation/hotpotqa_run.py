"""Runs the embedded default over HotpotQA: ingest, time the plans, ask, judge. A composition root: it names classes."""

import asyncio
from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory

from langgraph.checkpoint.memory import InMemorySaver

from graph.agent import Agent
from graph.compose import compose
from graph.settings import read_settings
from planfirst.evaluation.asking import agent_ask, ask_all
from planfirst.evaluation.hotpotqa import Outcome, corpus_name, ingest_paragraphs, judge
from planfirst.evaluation.hotpotqa_files import HotpotQuestion, Paragraph
from planfirst.evaluation.plantime import plan_seconds
from retrieval import KnowledgeBase

OnProgress = Callable[[str, int, int], None]


async def run_hotpotqa(
    questions: Sequence[HotpotQuestion], paragraphs: Sequence[Paragraph], k: int, on_progress: OnProgress
) -> list[Outcome]:
    """Return the outcome of every question; the paragraphs' knowledge base stays in the home for the next time."""
    folder = read_settings().home / "evaluation" / corpus_name(paragraphs)
    done = 0

    def replied() -> None:
        nonlocal done
        done += 1
        on_progress("asking", done, len(questions))

    with KnowledgeBase(folder) as knowledge, TemporaryDirectory() as runs:
        titles = await asyncio.to_thread(
            ingest_paragraphs,
            knowledge,
            folder / "paragraphs",
            paragraphs,
            lambda at: on_progress("ingesting", at.done, at.total),
        )
        asked = [(question.question, ()) for question in questions]
        seconds = await plan_seconds(compose(knowledge=knowledge).planning, asked)
        agent = Agent(knowledge=knowledge, checkpointer=InMemorySaver(), home=runs)
        replies = await ask_all(agent_ask(agent), asked, on_reply=replied)
        await agent.aclose()
    return [
        judge(question, reply, titles, taken, k)
        for question, reply, taken in zip(questions, replies, seconds, strict=True)
    ]
