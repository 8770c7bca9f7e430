"""The planner's rules, in the order in which they are tried. The first one that fits writes the plan.

A rule is a pattern over the whole question and a function that writes steps from its groups; the function says whether
the groups made sense, and if they did not, the next rule is tried. Patterns are anchored, every repetition in them is
bounded, and the planner bounds the question, so that matching takes no noticeable time on any text.
"""

from nodes.symbolic.arithmetic_rules import ARITHMETIC_RULES
from nodes.symbolic.change_rules import CHANGE_RULES
from nodes.symbolic.comparison_rules import COMPARISON_RULES
from nodes.symbolic.contrast_rules import CONTRAST_RULES
from nodes.symbolic.multiple_rules import MULTIPLE_RULES
from nodes.symbolic.rule import Rule
from nodes.symbolic.search_rules import FALLBACK_RULES, SEVERAL_RULES
from nodes.symbolic.shape_rules import SHAPE_RULES
from nodes.symbolic.table_rules import TABLE_RULES
from nodes.symbolic.time_rules import TIME_RULES

RULES: tuple[Rule, ...] = (
    *TIME_RULES,  # years between, ages, days between dates
    *ARITHMETIC_RULES,  # plain arithmetic, percentages, ratios, differences, sums
    *CHANGE_RULES,  # growth from year to year
    *MULTIPLE_RULES,  # several times a price
    *COMPARISON_RULES,  # which of several named things, yes or no, the same
    *CONTRAST_RULES,  # two phrases set side by side with `than`
    *SHAPE_RULES,  # the most of the things that a phrase describes, their sum or average
    *TABLE_RULES,  # the largest of all things of a kind, their sum or average
    *SEVERAL_RULES,  # one value for each of several things, several questions
)
FALLBACKS: tuple[Rule, ...] = FALLBACK_RULES
"""What fits a question that nothing is to be computed for: two hops, one search. The last one fits every question."""
