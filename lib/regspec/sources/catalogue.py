"""The list of public files: publisher, official address, licence, known vintages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

PUBLIC_DOMAIN = "US Government work, public domain"
_BEA = "https://apps.bea.gov/regional/"
_ARCHIVED = (
    "BEA discontinued the SAEMP tables on 27 September 2024 and the live SAINC.zip lacks them: "
    "take them from a mirror or from BEA's archived release of March 2024"
)
#: By the beginning of a table's name: folder of its README below ``data``, and address.
_BEA_TABLES = {
    "SAINC": ("bea_state_income_by_industry", f"{_BEA}zip/SAINC.zip"),
    "SAEMP": ("bea_state_income_by_industry", f"{_BEA}histdata/releases/0324pistate/SAINC.zip"),
    "SAGDP": ("bea_state_gdp_by_industry", f"{_BEA}zip/SAGDP.zip"),
    "CAINC": ("bea_county_personal_income", f"{_BEA}zip/CAINC1.zip"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One public file.

    Attributes
    ----------
    id
        Name used across the package.
    title, publisher, licence
        Words for notes and for ``data/*/README.md``.
    dataset
        Folder below ``data/`` whose README documents the file.
    pattern
        Regular expression of the whole file name, in a mirror or inside the official zip;
        it admits the renamed files of newer vintages.
    urls
        Official addresses, tried in turn; empty where there is none any more.
    known
        SHA-256 to vintage, of the copies that this package was checked with. Another
        checksum is accepted if the file passes its schema, and is reported as unknown.
    dated_by
        How the vintage of an unknown copy is read: ``"bea_footer"`` ("Last updated: ...") or
        ``"last_row"`` (the last date of a series); empty where the file does not say.
    note
        What else a person looking for the file must know.
    tier
        Always ``"public"``: no registration needed.
    """

    id: str
    title: str
    publisher: str
    licence: str
    dataset: str
    pattern: str
    urls: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    dated_by: str = ""
    note: str = ""
    tier: str = "public"


def _bea(table: str, title: str, sha256: str, vintage: str, file_stem: str = "") -> Source:
    states = "states" if table.startswith("SA") else "counties"
    dataset, url = _BEA_TABLES[table[:5]]
    return Source(
        id=f"bea_{table.lower()}",
        title=f"{title} ({states}, {table})",
        publisher="US Bureau of Economic Analysis",
        licence=PUBLIC_DOMAIN,
        dataset=dataset,
        pattern=rf"{file_stem or table}_+ALL_AREAS_\d{{4}}_\d{{4}}\.csv",
        urls=(url,),
        known=MappingProxyType({sha256: vintage}),
        dated_by="bea_footer",
        note=_ARCHIVED if table.startswith("SAEMP") else "",
    )


