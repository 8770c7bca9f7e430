"""What the real client does with every fault: each row of the table in docs/decisions, and what follows from it.

The record is read here and not repeated, so that it cannot say anything else than what happens.
"""

import warnings
from email.utils import parsedate_to_datetime
from pathlib import Path

import openai
import pytest
from langchain_core.exceptions import ContextOverflowError, ModelError
from pydantic import BaseModel

from planfirst import loopback
from planfirst.loopback import Break, LoopbackServer, Reply, Scheduled, Spoil, Status, rate_limited, refused_base_url
from planfirst.loopback.spoils import GARBAGE, INVENTED

ROOT = Path(__file__).resolve().parents[3]
RECORD = (ROOT / "docs" / "decisions" / "0005-what-the-model-client-raises.md").read_text("utf-8")
TEXT = "The quick brown fox jumps over the lazy dog."
PLAN = '#E1 = search(query="x", limit=2)\n#E2 = read(source=#E1, question="y")'


def rows(width: int) -> list[list[str]]:
    """Return the rows of the record's table with so many columns, without its head."""
    lines = [line.strip("|").split("|") for line in RECORD.splitlines() if line.startswith("|")]
    table = [[cell.strip(" `") for cell in cells] for cells in lines if len(cells) == width]
    return table[2:]


FAULTS = rows(6)


async def outcome(call) -> BaseException | object:
    """Return what a call gives or raises."""
    try:
        return await call
    except Exception as error:  # noqa: BLE001 - to look at any error is the point
        return error


async def collect(model):
    """Return a streamed answer, added up."""
    whole = None
    async for chunk in model.astream("Hi"):
        whole = chunk if whole is None else whole + chunk
    return whole


def describe(result) -> tuple[str, str, str]:
    """Return an outcome as the table has it: class, status, code."""
    if not isinstance(result, Exception):
        return "answer", "none", "none"
    status, code = getattr(result, "status_code", None), getattr(result, "code", None)
    return type(result).__name__, str(status or "none"), str(code or "none")


def silent_for(fault) -> float:
    """The client's timeout: short where the server hangs."""
    return 0.3 if isinstance(fault, Break) and fault.how == "hang" else 30


def test_the_table_has_every_kind_of_fault():
    faults = [eval(row[0], vars(loopback)) for row in FAULTS]
    broken = {fault.how for fault in faults if isinstance(fault, Break)}
    assert broken == {"hang", "reset", "close", "end", "garbage", "error", "html"}
    statuses = {fault.status for fault in faults if isinstance(fault, Status)}
    assert {400, 401, 403, 404, 408, 429, 500, 502, 503} <= statuses
    assert len(faults) > 25


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("row", FAULTS, ids=[row[0] for row in FAULTS])
async def test_every_row_of_the_table_is_true(connect, row, stream):
    fault = eval(row[0], vars(loopback))
    async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(fault)]) as server:
        model = connect(server, timeout=silent_for(fault))
        result = await outcome(collect(model) if stream else model.ainvoke("Hi"))
        assert server.log.exchanges[0].fault == fault
        assert len(server.log.exchanges) == 1
    assert describe(result) == (row[2 if stream else 1], row[3], row[4])


@pytest.mark.parametrize("row", FAULTS, ids=[row[0] for row in FAULTS])
async def test_the_client_tries_again_where_the_table_says_so(connect, monkeypatch, row):
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)
    fault = eval(row[0], vars(loopback))
    async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(fault, first=1)]) as server:
        await outcome(connect(server, timeout=silent_for(fault), max_retries=1).ainvoke("Hi"))
        assert len(server.log.exchanges) == (2 if row[5] == "yes" else 1)


async def test_the_client_tries_three_times_when_not_told_otherwise(connect, monkeypatch):
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)
    async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(loopback.SERVER_ERROR)]) as server:
        await outcome(connect(server, max_retries=None).ainvoke("Hi"))
        assert len(server.log.exchanges) == 3


@pytest.mark.parametrize(("fault", "calls"), [(loopback.RESET, 2), (loopback.OVERLOADED, 2), (Break("reset", 3), 1)])
async def test_a_stream_is_tried_again_only_before_its_first_byte(connect, monkeypatch, fault, calls):
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)
    async with LoopbackServer({"m": lambda _: TEXT}, faults=[Scheduled(fault, first=1)]) as server:
        await outcome(collect(connect(server, max_retries=1)))
        assert len(server.log.exchanges) == calls


