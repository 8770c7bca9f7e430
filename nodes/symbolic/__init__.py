"""The embedded default: a planner, a reader and a solver made of rules, with two small models that label and point.

No language model, no network: an answer is computed from, or is, words that stand in a document.
"""

from nodes.symbolic.frames import QuestionTagger
from nodes.symbolic.planner import SymbolicPlanner
from nodes.symbolic.ranking import Rankable, RankedSentence, SentenceRanker
from nodes.symbolic.reader import ExtractiveReader
from nodes.symbolic.solver import ExtractiveSolver
from nodes.symbolic.span_reading import SpanFinder

__all__ = [
    "ExtractiveReader",
    "ExtractiveSolver",
    "QuestionTagger",
    "Rankable",
    "RankedSentence",
    "SentenceRanker",
    "SpanFinder",
    "SymbolicPlanner",
]
