"""What a planner's rule is, and the pieces that patterns share."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from nodes.symbolic.attributes import DEGREES
from nodes.symbolic.drafting import Drafting
from nodes.symbolic.words import word_set

Groups = re.Match[str]
Write = Callable[[Groups, Drafting], bool]

BE = r"(?:is|was|are|were)"
"""Forms of `be`."""
A, B = r"(?P<a>.{1,120}?)", r"(?P<b>.{1,120}?)"
"""Two things or phrases."""
LIST = r"(?P<list>.{3,200}?)"
"""Several things."""
ADJECTIVE = rf"(?P<adjective>{DEGREES})(?P<tail> (?:from|to) (?:the )?[\w' -]{{1,40}}?)?"
"""An adjective of the table in any degree, and what it may be reckoned from, as in `farther from the Sun`."""
ASK = (
    r"(?:(?:what|how much) (?:is|are|was|were|would be) |what's |(?:calculate|compute|find|give|give me|tell me) )?"
    r"(?:the )?"
)
"""How a question for a value may begin."""
PROPERTY = r"(?P<attribute>number of [\w -]{2,40}?|(?!number |difference |ratio )[\w -]{3,40}?)"
"""A measured property, or a count."""
NOUN = r"(?P<noun>[\w' -]{1,40}?)"


MORE = word_set(
    "more most larger largest greater greatest higher highest bigger biggest longer longest heavier heaviest best"
)
LESS = word_set("fewer fewest less least smaller smallest lower lowest shorter shortest lighter lightest worst")
"""Words before a noun that ask for much or little of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to plan. `needs` are the tools its plan uses; `write` returns False where the groups make no sense."""

    name: str
    needs: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    write: Write

    def apply(self, question: str, drafting: Drafting) -> bool:
        """Write the plan for a question if the rule fits it. The draft is untouched where it does not."""
        matches = (pattern.fullmatch(question) for pattern in self.patterns)
        return any(match is not None and self.write(match, drafting) for match in matches)


def rule(name: str, needs: str, write: Write, *patterns: str) -> Rule:
    """Make a rule; `needs` are tool names, separated by blanks; patterns match whole questions in any letter case."""
    compiled = tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    return Rule(name, frozenset(needs.split()), compiled, write)
