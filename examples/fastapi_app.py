"""An agent inside a FastAPI app: events as they happen, and a client that leaves pauses its run, for later.

    pip install 'planfirst[serve]'
    uvicorn --factory examples.fastapi_app:make_app
    curl -N 'http://127.0.0.1:8000/ask?question=What+is+15+%25+of+80%3F'

This is a sketch of the wiring and no service: there is no authentication, and everybody sees every run.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse

from nodes.errors import UnknownRunError
from nodes.events import to_wire
from planfirst import Agent, PlanFirstError


class EventStream(StreamingResponse):
    """Server-sent events that end with their client, also while there is nothing to send.

    A plain StreamingResponse notices that the client has left when it sends next; until then the run would go on.
    """

    media_type = "text/event-stream"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Stream until all is sent or the client leaves, then close what the events come from."""
        del scope
        streaming = asyncio.create_task(self.stream_response(send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait({streaming, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            streaming.cancel()
            leaving.cancel()
            await asyncio.wait({streaming, leaving})
            await self.body_iterator.aclose()  # it may have been cancelled while it was not being asked for more
        if not streaming.cancelled():
            streaming.result()


def make_app(agent: Agent | None = None) -> FastAPI:
    """Return the app; the agent opens its database at the first request and closes it with the app."""
    agent = agent or Agent(knowledge=None)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await agent.aclose()

    app = FastAPI(lifespan=lifespan)

    @app.get("/ask")
    async def ask(question: str) -> EventStream:
        return EventStream(events_of(agent, agent.astream(question)))

    @app.get("/runs/{run_id}/resume")
    async def resume(run_id: str) -> EventStream:
        return EventStream(events_of(agent, agent.astream_resume(run_id)))

    @app.get("/runs/{run_id}")
    async def show(run_id: str) -> dict[str, Any]:
        try:
            return (await agent.aresult(run_id)).to_json()
        except UnknownRunError as error:
            raise HTTPException(404, str(error)) from error

    return app


async def events_of(agent: Agent, events: Any) -> AsyncIterator[str]:
    """Yield a run's events as server-sent events, the result last.

    Where this generator is cancelled or closed, closing `events` pauses the run.
    """
    run_id = ""
    try:
        async with aclosing(events):
            async for event in events:
                run_id = getattr(event, "run_id", run_id)
                yield _sent(event.event, to_wire(event))
        if run_id:
            yield _sent("result", (await agent.aresult(run_id)).to_json())
    except PlanFirstError as error:  # the headers are out, so it can only be told in the stream
        yield _sent("error", {"message": str(error)})


def _sent(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
