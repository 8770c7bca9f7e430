"""What is configured, what is missing, and the mend for each; looks only, changes nothing.

`CHECKS` is the one ordered list. A check is a function of a `Case` that yields frozen findings; it knows neither the
other checks nor how a finding is shown.
"""

from planfirst.doctor.examine import CHECKS, examine
from planfirst.doctor.values import Case, Check, Finding, Level, case_of_environment

__all__ = ["CHECKS", "Case", "Check", "Finding", "Level", "case_of_environment", "examine"]
