"""The built-in tool that reads one attribute of many things, and what comparing makes of its table."""

import pytest

from nodes.tools import AllowAll, Toolbox, ToolRunner, compare, tabulate_tool

PASSAGE = {"passage_id": "p1", "document": "d", "text": "t", "start": 0, "end": 1}


class Rows:
    """A tabulator that knows three lengths."""

    async def tabulate(self, attribute, passages, of):
        self.asked = (attribute, [passage["passage_id"] for passage in passages], of)
        source = {**PASSAGE, "quote": "t", "title": ""}
        known = {"Astrid": "85 m", "Bore": "0.1 km", "Cato": "12 m"} if attribute == "length" else {}
        return {name: {"value": value, "sources": [source]} for name, value in known.items()}


@pytest.fixture
def rows():
    return Rows()


@pytest.fixture
def runs(rows):
    return ToolRunner(Toolbox([tabulate_tool(rows), compare]), policy=AllowAll())


async def test_a_table_has_a_value_and_a_source_for_each_name(runs, rows):
    outcome = await runs.run("tabulate", {"attribute": "length", "source": [[PASSAGE]], "of": "vessel"}, key="k")
    assert rows.asked == ("length", ["p1"], "vessel")
    assert outcome.value == {"Astrid": "85 m", "Bore": "0.1 km", "Cato": "12 m"}
    assert len(outcome.sources) == 3


@pytest.mark.parametrize(("mode", "winner"), [("largest", "Bore"), ("smallest", "Cato")])
async def test_compare_takes_a_table(runs, mode, winner):
    table = await runs.run("tabulate", {"attribute": "length", "source": [PASSAGE]}, key="k")
    assert (await runs.run("compare", {"values": table.value, "mode": mode}, key="k")).value == winner


async def test_nothing_told_is_no_answer(runs):
    outcome = await runs.run("tabulate", {"attribute": "mass", "source": [PASSAGE]}, key="k")
    assert outcome.error == {"kind": "no_answer", "message": "the evidence does not say"}
