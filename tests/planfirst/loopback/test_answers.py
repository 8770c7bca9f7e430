"""Good answers, whole and streamed, as the real client reads them."""

import asyncio
import json

import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from planfirst.loopback import LoopbackServer, Model, Reply, ScriptError, ToolCall, count_tokens

PLAN = '#E1 = search(query="equatorial diameter of Jupiter in km")\n#E2 = calculate(expression="#E1 / 2")\n'


async def streamed(model, question):
    chunks = [chunk async for chunk in model.astream(question)]
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    return chunks, whole


@tool
def population(city: str) -> int:
    """Inhabitants of a city."""
    return len(city)


async def test_a_whole_answer_has_text_reason_and_usage(connect):
    async with LoopbackServer({"m": [Reply("Good day.", reasoning_tokens=5, cached_tokens=2)]}) as server:
        message = await connect(server).ainvoke([SystemMessage("Be brief."), HumanMessage("Hello?")])
    assert message.content == "Good day."
    assert message.response_metadata["finish_reason"] == "stop"
    prompt = count_tokens("Be brief.") + count_tokens("Hello?") + 3 * 3
    assert message.usage_metadata == {
        "input_tokens": prompt,
        "output_tokens": 3 + 5,
        "total_tokens": prompt + 8,
        "input_token_details": {"cache_read": 2},
        "output_token_details": {"reasoning": 5},
    }


async def test_a_streamed_answer_is_the_same_in_pieces_of_one_token(connect):
    async with LoopbackServer({"m": [PLAN, Reply(PLAN, reasoning_tokens=5, cached_tokens=2)]}) as server:
        whole = await connect(server).ainvoke("Plan.")
        chunks, streamed_whole = await streamed(connect(server), "Plan.")
    assert streamed_whole.content == whole.content == PLAN
    assert len([chunk for chunk in chunks if chunk.content]) == count_tokens(PLAN)
    assert streamed_whole.response_metadata["finish_reason"] == "stop"
    assert streamed_whole.usage_metadata["output_tokens"] == count_tokens(PLAN) + 5
    assert streamed_whole.usage_metadata["input_token_details"]["cache_read"] == 2
    assert streamed_whole.usage_metadata["output_token_details"]["reasoning"] == 5


@pytest.mark.parametrize("asked", [True, False])
async def test_a_stream_reports_usage_only_when_asked(connect, asked):
    async with LoopbackServer({"m": ["Hello."]}) as server:
        _, whole = await streamed(connect(server, stream_usage=asked), "Hi")
        assert (server.log.exchanges[0].usage is not None) == asked
    assert (whole.usage_metadata is not None) == asked


@pytest.mark.parametrize("stream", [True, False])
async def test_several_tools_may_be_called_at_once(connect, stream):
    calls = (ToolCall("population", {"city": "Lyon"}), ToolCall("population", {"city": "Zürich"}, id="mine"))
    async with LoopbackServer({"m": [Reply("Let me see.", tool_calls=calls)]}) as server:
        model = connect(server).bind_tools([population])
        message = (await streamed(model, "How many?"))[1] if stream else await model.ainvoke("How many?")
        (offered,) = server.log.exchanges[0].request.tools
    assert offered.function.name == "population"
    assert message.content == "Let me see."
    assert message.response_metadata["finish_reason"] == "tool_calls"
    assert [(call["name"], call["args"], call["id"]) for call in message.tool_calls] == [
        ("population", {"city": "Lyon"}, "call_1_0"),
        ("population", {"city": "Zürich"}, "mine"),
    ]
    text = count_tokens("Let me see.") + 2 * count_tokens("population")
    text += sum(count_tokens(json.dumps({"city": city}, ensure_ascii=False)) for city in ("Lyon", "Zürich"))
    assert message.usage_metadata["output_tokens"] == text


