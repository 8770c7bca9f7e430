"""Slots: first come first served, none lost, and a queue behind holders that do not end is told so."""

import asyncio

from nodes.tools.slots import Slots


async def test_slots_are_given_in_order():
    slots, order = Slots(1, patience=60), []

    async def use(name):
        assert await slots.acquire()
        order.append(name)
        await asyncio.sleep(0)
        slots.release()

    await asyncio.gather(*(use(name) for name in range(10)))
    assert order == list(range(10))


async def test_a_queue_that_does_not_move_is_given_up_and_one_that_moves_is_not():
    slots = Slots(1, patience=0.05)
    assert await slots.acquire()
    assert not await slots.acquire()

    async def move():
        for _ in range(6):
            await asyncio.sleep(0.02)
            slots.release()

    waiting = [asyncio.create_task(slots.acquire()) for _ in range(6)]
    await move()
    assert await asyncio.gather(*waiting) == [True] * 6


async def test_cancelled_waiters_lose_no_slot():
    for ticks in range(5):
        slots = Slots(1, patience=60)
        assert await slots.acquire()
        waiter = asyncio.create_task(slots.acquire())
        await asyncio.sleep(0)
        slots.release()
        for _ in range(ticks):
            await asyncio.sleep(0)
        if waiter.cancel():
            await asyncio.gather(waiter, return_exceptions=True)
        else:
            slots.release()
        async with asyncio.timeout(5):
            assert await slots.acquire()