@pytest.mark.parametrize(
    ("fault", "retryable"),
    [
        (loopback.BAD_KEY, False),
        (loopback.CONTENT_FILTERED, False),
        (rate_limited(), True),
        (loopback.OVERLOADED, True),
        (loopback.RESET, True),
    ],
)
async def test_errors_are_langchains_too_and_say_whether_to_retry(connect, fault, retryable):
    async with LoopbackServer({"m": [fault]}) as server:
        error = await outcome(connect(server).ainvoke("Hi"))
    assert isinstance(error, ModelError)
    assert isinstance(error, openai.OpenAIError)
    assert error.is_retryable is retryable


async def test_a_prompt_too_long_is_known_by_its_code_alone(connect):
    async with LoopbackServer({"m": [loopback.CONTEXT_TOO_LONG]}) as server:
        error = await outcome(connect(server).ainvoke("Hi"))
    assert error.code == "context_length_exceeded"
    assert not isinstance(error, ContextOverflowError)


async def test_retry_after_is_in_the_responses_headers(connect):
    async with LoopbackServer({"m": [rate_limited(1.5), rate_limited(20, "date"), rate_limited()]}) as server:
        seconds, date, none = [await outcome(connect(server).ainvoke("Hi")) for _ in range(3)]
    assert seconds.response.headers["retry-after"] == "1.5"
    sent, retry = (parsedate_to_datetime(date.response.headers[name]) for name in ("date", "retry-after"))
    assert 20 <= (retry - sent).total_seconds() <= 22
    assert "retry-after" not in none.response.headers


async def test_nobody_listening_is_a_lost_connection(connect):
    with refused_base_url() as url:
        error = await outcome(connect(url).ainvoke("Hi"))
    assert describe(error) == ("OpenAIConnectionError", "none", "none")


async def test_the_timeout_of_chunks_raises_another_error(connect):
    async with LoopbackServer({"m": [Reply(TEXT, fault=Break("hang", 3))]}) as server:
        error = await outcome(collect(connect(server, stream_chunk_timeout=0.2)))
    assert type(error).__name__ == "StreamChunkTimeoutError"
    assert isinstance(error, TimeoutError)
    assert not isinstance(error, openai.OpenAIError)


@pytest.mark.parametrize("fault", [Break("end", 3), Spoil("no_choices")])
async def test_a_stream_without_a_finish_reason_did_not_finish(connect, fault):
    async with LoopbackServer({"m": [Reply(TEXT, fault=fault)]}) as server:
        whole = await collect(connect(server))
    assert "finish_reason" not in whole.response_metadata
    assert whole.content == ("The quick brown " if fault == Break("end", 3) else "")


async def test_what_came_before_a_break_has_been_delivered(connect):
    async with LoopbackServer({"m": [Reply(TEXT, fault=Break("close", 3))]}) as server:
        stream = connect(server).astream("Hi")
        received = [(await anext(stream)).content for _ in range(4)]  # the first holds the role alone
        with pytest.raises(openai.APIConnectionError):
            await anext(stream)
        assert server.log.exchanges[0].sent == "The quick brown "
    assert received == ["", "The ", "quick ", "brown "]


