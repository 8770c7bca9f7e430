"""What the arguments of `Agent` come to together with the settings, also where they are left out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from typing_extensions import Unpack

from graph.roles import ModelChoice, ModelSettings
from graph.settings import Settings
from nodes.context import Approve, Context, options
from retrieval import KnowledgeBase


class Default:
    """The type of `DEFAULT`, told apart from None, which means no knowledge base, or no model."""


DEFAULT: Final = Default()


def models_of(
    model: ModelChoice | Default | None, models: Mapping[str, ModelChoice | None] | None, settings: Settings
) -> ModelSettings:
    """Return who plays which role."""
    chosen = settings.models if isinstance(model, Default) else settings.models.playing(model)
    return chosen.overridden(models or {})


def knowledge_of(given: KnowledgeBase | Path | str | Default | None, settings: Settings) -> KnowledgeBase | None:
    """Return the knowledge base; None for none."""
    if given is None or isinstance(given, KnowledgeBase):
        return given
    path = settings.knowledge_path if isinstance(given, Default) else Path(given)
    return KnowledgeBase(path)


def options_of(
    settings: Settings, waiting: Approve | None, until: float | str | None, /, **chosen: Unpack[Context]
) -> Context:
    """Return every option of a run; which steps wait for approval, and until when, is the settings' where left out."""
    return options({**chosen, "approve": waiting or settings.approve, "expires": until or settings.expires})
