"""Making whatever a tool returned a bounded JSON value.

One walk does it all, with a budget of characters, so that neither an endless generator nor a gigabyte of text costs
more than the budget. Text and lists are cut with a visible mark; a dictionary never loses keys and is refused
instead. NaN and the infinities become None, as in JavaScript's JSON; integers beyond 64 bits become floats, since
checkpoints hold no others; lone surrogates are replaced. This module does not know which tool the value came from.
"""

import math
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sized
from typing import Any

from pydantic_core import PydanticSerializationError, to_jsonable_python

from nodes.tools.contract import OutputError

MAX_DEPTH = 64
RESERVE = 0.1
"""The share of the remaining budget that nested text and lists leave to what follows them, and the share of the whole
that a dictionary's keys and single values may take beyond it, since they are not cut."""
WHOLE_CHARS = 2_000_000
"""Most characters of a value that is kept whole beside the cut one."""
_SCALAR_CHARS = 8
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class _BudgetSpentError(OutputError):
    """The value goes on where the budget ends; an enclosing list or text may still be cut."""


class Shaper:
    """Turns one value into JSON within a budget of characters.

    `stopped` is asked between items, so that nobody's walk through an endless generator ends too. Where a value is not
    JSON-able, or too large in a way that cannot be cut, the methods raise OutputError.
    """

    def __init__(self, budget: int, stopped: Callable[[], bool] = lambda: False) -> None:
        self._budget = self._left = budget
        self._stopped = stopped
        self._cut = self._lazy = False

    def whole(self, value: Any) -> Any:
        """Return the value that `shape` has cut, as JSON and uncut; None where nothing was cut.

        What a generator would still have yielded has never been, so there None too.
        """
        if not self._cut or self._lazy:
            return None
        try:
            return Shaper(WHOLE_CHARS, self._stopped).shape(value)
        except OutputError:
            return None  # as of a list that holds itself: there is no whole of it

    def shape(self, value: Any) -> Any:
        """Return the value as JSON; the text chunks of a generator become one text."""
        if isinstance(value, str):
            return self._text(value, self._left)
        if isinstance(value, Iterator):
            return self._drained(value)
        return self._walk(value, 0, cuttable=True)

    async def collect(self, items: AsyncIterator[Any]) -> Any:
        """Return what an asynchronous generator yields, likewise."""
        kept: list[Any] = []
        try:
            async for item in items:
                if not self._keep(kept, item, 0):
                    return _joined(kept, cut=True)
        finally:
            if aclose := getattr(items, "aclose", None):
                await aclose()
        return _joined(kept, cut=False)

    def _drained(self, items: Iterator[Any]) -> Any:
        self._lazy = True
        kept: list[Any] = []
        try:
            return _joined(kept, cut=not all(self._keep(kept, item, 0) for item in items))
        finally:
            if close := getattr(items, "close", None):
                close()

    def _walk(self, value: Any, depth: int, *, cuttable: bool) -> Any:
        if value is None or isinstance(value, bool | int | float):
            self._spend(_SCALAR_CHARS, beyond=cuttable)
            return _number(value)
        if isinstance(value, str):
            return self._text(value, int(self._left * (1 - RESERVE)) if cuttable else None)
        if depth > MAX_DEPTH:
            raise OutputError(f"the value is nested more than {MAX_DEPTH} deep; return a flatter one")
        if isinstance(value, Mapping):
            return {
                self._key(key, beyond=cuttable): self._walk(item, depth + 1, cuttable=cuttable)
                for key, item in value.items()
            }
        if isinstance(value, set | frozenset):
            value = sorted(value, key=repr)
        if type(value) in {list, tuple} or isinstance(value, Iterator):
            return self._items(value, depth, cuttable=cuttable)
        return self._walk(_foreign(value), depth + 1, cuttable=cuttable)

    def _items(self, items: Iterable[Any], depth: int, *, cuttable: bool) -> list[Any]:
        self._lazy = self._lazy or isinstance(items, Iterator)
        reserved = int(self._left * RESERVE) if depth else 0
        self._left -= reserved
        kept: list[Any] = []
        for item in items:
            if not self._keep(kept, item, depth, cuttable=cuttable):
                if not (kept and cuttable):
                    raise _BudgetSpentError(_too_long(self._budget))
                self._cut = True
                kept.append(mark(len(kept), len(items) if isinstance(items, Sized) else None, "items"))
                break
        self._left += reserved
        return kept

    def _keep(self, kept: list[Any], item: Any, depth: int, *, cuttable: bool = True) -> bool:
        """Add an item and return True, or return False where it does not fit. Only a first item is cut itself."""
        if self._stopped():
            raise OutputError("nobody waits for the value any more")
        before = self._left
        try:
            self._spend(2)
            kept.append(self._walk(item, depth + 1, cuttable=cuttable and not kept))
        except _BudgetSpentError:
            self._left = before
            return False
        return True

    def _text(self, text: str, room: int | None) -> str:
        text = str.__str__(text)  # an enumeration's own `str()` would be its name
        if len(text) > (self._left if room is None else room):
            if not room or room <= 0:
                raise _BudgetSpentError(_too_long(self._budget))
            self._spend(room)
            self._cut = True
            return _clean(text[:room]) + mark(room, len(text), "characters")
        self._spend(len(text))
        return _clean(text)

    def _key(self, key: Any, *, beyond: bool) -> str:
        text = str.__str__(key) if isinstance(key, str) else str(_foreign(key))
        self._spend(len(text) + 4, beyond=beyond)
        return _clean(text)

    def _spend(self, chars: int, *, beyond: bool = False) -> None:
        self._left -= chars
        if self._left < (-self._budget * RESERVE if beyond else 0):
            raise _BudgetSpentError(_too_long(self._budget))


def mark(kept: int, total: int | None, unit: str) -> str:
    """Return the text that stands where something was cut; a generator's total is not known."""
    return f"… [cut: {kept} of {'more' if total is None else total} {unit}]"


def _joined(kept: list[Any], *, cut: bool) -> Any:
    """Join chunks of text; leave other items a list."""
    if kept and all(isinstance(item, str) for item in kept):
        text = "".join(kept)
        return text + mark(len(text), None, "characters") if cut else text
    return [*kept, mark(len(kept), None, "items")] if cut else kept


def _too_long(budget: int) -> str:
    return f"the value is longer than {budget} characters and cannot be cut; return less, or declare max_chars"


def _clean(text: str) -> str:
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, bool) or -(2**63) <= value < 2**63:
        return value if value is None or isinstance(value, bool) else int(value)
    try:
        return float(value)
    except OverflowError:
        raise OutputError("an integer beyond the range of floats is not JSON-able; return it as text") from None


def _foreign(value: Any) -> Any:
    """Return what pydantic, or an array library, makes of a value that JSON has no word for."""
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    if callable(listed := getattr(value, "tolist", None)):
        return listed()
    try:
        return to_jsonable_python(value)
    except PydanticSerializationError as error:
        kind = type(value).__name__
        raise OutputError(f"a {kind} is not JSON-able; return text, numbers, lists or dictionaries") from error
