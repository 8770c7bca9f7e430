"""A chat completion's request, parsed and checked as a real endpoint would."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from planfirst.loopback.faults import Status, invalid_request
from planfirst.loopback.tokens import count

_PER_MESSAGE = 3
"""Tokens for the marks around a message, as published for OpenAI's chat format; the same once more for the answer's."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class Function(_Strict):
    """A function's name, and its JSON schema (in a request's tools) or its arguments as text (in a message's calls)."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    arguments: str | None = None


class Tool(_Strict):
    """A tool on offer, or a call of one."""

    type: Literal["function"]
    function: Function
    id: str | None = None


class Message(_Strict):
    """A message; `content` is text, or a list of parts of which those with text count."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[dict[str, Any]] | None = None
    tool_calls: tuple[Tool, ...] | None = None
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """All the text of the message."""
        if isinstance(self.content, list):
            return "".join(part["text"] for part in self.content if isinstance(part.get("text"), str))
        return self.content or ""


class JsonSchema(_Strict):
    """The schema that an answer has to keep."""

    name: str
    definition: dict[str, Any] = Field(alias="schema")
    strict: bool | None = None


class ResponseFormat(_Strict):
    """The form that an answer has to take."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    @model_validator(mode="after")
    def _schema_is_there(self) -> Self:
        if (self.type == "json_schema") != (self.json_schema is not None):
            raise ValueError("`json_schema` belongs to the type json_schema, and to no other")
        return self


class _StreamOptions(_Strict):
    include_usage: bool = False


class ChatRequest(_Strict):
    """The body of `POST /v1/chat/completions`; what is not named here (`temperature`, ...) is in `model_extra`."""

    model: str
    messages: tuple[Message, ...] = Field(min_length=1)
    tools: tuple[Tool, ...] = ()
    tool_choice: Literal["none", "auto", "required"] | Tool | None = None
    parallel_tool_calls: bool = True
    response_format: ResponseFormat | None = None
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    stop: str | tuple[str, ...] | None = None
    n: Literal[1] | None = None
    stream: bool = False
    stream_options: _StreamOptions | None = None

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        if self.stream_options is not None and not self.stream:
            raise ValueError("`stream_options` is only allowed when `stream` is true")
        if not self.tools and self.tool_choice not in {None, "none"}:
            raise ValueError("`tool_choice` is only allowed when `tools` are given")
        return self

    @property
    def prompt(self) -> str:
        """The text of all messages, for rules that look for words in it."""
        return "\n".join(message.text for message in self.messages)

    @property
    def limit(self) -> int | None:
        """The most tokens that the answer may have."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def reports_usage(self) -> bool:
        """Whether the answer says what it used: always without streaming, on demand with it."""
        return not self.stream or (self.stream_options is not None and self.stream_options.include_usage)

    @property
    def prompt_tokens(self) -> int:
        """Tokens of messages, tools and schema; the last two as compact JSON, as open models are shown them."""
        shown: list[BaseModel] = [*self.tools]
        total = _PER_MESSAGE
        for message in self.messages:
            total += _PER_MESSAGE + count(message.text)
            shown.extend(message.tool_calls or ())
        if self.response_format is not None and self.response_format.json_schema is not None:
            shown.append(self.response_format.json_schema)
        return total + sum(count(item.model_dump_json(by_alias=True, exclude_none=True)) for item in shown)


def parse(body: bytes) -> ChatRequest | Status:
    """Read a request's body, or return the 400 that says what is wrong with it."""
    try:
        return ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return invalid_request(f"Invalid request body at '{place}': {first['msg']}.", place or None)