_ALL: tuple[Source, ...] = (
    _bea(
        "SAINC7H",
        "wages and salaries by industry, SIC divisions, 1929-1957",
        "0edf7cc8037177bf99b33be538dad6df58c52c2db23ff21ea7825d27544d5046",
        "2019-03-06",
    ),
    _bea(
        "SAINC7S",
        "wages and salaries by SIC industry, 1958-2001",
        "95acf5fcf717865fad44eb6998934bd12fdb2d940280772d663d9b2e739a9c5a",
        "2019-03-06",
    ),
    _bea(
        "SAINC7N",
        "wages and salaries by NAICS industry, from 1998",
        "17437de274647dc957dd0253dd8af01746b9d9ea093ff60ab137b3d448b9b8a6",
        "2022-09-30",
    ),
    _bea(
        "SAINC5H",
        "income components and earnings by industry, SIC divisions, 1929-1957",
        "169d4bcbe5bbe8c99ab708d49c15b75773499961e32ff819e0a5ca914613cc67",
        "2019-03-06",
    ),
    _bea(
        "SAINC5S",
        "income components and earnings by SIC industry, 1958-2001",
        "003c59fc066223ebd816d2a05f70a6e93661df775ffb390adca2d0fb60bb1c71",
        "2021-09-23",
    ),
    _bea(
        "SAINC5N",
        "income components and earnings by NAICS industry, from 1998",
        "1ead98bd37a10906a14591d7f7a31f3743731205cf8d7d3f839f2cfdea0d55f9",
        "2022-09-30",
    ),
    _bea(
        "SAEMP25S",
        "total employment by SIC industry, 1969-2001",
        "74dda760737d640fcf6e27a56241c586fe769091915f862861045b69c18923a6",
        "2019-03-06",
    ),
    _bea(
        "SAEMP25N",
        "total employment by NAICS industry, from 1998",
        "b0d0f5182395b5aa361d36ccb7cc709def9329a6eee15e91fa7dc147473bc164",
        "2022-09-30",
    ),
    _bea(
        "SAINC1",
        "personal income, population, per-capita income, from 1929",
        "bf18b2bbbc6d3c1d39fe2793ccaf5e733cd6b1dea0a5452500aac23fe56a1227",
        "2022-09-30",
    ),
    _bea(
        "SAGDP2S",
        "GDP by SIC industry, 1963-1997",
        "5106e3e1786cb10532319434c49b6dc8b3d6095ea777f66ade606d3fd41c37fc",
        "2010-11-18",
    ),
    _bea(
        "SAGDP2N",
        "GDP by NAICS industry, from 1997",
        "f96c3c38d5712f1085e2e04e392c305f5f51ac87f015337d445461e6b3ca8b6e",
        "2021-03-26",
        # BEA renamed the table to SAGDP2 in 2024; the lines are the same.
        file_stem="SAGDP2N?",
    ),
    _bea(
        "CAINC1",
        "personal income, population, per-capita income, from 1969",
        "2d59d63e251c1215ea253ee457a3caccbeae25453b83f6454971dae73e1446ea",
        "2020-11-17",
    ),
    Source(
        id="ers_cz1990",
        title="county to 1990 commuting zone (Tolbert and Sizer 1996)",
        publisher="USDA Economic Research Service",
        licence=PUBLIC_DOMAIN,
        dataset="ers_cz1990",
        pattern=r"czlma903\.xls",
        urls=("https://www.ers.usda.gov/webdocs/DataFiles/48457/czlma903.xls",),
        known=MappingProxyType(
            {"b1aef45a6f8a4cd7bbad68f159177e612fb62b500a59e5879c77c116f0526f3a": "1990 delineation"}
        ),
    ),
    Source(
        id="cbp_cz_sic4",
        title="zone employment shares of 397 manufacturing industries, CBP 1980 and 1990",
        publisher="US Census Bureau (CBP), after Autor-Dorn-Hanson and Borusyak-Hull-Jaravel",
        licence="MIT (ssaggregate); underlying County Business Patterns in the public domain",
        dataset="cz_manufacturing_shares_cbp",
        pattern=r"shares\.rda",
        urls=(
            "https://raw.githubusercontent.com/kylebutts/ssaggregate/"
            "1e77d699da3667d04a26bb1844bc27fb545d4bb9/data/shares.rda",
        ),
        known=MappingProxyType(
            {"7008ef6b08c6a60f72d988c924d2a0b7473f92f9c52328e091652f9a7168d141": "2022 (1e77d69)"}
        ),
    ),
    Source(
        id="census_county_population",
        title="county population by decennial census, 1900-1990",
        publisher="US Census Bureau (R. L. Forstall), distributed by NBER",
        licence=PUBLIC_DOMAIN,
        dataset="census_county_population",
        pattern=r"cencounts\.csv",
        urls=("https://data.nber.org/census/population/cencounts/cencounts.csv",),
        known=MappingProxyType(
            {"2d1f36b14258d93bebf3a6ca02c8d5b7ee93339f0b2a451e1168a5c3ad20e933": "1900-1990"}
        ),
    ),
    Source(
        id="fred_tb3ms",
        title="3-month Treasury bill rate, monthly, per cent a year (TB3MS)",
        publisher="Board of Governors of the Federal Reserve System (H.15), via FRED",
        licence="public domain, citation requested",
        dataset="rates_prices",
        pattern=r"TB3MS\.csv",
        urls=("https://fred.stlouisfed.org/graph/fredgraph.csv?id=TB3MS",),
        known=MappingProxyType(
            {"edff956f314e8b2d7fb32ef2652a555441cb83632f759548b0060378e5778c85": "to 2025-09"}
        ),
        dated_by="last_row",
    ),
    Source(
        id="fred_cpi",
        title="consumer price index, all urban consumers, monthly (CPIAUCSL)",
        publisher="US Bureau of Labor Statistics, via FRED",
        licence=PUBLIC_DOMAIN,
        dataset="rates_prices",
        pattern=r"CPIAUCSL\.csv",
        urls=("https://fred.stlouisfed.org/graph/fredgraph.csv?id=CPIAUCSL",),
        known=MappingProxyType(
            {"cfb4d457aa4cb25e29f9a391aafc6f945936289764628cda0b08e30e12dfc757": "to 2018-12"}
        ),
        dated_by="last_row",
    ),
    Source(
        id="tfp_elbadri_vizcaino",
        title="industry productivity 1947-2023 (44 industries) and 1963-2023 (63)",
        publisher="Elbadri and Vizcaino (2025), doi:10.5281/zenodo.17600449",
        licence="MIT",
        dataset="tfp_elbadri_vizcaino",
        pattern=r"EV_production_accounts_1947to\d{4}\.xlsx",
        urls=(
            "https://raw.githubusercontent.com/selbadri/"
            "Measuring-US-Industry-Level-Productivity-1947-to-2023/"
            "e1f3996d4d6b9ee9f85ca6d52142b52e4dfbdffe/Output/EV_production_accounts_1947to2023.xlsx",
        ),
        known=MappingProxyType(
            {"07fec505cc2be54b3c81d160641d1da415c719ec0159cc0112366a049747f06b": "2025 (e1f3996)"}
        ),
    ),
)

SOURCES: Mapping[str, Source] = MappingProxyType({source.id: source for source in _ALL})
"""Every public file, by source id."""
