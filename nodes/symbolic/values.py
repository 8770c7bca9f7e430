"""Reads one value from one sentence, if the sentence, or the row of a table, surely tells it.

Surely means: every name of the question is met as a name of its own, every word of meaning is met, the value is of the
wanted kind, and it belongs to the thing asked about. Anything less gives no value, and the caller quotes instead.
"""

from nodes.symbolic.asked import Asked
from nodes.symbolic.clause_reading import read_clause
from nodes.symbolic.count_reading import read_count
from nodes.symbolic.date_reading import read_date
from nodes.symbolic.list_reading import read_item
from nodes.symbolic.name_reading import read_name
from nodes.symbolic.place import Place, Value
from nodes.symbolic.quantity_reading import read_quantity
from nodes.symbolic.record_reading import read_pair_value, read_record_value
from nodes.symbolic.records import read_pair, read_record

_READ = {"quantity": read_quantity, "count": read_count, "date": read_date}


def find_value(asked: Asked, place: Place) -> Value | None:
    """Return the value that the sentence tells, or None where it does not surely tell it."""
    if record := read_record(place.sentence):
        return read_record_value(asked, place, record)
    pair = read_pair(place.sentence) if asked.names else None
    if pair and (value := read_pair_value(asked, place, pair)):
        return value
    if item := read_item(asked, place):
        return item
    if asked.kind == "text":
        return read_name(asked, place)
    read = _READ.get(asked.kind)
    value = read(asked, place) if read and asked.names and place.covers(asked) else None
    return value or (None if any(name != name.lower() for name in asked.names) else read_clause(asked, place))