async def test_a_refusal_is_lost_in_a_stream(connect):
    async with LoopbackServer({"m": [Spoil("refusal")] * 2}) as server:
        message, whole = await connect(server).ainvoke("Hi"), await collect(connect(server))
    assert (message.content, message.additional_kwargs["refusal"][:9]) == ("", "I'm sorry")
    assert (whole.content, whole.additional_kwargs) == ("", {})


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize(
    ("how", "content", "reason"),
    [
        ("no_content", "", "stop"),
        ("content_filter", PLAN[: len(PLAN) // 2], "content_filter"),
        ("empty_plan", "Plan:\n", "stop"),
        ("truncated_plan", PLAN.removesuffix('")'), "length"),
        ("invented_citation", f"{PLAN} {INVENTED}", "stop"),
        ("garbage_plan", GARBAGE, "stop"),
    ],
)
async def test_spoilt_answers(connect, stream, how, content, reason):
    async with LoopbackServer({"m": [Reply(PLAN, fault=Spoil(how))]}) as server:
        message = await (collect(connect(server)) if stream else connect(server).ainvoke("Hi"))
    assert message.response_metadata["finish_reason"] == reason
    assert message.content == content


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
async def test_usage_is_passed_on_as_it_came(connect, stream):
    async with LoopbackServer({"m": [Reply(TEXT, fault=Spoil("wrong_usage")), Reply(TEXT, usage="missing")]}) as server:
        wrong, missing = [
            await (collect(connect(server)) if stream else connect(server).ainvoke("Hi")) for _ in range(2)
        ]
    assert wrong.usage_metadata["total_tokens"] == 987654321
    assert missing.usage_metadata is None


class Steps(BaseModel):
    """A plan."""

    steps: list[str]


STRUCTURED = {
    "keeps the schema": Reply.of_json({"steps": ["a"]}),
    "breaks the schema": Reply('{"x": 1}', unchecked=True),
    "no JSON": Reply("no JSON", unchecked=True),
    "JSON that breaks off": Reply('{"steps": ["a', unchecked=True),
    "finish_reason` length": Reply('{"steps": ["a', finish_reason="length"),
    "finish_reason` content_filter": Reply('{"steps": ["a', finish_reason="content_filter"),
    "refusal": Reply(refusal="No."),
    "NO_JSON_SCHEMA": loopback.NO_JSON_SCHEMA,
    "an error object, status 200": Break("error"),
    "a web page, status 200": Break("html"),
}


def described(result, kind) -> str:
    """Return the outcome of structured output in the words of the record's second table."""
    if isinstance(result, Exception):
        return type(result).__name__
    if (error := result["parsing_error"]) is not None:
        return f"parsing_error {type(error).__name__}"
    return f"parsed {result['parsed'] == kind(steps=['a'])}"


EXPECTED = {
    "parsed` is an instance": "parsed True",
    "parsed` is a dictionary": "parsed True",
    "parsed` is what came, unchecked": "parsed False",
    "parsed` is the part that came, *completed silently*": "parsed True",
    "ValidationError`, also with `include_raw": "ValidationError",
    "parsing_error` is set": "parsing_error OutputParserException",
    "parsing_error` is set, an `OpenAIRefusalError": "parsing_error OpenAIRefusalError",
    "OpenAIInvalidRequestError`, and a UserWarning": "OpenAIInvalidRequestError",
}


def test_the_table_of_structured_output_has_every_case():
    assert [row[0] for row in rows(3)] == list(STRUCTURED)


@pytest.mark.parametrize("column", [1, 2], ids=["class", "dictionary"])
@pytest.mark.parametrize("row", rows(3), ids=[row[0] for row in rows(3)])
async def test_every_row_of_structured_output_is_true(connect, row, column):
    schema = Steps if column == 1 else Steps.model_json_schema()
    async with LoopbackServer({"m": [STRUCTURED[row[0]]]}) as server:
        model = connect(server).with_structured_output(schema, method="json_schema", include_raw=True, strict=True)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            result = await outcome(model.ainvoke("Plan."))
    assert described(result, Steps if column == 1 else dict) == EXPECTED.get(row[column], row[column])
    assert bool(warned) == ("UserWarning" in row[column])


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
async def test_a_response_format_in_the_extra_body_leaves_the_text_alone(connect, stream):
    form = {"type": "json_schema", "json_schema": {"name": "Steps", "schema": Steps.model_json_schema()}}
    async with LoopbackServer({"m": [Reply('{"steps": ["a', finish_reason="length")]}) as server:
        model = connect(server).bind(extra_body={"response_format": form})
        message = await (collect(model) if stream else model.ainvoke("Plan."))
        assert server.log.exchanges[0].request.response_format.json_schema.name == "Steps"
    assert message.content == '{"steps": ["a'
    assert message.response_metadata["finish_reason"] == "length"
    assert message.usage_metadata["output_tokens"] > 0


async def test_a_slow_trickle_never_meets_the_clients_timeout(connect):
    pace = loopback.Pace(first_token=0.0, tokens_per_second=20)
    async with LoopbackServer({"m": [TEXT]}, pace=pace) as server:
        whole = await collect(connect(server, timeout=0.4))
        (exchange,) = server.log.exchanges
    assert whole.content == TEXT
    assert exchange.finished - exchange.received > 0.4


@pytest.mark.parametrize(
    ("fault", "below"),
    [
        (loopback.RESET, "ReadError"),
        (Break("reset", 3), "ReadError"),
        (Break("close"), "RemoteProtocolError"),
        (Break("close", 3), "RemoteProtocolError"),
    ],
)
async def test_a_reset_is_one_and_a_close_is_another(connect, fault, below):
    async with LoopbackServer({"m": [Reply(TEXT, fault=fault)]}) as server:
        error = await outcome(collect(connect(server)))
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    assert below in {type(link).__name__ for link in chain}
