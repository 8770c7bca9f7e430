"""No tools: what the model knows by itself. On questions of plain knowledge this beats any plan."""

from typing import TYPE_CHECKING, Final

from planfirst.evaluation.baselines.trial import NOT_ENOUGH, Meter, System, Trial, endpoint_errors, messages_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

SYSTEM: Final = f"Answer the question briefly. If you do not know the answer, write only: {NOT_ENOUGH}"


def direct(model: "BaseChatModel") -> System:
    """Return one call of the model."""

    async def ask(question: str) -> Trial:
        meter = Meter()
        with endpoint_errors():
            message = await model.ainvoke(messages_of(SYSTEM, question), {"callbacks": [meter]})
        return meter.trial(str(message.text), 0)

    return ask
