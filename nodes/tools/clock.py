"""The built-in tool `now`."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nodes.errors import ToolError
from nodes.tools.declare import tool


@tool(effect="read", timeout=10.0)
def now(timezone: str = "UTC") -> str:
    """Return the present date and time in a time zone such as Europe/Berlin, in ISO 8601 with the offset from UTC.

    Raises ToolError for an unknown time zone.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ToolError("there is no such time zone; write a region and a city, as Europe/Berlin, or UTC") from error
    return datetime.now(zone).isoformat(timespec="seconds")
