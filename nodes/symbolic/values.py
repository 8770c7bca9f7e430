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
    return value or (read_clause(asked, place) if _needs_no_owner(asked, place) else None)


def _needs_no_owner(asked: Asked, place: Place) -> bool:
    """Say whether no thing of a name is asked about, or only what a sentence that names it says of an amount."""
    proper = [name for name in asked.names if name != name.lower()]
    amount = asked.attribute is not None and asked.attribute.noun == "amount"
    return not proper or (amount and all(map(place.names_it, proper)))