async def test_a_tools_result_goes_back_as_a_message(connect):
    call = AIMessage("", tool_calls=[{"name": "population", "args": {"city": "Lyon"}, "id": "c"}])
    async with LoopbackServer({"m": [Reply("4.")]}) as server:
        await connect(server).ainvoke([HumanMessage("How many?"), call, ToolMessage("4", tool_call_id="c")])
        messages = server.log.exchanges[0].request.messages
    assert [message.role for message in messages] == ["user", "assistant", "tool"]
    assert messages[1].tool_calls[0].function.arguments == '{"city": "Lyon"}'
    assert messages[2].tool_call_id == "c"


@pytest.mark.parametrize(
    ("binding", "reply", "problem"),
    [
        ({"tool_choice": "none"}, Reply(tool_calls=(ToolCall("population", {}),)), "the request allows none"),
        ({"tool_choice": "required"}, Reply("No."), "the request demands a call"),
        ({"tool_choice": "population"}, Reply(tool_calls=(ToolCall("size", {}),)), "demands 'population'"),
        ({"parallel_tool_calls": False}, Reply(tool_calls=(ToolCall("population", {}),) * 2), "switches parallel"),
    ],
)
async def test_an_answer_that_the_tool_choice_excludes_is_an_error_of_the_script(connect, binding, reply, problem):
    async with LoopbackServer({"m": [reply]}) as server:
        with pytest.raises(openai.InternalServerError, match=problem):
            await connect(server).bind_tools([population], **binding).ainvoke("How many?")
        with pytest.raises(ScriptError, match=problem):
            await server.stop()


class Steps(BaseModel):
    """A plan."""

    steps: list[str]


async def test_a_json_schema_is_kept(connect):
    async with LoopbackServer({"m": [Reply.of_json({"steps": ["a"]})]}) as server:
        structured = connect(server).with_structured_output(Steps, method="json_schema")
        assert await structured.ainvoke("Plan.") == Steps(steps=["a"])
        schema = server.log.exchanges[0].request.response_format.json_schema
    assert (schema.name, schema.strict) == ("Steps", True)
    assert schema.definition["required"] == ["steps"]


async def test_a_json_object_is_one(connect):
    async with LoopbackServer({"m": [Reply.of_json({"a": 1}), Reply.of_json([1])]}) as server:
        model = connect(server).bind(response_format={"type": "json_object"})
        assert json.loads((await model.ainvoke("JSON, please.")).content) == {"a": 1}
        with pytest.raises(openai.InternalServerError, match="no JSON object"):
            await model.ainvoke("JSON, please.")
        with pytest.raises(ScriptError):
            await server.stop()


@pytest.mark.parametrize("reply", [Reply.of_json({"steps": 1}), Reply("no JSON")])
async def test_an_answer_that_breaks_the_schema_needs_to_say_so(connect, reply):
    broken = Reply(reply.text, unchecked=True)
    form = {"type": "json_schema", "json_schema": {"name": "Steps", "schema": Steps.model_json_schema()}}
    async with LoopbackServer({"m": [broken, reply]}) as server:
        model = connect(server).bind(extra_body={"response_format": form})
        assert (await model.ainvoke("Plan.")).content == reply.text
        with pytest.raises(openai.InternalServerError, match="is not possible"):
            await model.ainvoke("Plan.")
        with pytest.raises(ScriptError):
            await server.stop()


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
async def test_a_limit_cuts_the_answer(connect, stream, name):
    async with LoopbackServer({"m": [PLAN]}) as server:
        model = connect(server).bind(extra_body={name: 5})
        message = (await streamed(model, "Plan."))[1] if stream else await model.ainvoke("Plan.")
    assert message.content == "#E1 = search"
    assert message.response_metadata["finish_reason"] == "length"
    assert message.usage_metadata["output_tokens"] == 5


