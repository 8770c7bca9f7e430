"""What a step is known by, whatever its number."""

import pytest

from nodes.language import parse, topological
from nodes.steps import structure_of


def names(text):
    return structure_of(topological(parse(text)))


def test_renumbering_changes_nothing():
    one = names('#E1 = look(place="a")\n#E2 = look(place="b", after=#E1)\n#E3 = look(place="c {#E2}")')
    other = names('#E9 = look(place="c {#E4}")\n#E4 = look(place="b", after=#E7)\n#E7 = look(place="a")')
    assert (one["E1"], one["E2"]) == (other["E7"], other["E4"])


@pytest.mark.parametrize(
    "changed",
    [
        '#E1 = look(place="b")\n#E2 = read(source=#E1)',
        '#E1 = look(spot="a")\n#E2 = read(source=#E1)',
        '#E1 = seek(place="a")\n#E2 = read(source=#E1)',
        '#E1 = look(place="a")\n#E2 = read(source=#E1[0])',
        '#E1 = look(place="a")\n#E2 = read(source=[#E1])',
        '#E1 = look(place="a")\n#E2 = read(source="#E1")',
        '#E1 = look(place="a")\n#E2 = read(source=#A1)',
    ],
)
def test_what_leads_to_another_value_is_another_step(changed):
    assert names('#E1 = look(place="a")\n#E2 = read(source=#E1)')["E2"] != names(changed)["E2"]


def test_equal_steps_are_told_apart_by_their_number_in_order():
    found = names("#E1 = now()\n#E2 = now()\n#E3 = now(after=#E1)\n#E4 = now(after=#E2)")
    assert len(set(found.values())) == 4
    assert found["E1"].rpartition(".")[0] == found["E2"].rpartition(".")[0]
