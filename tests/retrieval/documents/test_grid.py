import pytest

from retrieval.documents.html import read_html


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            "<tr><th colspan=2>Jupiter<tr><th>Mass<td>318 Earths<tr><th>Moons<td>97",
            "Jupiter\nMass: 318 Earths\nMoons: 97",
        ),
        (
            "<caption>Fleet</caption><thead><tr><th rowspan=2>Vessel<th colspan=2>Size<tr><th>Length<th>Beam</thead>"
            "<tr><td>Astrid<td>85<td>12",
            "Fleet\nVessel: Astrid; Size Length: 85; Size Beam: 12",
        ),
        (
            "<tr><th>Port<th>Vessel<tr><td rowspan=2>Oslo<td>Astrid<tr><td>Bergen",
            "Port: Oslo; Vessel: Astrid\nPort: Oslo; Vessel: Bergen",
        ),
        ("<tr><td>Vessel<td>Built<tr><td>Astrid<td>2009", "Vessel: Astrid; Built: 2009"),
        (
            "<tr><th>Vessel<th>Notes<tr><td>Astrid<td><ul><li>new hull<li>sound.</ul><p>Sails.<script>x()</script>",
            "Vessel: Astrid; Notes: new hull, sound. Sails.",
        ),
        ("<tr><td><h2>News</h2>She sails.<td>Menu", "News\n\nShe sails. | Menu"),
        ("<tr><td>Left<td><table><tr><td>inner<td>cell</table>", "Left |\n\ninner: cell"),
        ("<tr><td colspan=x rowspan=99999>a<td>b", "a: b"),
    ],
)
def test_tables_of_values_are_read_by_row_and_layout_is_not(table, text):
    assert read_html(f"<table>{table}</table>", "file").text == text
