"""The workloads: each a list of tasks of one shape over one world.

A task's toolbox holds the tools that its plan calls and no more: a tool that is not needed would cost a model that is
called often more than one that is called twice.
"""

from collections.abc import Iterable
from functools import cache

from benchmarks.gold.tasks import Call, Task
from benchmarks.gold.tools import number, world_tools
from benchmarks.gold.world import World
from nodes.tools import Toolbox


@cache
def world() -> World:
    """The world of all tasks."""
    return World()


def _tools(*names: str) -> Toolbox:
    tools = world_tools(world())
    return Toolbox([tools[name] for name in names])


def two_hop(count: int = 10) -> list[Task]:
    """Return questions for which one search leads to the next."""
    return [_two_hop(bridge, careless=bool(n % 2)) for n, bridge in enumerate(list(world().bridges)[:count])]


def _two_hop(bridge: str, *, careless: bool) -> Task:
    person = world().bridges[bridge]
    town = world().births[person]
    calls = (
        Call("E1", "search", f'query="who designed the {bridge}"', {"query": f"who designed the {bridge}"},
             world().designed(bridge)),
        Call("E2", "search", 'query="the engineer was born in", after=#E1', {"query": f"{person} was born in"},
             world().born(person), ("E1",)),
    )  # fmt: skip
    question = f"In which town was the designer of the {bridge} born?"
    return Task(question, calls, town, f"{person}, who designed it, was born in {town}. []", _tools("search"), careless)


def fan_out(rounds: int = 2) -> list[Task]:
    """Return, for each number of branches from 2 to 6, questions for a sum of values that one call each gives."""
    return [_fan_out(towns, n) for n, towns in enumerate(_groups(rounds))]


def _groups(rounds: int) -> Iterable[list[str]]:
    towns = iter(world().towns)
    return [[next(towns) for _ in range(width)] for _ in range(rounds) for width in range(2, 7)]


def _fan_out(towns: list[str], n: int) -> Task:
    values = [world().inhabitants[town] for town in towns]
    calls = [
        Call(f"E{i}", "inhabitants", f'town="{town}"', {"town": town}, str(value))
        for i, (town, value) in enumerate(zip(towns, values, strict=True), 1)
    ]
    return _summed(towns, values, calls, _tools("inhabitants", "calculate"), n)


def fan_out_read(rounds: int = 2) -> list[Task]:
    """Return the same questions where each value has to be read off passages.

    The plan does it with `read`, which is not in the toolbox: it needs the system's own model. A model that sees the
    passages does without, so `Task.spoken` leaves it out.
    """
    return [_fan_out_read(towns, n) for n, towns in enumerate(_groups(rounds))]


def _fan_out_read(towns: list[str], n: int) -> Task:
    width, calls = len(towns), []
    values = [world().inhabitants[town] for town in towns]
    for i, town in enumerate(towns, 1):
        query = f"how many inhabitants {town} has"
        calls.append(Call(f"E{i}", "search", f'query="{query}"', {"query": query}, world().counted(town)))
    for i, (town, value) in enumerate(zip(towns, values, strict=True), 1):
        written = f'question="inhabitants of {town}", source=#E{i}'
        calls.append(Call(f"E{width + i}", "read", written, None, str(value), (f"E{i}",)))
    return _summed(towns, values, calls, _tools("search", "calculate"), n)


def _summed(towns: list[str], values: list[int], calls: list[Call], box: Toolbox, n: int) -> Task:
    """Return the task whose last call adds up what the last calls before it gave."""
    needs = [call.id for call in calls[-len(towns) :]]
    written = " + ".join(f"#{each}" for each in needs)
    spoken = " + ".join(map(str, values))
    total = str(sum(values))
    last = Call(
        f"E{len(calls) + 1}", "calculate", f'expression="{written}"', {"expression": spoken}, total, tuple(needs)
    )
    names = f"{', '.join(towns[:-1])} and {towns[-1]}"
    question = f"How many inhabitants do {names} have together?"
    return Task(question, (*calls, last), total, f"Together they have {total} inhabitants. []", box, bool(n % 2))


def twelve_steps(count: int = 10) -> list[Task]:
    """Return questions of twelve steps over eight tools, with seven levels of dependence."""
    towns = list(world().masters)
    return [_twelve_steps(towns[3 * n : 3 * n + 3], f"Vessel {n + 1}", careless=bool(n % 2)) for n in range(count)]


def _twelve_steps(towns: list[str], vessel: str, *, careless: bool) -> Task:
    people = {town: world().inhabitants[town] for town in towns}
    largest = max(people, key=lambda town: people[town])
    route, price = number("kilometres", "Lunne", largest), number("fuel_price", "diesel")
    burnt, trips = number("consumption", vessel), number("departures", largest, "June")
    a, b, c = towns
    calls = (
        *(Call(f"E{i}", "inhabitants", f'town="{t}"', {"town": t}, str(people[t])) for i, t in enumerate(towns, 1)),
        Call("E4", "compare", f'values={{"{a}": #E1, "{b}": #E2, "{c}": #E3}}', {"values": people}, largest,
             ("E1", "E2", "E3")),
        Call("E5", "kilometres", 'start="Lunne", end=#E4', {"start": "Lunne", "end": largest}, str(route), ("E4",)),
        Call("E6", "fuel_price", 'fuel="diesel"', {"fuel": "diesel"}, str(price)),
        Call("E7", "consumption", f'vessel="{vessel}"', {"vessel": vessel}, str(burnt)),
        Call("E8", "calculate", 'expression="#E5 * #E7"', {"expression": f"{route} * {burnt}"}, str(route * burnt),
             ("E5", "E7")),
        Call("E9", "calculate", 'expression="#E8 * #E6"', {"expression": f"{route * burnt} * {price}"},
             str(route * burnt * price), ("E8", "E6")),
        Call("E10", "departures", 'town=#E4, month="June"', {"town": largest, "month": "June"}, str(trips), ("E4",)),
        Call("E11", "calculate", 'expression="#E9 * #E10 // 1000"',
             {"expression": f"{route * burnt * price} * {trips} // 1000"},
             str(route * burnt * price * trips // 1000), ("E9", "E10")),
        Call("E12", "search", 'query="the harbour master of #E4"', {"query": f"the harbour master of {largest}"},
             world().mastered(largest), ("E4",)),
    )  # fmt: skip
    total, master = str(route * burnt * price * trips // 1000), world().masters[largest]
    question = (
        f"What does the diesel cost that {vessel} burns on all departures in June from Lunne to the town with the most "
        f"inhabitants of {a}, {b} and {c}, and who is the harbour master there?"
    )
    names = ("inhabitants", "kilometres", "fuel_price", "consumption", "departures", "calculate", "compare", "search")
    answer = f"The diesel to {largest} costs {total} euros, and the harbour master there is {master}. []"
    return Task(question, calls, total, answer, _tools(*names), careless)
