"""LangGraph's own conformance suite for checkpointers, on both."""

import pytest
from langgraph.checkpoint.conformance import checkpointer_test, validate

from graph.checkpointers import open_checkpointer
from graph.database import open_database
from graph.wholes import Wholes


@pytest.mark.filterwarnings("ignore::langgraph.warnings.LangGraphDeprecationWarning")
async def test_a_saver_does_all_that_langgraph_asks_of_one(place):
    database = open_database(place)
    savers = []

    @checkpointer_test(name="planfirst")
    async def made():
        saver = open_checkpointer(place, Wholes(database))
        savers.append(saver)
        yield saver

    report = await validate(made)
    for saver in savers:
        await saver.aclose()
    failures = {
        name: result.failures for name, result in report.results.items() if result.detected and not result.passed
    }
    assert failures == {}
    assert report.passed_all_base()
