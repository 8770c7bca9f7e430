"""Encryption at rest: AES-256-GCM under keys from the environment, the first for writing, all for reading.

Without keys everything stays as it is, so that the stores need not ask. This module does not know what is stored.
"""

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from nodes.errors import CheckpointError, ConfigurationError

_SEALED = "\x02sealed:"
"""Begins a text that is encrypted; no other text that is stored may begin so."""
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_NONCE_BYTES = 12


def strict_serializer() -> JsonPlusSerializer:
    """Return a serializer that restores plain data and messages only: a crafted checkpoint cannot run code."""
    return JsonPlusSerializer(allowed_msgpack_modules=None)


class Keys:
    """Keys of 32 bytes each, the newest first; none leave everything in plain text."""

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        self._newest = keys[0] if keys else None
        self._ciphers = {_id(key): _cipher(key) for key in keys}

    def __bool__(self) -> bool:
        """Whether what is written is encrypted."""
        return self._newest is not None

    def encrypt(self, plaintext: bytes) -> tuple[str, bytes]:
        """Return the name of the key and the ciphertext, as LangGraph's serializer wants it."""
        assert self._newest is not None  # noqa: S101 - callers ask first
        name, nonce = _id(self._newest), os.urandom(_NONCE_BYTES)
        return name, nonce + self._ciphers[name].encrypt(nonce, plaintext, None)

    def decrypt(self, ciphername: str, ciphertext: bytes) -> bytes:
        """Return what `encrypt` was given.

        Raises:
            CheckpointError: the key is not there, or what is stored was changed.
        """
        cipher = self._ciphers.get(ciphername)
        if cipher is None:
            raise CheckpointError(
                f"what is stored was encrypted with the key {ciphername}, which is not among those of this process; "
                "add it to the variable that PLANFIRST_ENCRYPTION_KEY_ENV names, after the newest"
            )
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra

        try:
            return bytes(cipher.decrypt(ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:], None))
        except InvalidTag as error:
            raise CheckpointError("what is stored was changed after it was encrypted; restore a backup") from error

    def seal(self, text: str) -> str:
        """Return a text as it may be stored."""
        if not self:
            return text.replace("\x02", "\ufffd", 1) if text.startswith(_SEALED) else text
        name, sealed = self.encrypt(text.encode("utf-8", "surrogatepass"))
        return f"{_SEALED}{name}:{base64.b64encode(sealed).decode()}"

    def unseal(self, text: str) -> str:
        """Return what was sealed; a text that was stored in plain comes back as it is."""
        if not text.startswith(_SEALED):
            return text
        name, _, sealed = text.removeprefix(_SEALED).partition(":")
        return self.decrypt(name, base64.b64decode(sealed)).decode("utf-8", "surrogatepass")

    def digest(self, body: bytes) -> str:
        """Return the name of a content; with a key, nobody without it can tell a guessed content by its name."""
        key = self._newest
        found = hashlib.sha256(body) if key is None else hmac.new(key, body, hashlib.sha256)
        return base64.urlsafe_b64encode(found.digest()).decode().rstrip("=")

    def serializer(self) -> SerializerProtocol:
        """Return the serializer of checkpoints; with a key it reads what was stored in plain, too."""
        return EncryptedSerializer(self, strict_serializer()) if self else strict_serializer()


def _id(key: bytes) -> str:
    return hashlib.sha256(b"planfirst key " + key).hexdigest()[:8]


def _cipher(key: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigurationError(
            f"encryption is set, and its library is not installed ({error.name} is missing); "
            "install it: pip install 'planfirst[encryption]'"
        ) from error
    return AESGCM(key)


def read_keys(variable: str | None, environment: Mapping[str, str]) -> Keys:
    """Return the keys that a variable holds, with commas between them; none where no variable is named.

    Raises:
        ConfigurationError: it is empty, or holds something else; the message does not show it.
    """
    if variable is None:
        return Keys()
    given = [part.strip() for part in environment.get(variable, "").split(",") if part.strip()]
    if not given:
        raise ConfigurationError(
            f"PLANFIRST_ENCRYPTION_KEY_ENV names {variable}, which is not set; put a key there that "
            "`openssl rand -hex 32` makes, and keep a copy: without it nothing can be read"
        )
    for number, key in enumerate(given, start=1):
        if not _KEY.fullmatch(key):
            raise ConfigurationError(
                f"key {number} in {variable} is not 64 hexadecimal digits; `openssl rand -hex 32` makes one"
            )
    return Keys([bytes.fromhex(key) for key in given])
