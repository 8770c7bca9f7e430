"""Every prompt that PlanFirst sends, by role, under one version. Each token of them is paid at every call.

The text a planner sees is made of the user's words, tool signatures and what an operator wrote only. The text a
worker or solver sees holds evidence, which is data: it is fenced or numbered, and never asked to be obeyed.
"""

PROMPT_VERSION = "2026-11-25"
"""Changes with any word in this package; kept in each run's record."""
