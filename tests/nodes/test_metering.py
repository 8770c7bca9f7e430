"""Usage recorded inside tools reaches the step's meter, across tasks and threads."""

import asyncio
import contextvars
import threading

from nodes.metering import metered, record, total
from nodes.state import Usage, no_usage

ONE = Usage(prompt_tokens=3, completion_tokens=2, calls=1, cost=None)


async def test_tasks_and_copied_threads_share_the_meter():
    async def call():
        record(ONE)

    with metered() as meter:
        await asyncio.gather(call(), asyncio.create_task(call()))
        thread = threading.Thread(target=contextvars.copy_context().run, args=(record, ONE))
        thread.start()
        thread.join()
    assert total(*meter) == Usage(prompt_tokens=9, completion_tokens=6, calls=3, cost=None)


def test_without_a_meter_nothing_happens():
    record(ONE)
    with metered() as meter:
        pass
    assert meter == []
    assert total() == no_usage()
