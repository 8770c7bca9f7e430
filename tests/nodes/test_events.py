"""Events survive the wire, also through JSON."""

import json
from typing import get_args

import pytest

from nodes.events import Event, PhaseChanged, PlanReady, StepFinished, StepWaiting, from_wire, to_wire

EVENTS = [
    PhaseChanged("running"),
    PlanReady("#E1 = now()\n", "model", 1),
    StepWaiting("E2", "read", ("E1",)),
    StepFinished("E2", "read", "failed", 0.5, 2, "no"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event)
def test_round_trip_through_json(event):
    assert from_wire(json.loads(json.dumps(to_wire(event)))) == event


def test_names_are_unique():
    names = [kind.event for kind in get_args(Event)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("foreign", [None, "text", {}, {"event": "theirs"}, {"other": 1}, [1]])
def test_what_others_put_on_the_stream_is_left_alone(foreign):
    assert from_wire(foreign) is None
