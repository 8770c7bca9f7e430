"""`python -m planfirst.loopback --script FILE.json [--port N]`: serve a script until Ctrl-C or SIGTERM."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from planfirst.cli.exits import Exit, code_of
from planfirst.cli.output import say_error
from planfirst.loopback.script import read_script
from planfirst.loopback.server import LoopbackServer
from retrieval.errors import PlanFirstError


async def _serve(server: LoopbackServer) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with server:
        typer.echo(server.base_url)
        await stop.wait()


def main(
    script: Annotated[Path, typer.Option(help="A JSON file; planfirst/loopback/script.py describes it.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
) -> None:
    """Serve scripted models on 127.0.0.1. The first line printed is the base URL; the API key can be any."""
    try:
        asyncio.run(_serve(read_script(script, port)))
    except PlanFirstError as error:
        say_error(str(error))
        sys.exit(code_of(error))
    except OSError as error:
        say_error(f"port {port} cannot be opened ({error.strerror}); leave --port out to get a free one")
        sys.exit(Exit.FAILED)


if __name__ == "__main__":
    typer.run(main)
