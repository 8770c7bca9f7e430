"""What an agent offers of time travel: its methods, each of which is the traveller's."""

from collections.abc import Mapping
from typing import Any

from graph.travel.diff import RunDiff
from graph.travel.fork import Fork
from graph.travel.history import Checkpoint
from graph.travel.traveller import Traveller


class TimeTravel:
    """The part of `Agent` that looks back, forks and compares."""

    _traveller: Traveller

    async def ahistory(self, run_id: str) -> list[Checkpoint]:
        """Return a run's checkpoints, oldest first; raises UnknownRunError."""
        return await self._traveller.history(run_id)

    async def acheckpoint(self, run_id: str, at: str | None = None) -> Checkpoint:
        """Return one checkpoint of a run, named as for `afork`; raises UnknownRunError, InputError."""
        return await self._traveller.checkpoint(run_id, at)

    async def afork(
        self, run_id: str, at: str | None = None, *, plan: str | None = None, values: Mapping[str, Any] | None = None
    ) -> Fork:
        """Make a run from a checkpoint of another, for `aresume` to carry out; the other one stays as it is.

        `at` is the checkpoint's number in `ahistory`, its id or the beginning of it; left out, it is the last. `plan`
        is another plan, `values` are other results of steps by their ids. Only what is changed by that is run again.

        Raises:
            UnknownRunError, RunStateError: there is no such run, or another PlanFirst stored it.
            InputError: no such checkpoint or step, or nothing would be done anew.
            PlanError: the plan is not valid, with everything that is wrong with it.
        """
        return await self._traveller.fork(run_id, at, plan, values or {})

    async def adiff(self, a: str, b: str) -> RunDiff:
        """Return how run `b` differs from run `a`; raises UnknownRunError."""
        return await self._traveller.diff(a, b)
