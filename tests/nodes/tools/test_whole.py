"""A value that is too long for the state is cut there with a mark, and kept whole where somebody keeps it."""

import pytest

from nodes.errors import CheckpointError
from nodes.tools import AllowAll, Toolbox, ToolRunner, tool


class Keeper:
    """Keeps values in a list."""

    def __init__(self):
        self.kept = []

    async def keep(self, run_id, value):
        self.kept.append(value)
        return {"digest": f"d{len(self.kept)}", "chars": len(str(value))}


def runner(function, keep):
    return ToolRunner(Toolbox([tool(effect="read", max_chars=100)(function)]), policy=AllowAll(), keep=keep)


def text(n: int) -> str:
    """Text, on a thread."""
    return "x" * n


async def items(n: int) -> list[int]:
    """A list, on the loop."""
    return list(range(n))


def rows(n: int) -> dict:
    """A table in a dictionary."""
    return {"rows": [{"a": each} for each in range(n)], "n": n}


@pytest.mark.parametrize("function", [text, items, rows])
async def test_what_is_cut_is_kept_whole(function):
    keeper = Keeper()
    short = await runner(function, keeper.keep).run(function.__name__, {"n": 3}, key="k")
    assert (short.whole, keeper.kept) == (None, [])
    long = await runner(function, keeper.keep).run(function.__name__, {"n": 1000}, key="k")
    assert "[cut: " in str(long.value)
    assert len(str(long.value)) < 300
    whole = function(1000)
    assert keeper.kept == [await whole if function is items else whole]
    assert long.whole == {"digest": "d1", "chars": len(str(keeper.kept[0]))}


async def test_where_nobody_keeps_it_the_rest_is_gone():
    outcome = await runner(text, None).run("text", {"n": 1000}, key="k")
    assert outcome.whole is None
    assert "[cut: 100 of 1000 characters]" in outcome.value


async def test_what_a_generator_has_not_yielded_never_was():
    def endless() -> object:
        """Yields without end."""
        while True:
            yield "word "

    keeper = Keeper()
    outcome = await runner(endless, keeper.keep).run("endless", {}, key="k")
    assert (outcome.status, outcome.whole, keeper.kept) == ("ok", None, [])


async def test_a_database_that_cannot_keep_it_stops_the_run():
    async def broken(run_id, value):
        raise CheckpointError("the disk is full")

    with pytest.raises(CheckpointError, match="disk"):
        await runner(text, broken).run("text", {"n": 1000}, key="k")
