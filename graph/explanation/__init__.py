"""Why a run's answer says what it says: a pure function of the run's record, for people and for programs.

It knows run records and the plan language; it opens no database, asks no model, and does not know how it is shown.
"""

from graph.explanation.explain import explain
from graph.explanation.values import (
    Basis,
    Cited,
    Explanation,
    Origin,
    Place,
    Sentence,
    Setback,
    StepAccount,
)

__all__ = ["Basis", "Cited", "Explanation", "Origin", "Place", "Sentence", "Setback", "StepAccount", "explain"]
