"""Reads PowerPoint presentations with python-pptx: a section a slide, with its tables, charts' values and notes."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from retrieval.documents.archive import check_office, office_title
from retrieval.documents.extracted import Extracted, TextBuilder, tidy
from retrieval.documents.tables import row_lines
from retrieval.documents.titles import meaningful

if TYPE_CHECKING:
    from pptx.slide import Slide


def read_pptx(data: bytes, name: str) -> Extracted:
    """Read a .pptx file; the title is that of its properties if it means something, else the first slide's.

    Raises DocumentError: the file is encrypted, broken, or no presentation.
    """
    check_office(data, "ppt/presentation.xml", ".pptx")
    from pptx import Presentation  # noqa: PLC0415 - only presentations pay for it

    builder = TextBuilder()
    first = ""
    for number, slide in enumerate(Presentation(io.BytesIO(data)).slides, start=1):
        title = _title(slide)
        first = first or title
        builder.section(f"slide {number}: {title}" if title else f"slide {number}")
        _write(builder, slide, title)
    return builder.build(title=meaningful(office_title(data)) or first, fallback_title=name)


def _title(slide: "Slide") -> str:
    shape = slide.shapes.title
    return " ".join(shape.text_frame.text.split()) if shape is not None else ""


def _write(builder: TextBuilder, slide: "Slide", title: str) -> None:
    builder.block(title)
    heading = slide.shapes.title
    for shape in _shapes(slide.shapes):
        if heading is not None and shape.shape_id == heading.shape_id:
            continue
        if shape.has_text_frame:
            for at, paragraph in enumerate(shape.text_frame.paragraphs):
                builder.block(tidy(paragraph.text.replace("\v", " ")), tight=at > 0)
        elif getattr(shape, "has_table", False):
            _lines(builder, row_lines([[cell.text for cell in row.cells] for row in shape.table.rows]))
        elif getattr(shape, "has_chart", False):
            _lines(builder, _chart_lines(shape.chart))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = tidy(slide.notes_slide.notes_text_frame.text)
        builder.block(f"Notes: {notes}" if notes else "")


def _shapes(shapes: Any) -> Iterator[Any]:
    """All shapes, those of groups too, in the order in which they lie on the slide."""
    for shape in shapes:
        inner = getattr(shape, "shapes", None)
        if inner is None:
            yield shape
        else:
            yield from _shapes(inner)


def _lines(builder: TextBuilder, lines: list[str]) -> None:
    for at, line in enumerate(lines):
        builder.block(line, tight=at > 0)


def _chart_lines(chart: Any) -> list[str]:
    """A chart's values as a table: a row for each category, a column for each series."""
    plots = list(chart.plots)
    if not plots:
        return []
    series = list(plots[0].series)
    rows = [["", *(str(one.name) for one in series)]]
    for at, category in enumerate(plots[0].categories):
        values = [one.values[at] if at < len(one.values) else None for one in series]
        rows.append([str(category), *("" if value is None else f"{value:.15g}" for value in values)])
    return row_lines(rows, headers=1)
