"""With a key, nothing that a user, a document or a model said stands in plain text in any file or table."""

import asyncio

import pytest

from benchmarks.postgres_server import PostgresServer
from nodes.errors import CheckpointError, ConfigurationError
from nodes.limits import Limits
from planfirst import Agent, tool

SECRET = "the heron of Skeldvik"
PASSAGE = f"Once {SECRET} flew over the harbour. " * 20
PLAN = f'#E1 = tell(about="{SECRET}")\n#E2 = tell(about=#E1)\n#E3 = send(text="{SECRET}", place=#E1)'
WORDS = (b"heron", b"Skeldvik", b"harbour")


@tool(effect="read")
def tell(about: str) -> list[str]:
    """Tell a long story."""
    return [PASSAGE, f"{about[:10]} {PASSAGE}", SECRET]


@tool(effect="write")
def send(text: str, place: str) -> str:
    """Send a text."""
    return f"sent {text} to {place[:10]}"


@pytest.fixture(params=["sqlite", "postgres"])
def server(request):
    """Run a server of its own, whose files can be searched, or none."""
    if request.param == "sqlite":
        yield None
        return
    request.getfixturevalue("postgres_server")  # says what is missing
    with PostgresServer() as own:
        yield own


@pytest.fixture
def encrypted(monkeypatch):
    """Set the keys."""

    def given(*keys):
        monkeypatch.setenv("PLANFIRST_ENCRYPTION_KEY_ENV", "THE_KEYS")
        monkeypatch.setenv("THE_KEYS", ", ".join(key * 32 for key in keys))

    given("1a")
    return given


def agent_of(model, database, **options):
    limits = Limits(step_chars=600)
    return Agent(model, tools=[tell, send], knowledge=None, database=database, limits=limits, **options)


async def test_no_file_and_no_table_holds_a_word(scripted, server, encrypted, own_home):
    model, database = scripted(PLAN, f"It is {SECRET} [E1]."), server.new_url() if server else None
    agent = agent_of(model, database, approve="write")

    def check(run_id):
        if server:
            server.execute("CHECKPOINT")
        files = (path for path in (server.data if server else own_home).rglob("*") if path.is_file())
        held = b"".join(path.read_bytes() for path in files)
        assert run_id.encode() in held
        assert [word for word in WORDS if word in held] == []

    waiting = await agent.aask(f"What of {SECRET}?")
    assert waiting.pending[0]["args"]["text"] == SECRET
    await asyncio.to_thread(check, waiting.run_id)
    result = await agent.aresume(waiting.run_id, "approve")
    assert (result.question, result.answer) == (f"What of {SECRET}?", f"It is {SECRET} [E1].")
    assert (await agent.avalue(result.run_id, "E1"))[0] == PASSAGE

    config = agent._driver.config(await agent._store.get(result.run_id))
    tagged = {**config, "metadata": {"note": SECRET, "number": 7}}
    await agent.graph.aupdate_state(tagged, {"notes": [SECRET]}, as_node="solve")
    found = await agent._saver.aget_tuple(config)
    assert (found.metadata["note"], found.metadata["number"]) == (SECRET, 7)
    await agent.aclose()
    await asyncio.to_thread(check, result.run_id)


async def test_keys_are_rotated(scripted, encrypted):
    async def opened(*keys):
        encrypted(*keys)
        agent = agent_of(scripted(PLAN, "So."), None)
        return agent, await agent.aask("What?")

    first, old = await opened("1a")
    await first.aclose()
    second, new = await opened("2b", "1a")
    assert {record.question for record in await second.aruns()} == {"What?"}
    assert (await second.aresult(old.run_id)).answer == "So."
    assert (await second.avalue(old.run_id, "E1"))[0] == PASSAGE
    await second.aclose()
    encrypted("2b")
    third = agent_of(scripted(), None)
    assert (await third.aresult(new.run_id)).answer == "So."
    with pytest.raises(CheckpointError, match="PLANFIRST_ENCRYPTION_KEY_ENV names, after the newest"):
        await third.aresult(old.run_id)
    await third.aclose()


async def test_what_was_stored_in_plain_is_still_read(scripted, encrypted, monkeypatch):
    monkeypatch.delenv("PLANFIRST_ENCRYPTION_KEY_ENV")
    agent = agent_of(scripted(PLAN), None, approve="write")
    waiting = await agent.aask("What?")
    await agent.aclose()
    encrypted("1a")
    agent = agent_of(scripted("So."), None, approve="write")
    assert (await agent.aresume(waiting.run_id, "approve")).answer == "So."
    await agent.aclose()


async def test_a_changed_ciphertext_is_refused(scripted, encrypted):
    agent = agent_of(scripted(PLAN, "So."), None)
    result = await agent.aask("What?")
    sealed = (await agent._store.database.fetch("SELECT question FROM runs"))[0]["question"]
    await agent._store.database.write(("UPDATE runs SET question = ?", [sealed[:-8] + "AAAAAAA="]))
    with pytest.raises(CheckpointError, match="was changed after it was encrypted"):
        await agent.aresult(result.run_id)
    await agent.aclose()


@pytest.mark.parametrize(("value", "said"), [("", "which is not set; put a key there"), ("no key", "64 hexadecimal")])
def test_a_key_that_cannot_be_used_is_not_shown(monkeypatch, value, said):
    monkeypatch.setenv("PLANFIRST_ENCRYPTION_KEY_ENV", "THE_KEYS")
    monkeypatch.setenv("THE_KEYS", value)
    with pytest.raises(ConfigurationError, match=said) as caught:
        Agent(None, knowledge=None)
    assert "no key" not in str(caught.value)