async def test_reasoning_can_use_up_the_whole_limit(connect):
    async with LoopbackServer({"m": [Reply("Yes.", reasoning_tokens=50)]}) as server:
        message = await connect(server, max_tokens=20).ainvoke("Well?")
    assert message.content == ""
    assert message.response_metadata["finish_reason"] == "length"
    assert message.usage_metadata["output_token_details"]["reasoning"] == 20


async def test_a_limit_can_cut_a_tool_call(connect):
    reply = Reply(tool_calls=(ToolCall("population", {"city": "Lyon"}),))
    async with LoopbackServer({"m": [reply]}) as server:
        message = await connect(server, max_tokens=3).bind_tools([population]).ainvoke("How many?")
    assert message.tool_calls == []
    assert message.invalid_tool_calls[0]["args"] == '{"'


async def test_a_stop_word_ends_the_answer(connect):
    async with LoopbackServer({"m": ["Thought: a\nObservation: b"]}) as server:
        message = await connect(server, stop=["\nObservation:"]).ainvoke("Go on.")
    assert message.content == "Thought: a"


async def test_rules_see_the_parsed_request_and_may_be_asynchronous(connect):
    async def slow(request):
        await asyncio.sleep(0)
        return Reply(f"{request.messages[-1].text} at {request.model_extra['temperature']}")

    async with LoopbackServer({"m": slow, "n": lambda request: request.prompt.upper()}) as server:
        assert (await connect(server, temperature=0.5).ainvoke("Warm")).content == "Warm at 0.5"
        assert (await connect(server, model="n").ainvoke("loud")).content == "LOUD"


async def test_models_are_listed_and_an_unknown_one_is_not_found(connect):
    async with LoopbackServer({"a": ["1"], "b": ["2"]}) as server:
        client = connect(server).root_async_client
        assert [model.id async for model in client.models.list()] == ["a", "b"]
        assert (await client.models.retrieve("b")).owned_by == "loopback"
        for missing in (client.models.retrieve("c"), connect(server, model="c").ainvoke("Hi")):
            with pytest.raises(openai.NotFoundError) as caught:
                await missing
            assert caught.value.code == "model_not_found"
        assert server.log.paths == {
            "GET /v1/models": 1, "GET /v1/models/b": 1, "GET /v1/models/c": 1, "POST /v1/chat/completions": 1,
        }  # fmt: skip


async def test_a_prompt_beyond_the_models_window_is_refused(connect):
    async with LoopbackServer({"m": Model(["Fine."], context_tokens=20)}) as server:
        with pytest.raises(openai.BadRequestError) as caught:
            await connect(server).ainvoke("word " * 20)
        assert caught.value.code == "context_length_exceeded"
        with pytest.raises(openai.BadRequestError):
            await connect(server, max_tokens=19).ainvoke("word")
        assert (await connect(server).ainvoke("word")).content == "Fine."


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages.0.role"),
        ({"n": 2}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"tool_choice": "required"}, None),
        ({"stream_options": {"include_usage": True}}, None),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
    ],
)
async def test_a_request_that_no_endpoint_would_take_is_a_400(connect, body, param):
    async with LoopbackServer({"m": []}) as server:
        with pytest.raises(openai.BadRequestError) as caught:
            await connect(server).ainvoke("Hi", extra_body=body)
        assert caught.value.param == param
        assert server.log.exchanges[0].request is None


async def test_tools_and_schemas_count_as_prompt(connect):
    async with LoopbackServer({"m": ["1", "2", Reply.of_json({"steps": []})]}) as server:
        plain = await connect(server).ainvoke("Hi")
        tools = await connect(server).bind_tools([population]).ainvoke("Hi")
        schema = (
            await connect(server).with_structured_output(Steps, method="json_schema", include_raw=True).ainvoke("Hi")
        )
    least = plain.usage_metadata["input_tokens"]
    assert tools.usage_metadata["input_tokens"] > least + count_tokens("Inhabitants of a city.")
    assert schema["raw"].usage_metadata["input_tokens"] > least + 20
