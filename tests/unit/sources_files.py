"""Writers of small made-up files in the publishers' formats, for the tests of the sources."""

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from regspec.sources.zones import FIPS_TO_POSTAL

REGIONS = [f"9{region}000" for region in range(1, 9)]
AREAS = ["00000", *[f"{fips}000" for fips in FIPS_TO_POSTAL], *REGIONS]
FOOTER = (
    '"Note: See the included footnote file."',
    '"Table: made up for a test"',
    '"Last updated: March 6, 2031-- made up."',
    '"U.S. Bureau of Economic Analysis"',
)
COLUMNS = "GeoFIPS,GeoName,Region,TableName,LineCode,IndustryClassification,Description,Unit"


def bea_table(
    path: Path,
    lines: Iterable[int],
    years: Iterable[int],
    *,
    cell: Callable[[str, int, int], object] = lambda fips, line, year: line + year % 7,
    areas: Iterable[str] = AREAS,
    unit: str = "Thousands of dollars",
    triple_quotes: bool = False,
    footer: Iterable[str] = FOOTER,
) -> Path:
    """Write a table of BEA's regional accounts; ``cell`` gives the content of each cell."""
    years = list(years)
    rows = [COLUMNS + "," + ",".join(map(str, years))]
    for fips in areas:
        code = f'"""{fips}"""' if triple_quotes else f' "{fips}"'
        for line in lines:
            head = f'{code},"Area {fips} *",5,T,{line},"...","  Line {line} 2/ ","{unit}"'
            rows.append(",".join([head, *(str(cell(fips, line, year)) for year in years)]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*rows, *footer]) + "\n", encoding="latin-1")
    return path


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write a minimal xlsx workbook of text and numbers."""

    def row(cells: list[object]) -> str:
        return "".join(
            f"<c><v>{cell}</v></c>"
            if isinstance(cell, int | float)
            else f'<c t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>'
            for cell in cells
        )

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbered = list(enumerate(sheets, start=1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{content}.sheet.main+xml"/>'
            + "".join(
                f'<Override PartName="/xl/s{n}.xml" ContentType="{content}.worksheet+xml"/>'
                for n, _ in numbered
            )
            + "</Types>",
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            + "".join(f'<sheet name="{s}" sheetId="{n}" r:id="r{n}"/>' for n, s in numbered)
            + "</sheets></workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">'
            + "".join(
                f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="s{n}.xml"/>'
                for n, _ in numbered
            )
            + "</Relationships>",
        )
        for n, name in numbered:
            body = "".join(f"<row>{row(cells)}</row>" for cells in sheets[name])
            book.writestr(
                f"xl/s{n}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
            )
    return path
