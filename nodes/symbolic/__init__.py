"""The embedded default: a planner, a reader and a solver made of rules. No model, no network; quotes, never guesses."""

from nodes.symbolic.planner import SymbolicPlanner
from nodes.symbolic.ranking import Rankable, RankedSentence, SentenceRanker
from nodes.symbolic.reader import ExtractiveReader
from nodes.symbolic.solver import ExtractiveSolver

__all__ = [
    "ExtractiveReader",
    "ExtractiveSolver",
    "Rankable",
    "RankedSentence",
    "SentenceRanker",
    "SymbolicPlanner",
]
