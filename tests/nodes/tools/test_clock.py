"""The time, with its zone."""

from datetime import UTC, datetime, timedelta

import pytest

from nodes.errors import ToolError
from nodes.tools import now


def test_tells_the_time_with_its_offset():
    told = datetime.fromisoformat(now("Asia/Kolkata"))
    assert told.utcoffset() == timedelta(hours=5, minutes=30)
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=5)
    assert now().endswith("+00:00")


@pytest.mark.parametrize("zone", ["Mars/Phobos", "", "../../etc/passwd", "/etc/passwd", "Europe", "\x00", "UTC" * 1000])
def test_an_unknown_zone_is_refused_with_what_to_write(zone):
    with pytest.raises(ToolError, match="Europe/Berlin"):
        now(zone)
