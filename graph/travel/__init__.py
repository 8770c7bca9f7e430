"""Time travel: what a run was at each of its checkpoints, runs made from one of them, and how two runs differ."""

from graph.travel.diff import RunDiff as RunDiff
from graph.travel.diff import StepDiff as StepDiff
from graph.travel.diff import diff as diff
from graph.travel.face import TimeTravel as TimeTravel
from graph.travel.fork import Fork as Fork
from graph.travel.history import Checkpoint as Checkpoint
from graph.travel.traveller import Traveller as Traveller

__all__ = ["Checkpoint", "Fork", "RunDiff", "StepDiff", "TimeTravel", "Traveller", "diff"]
