"""Polygons of the 722 contiguous commuting zones and of the 48 states and DC.

The committed files ``data/geometry/*.geojson.gz`` are read; ``python -m regspec.sources.geometry``
builds them from the Census 2010 county shapes in the wheel ``plotly-geo`` and the ERS crosswalk.
"""

import gzip
import importlib.util
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from regspec.sources.errors import DamagedSource, MissingSource
from regspec.sources.paths import project_root
from regspec.sources.zones import (
    CONTIGUOUS_ZONES,
    FIPS_TO_POSTAL,
    NOT_CONTIGUOUS,
    assign,
)

CRS = "EPSG:5070"
"""Conus Albers, an equal-area projection; coordinates in metres."""
TOLERANCE = 1500.0  # metres; below a pixel on a map of the country
SMALLEST_PART = 3.0e7  # m2; smaller islands are dropped unless a zone has nothing larger
GRID = 10.0  # metres; coordinates are rounded to it
STATES = 49
SHAPEFILE = "gz_2010_us_050_00_500k.shp"


def zones() -> gpd.GeoDataFrame:
    """Return the contiguous commuting zones: cz (int), geometry (EPSG:5070); 722 rows."""
    frame = _read("cz1990.geojson.gz", CONTIGUOUS_ZONES)
    return frame.astype({"cz": int})


def zone_centroids() -> pd.DataFrame:
    """Return the centroid of every contiguous zone: index cz, columns lon, lat (degrees).

    Examples
    --------
    >>> zone_centroids().loc[12501].round(1).to_dict()  # Dayton, degrees
    {'lon': -84.2, 'lat': 40.0}
    """
    frame = zones().set_index("cz")
    points = frame.geometry.centroid.to_crs("EPSG:4326")
    return pd.DataFrame({"lon": points.x, "lat": points.y}, index=frame.index)


def states() -> gpd.GeoDataFrame:
    """Return the 48 states and DC: state (two-digit FIPS), postal, geometry (EPSG:5070)."""
    frame = _read("states.geojson.gz", STATES)
    frame.insert(1, "postal", frame["state"].map(FIPS_TO_POSTAL))
    return frame


def folder() -> Path:
    """Return the folder of the committed geometry."""
    return project_root() / "data" / "geometry"


def build() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Dissolve and simplify the county shapes.

    Counties are merged into the pieces of zones by state, and these are simplified together, so
    that zone and state borders keep fitting each other.

    Returns
    -------
    zones, states
        As :func:`zones` and :func:`states` return them.

    Raises
    ------
    MissingSource
        If the wheel ``plotly-geo`` or the ERS crosswalk is absent.
    """
    counties = _county_shapes()
    counties["cz"] = assign(
        counties["county"], lambda what: DamagedSource(f"the county shapes hold {what}.")
    )
    pieces = counties.dissolve(["cz", "state"], method="coverage", as_index=False)
    pieces["geometry"] = _without_islets(pieces.geometry).simplify_coverage(TOLERANCE)
    # Rounding moves a shared corner the same way in both neighbours.
    rounded = shapely.transform(pieces.geometry.to_numpy(), lambda xy: np.round(xy / GRID) * GRID)
    pieces = pieces.set_geometry(gpd.GeoSeries(rounded, crs=CRS))
    if not pieces.geometry.is_valid_coverage():
        raise DamagedSource(
            "the simplified shapes overlap or leave gaps: choose a smaller TOLERANCE or GRID."
        )
    return _dissolved(pieces, "cz"), _dissolved(pieces, "state")


def _dissolved(pieces: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    merged = pieces[[key, "geometry"]].dissolve(key, method="coverage", as_index=False)
    merged = merged.sort_values(key, ignore_index=True)
    parts = [shapely.MultiPolygon(shapely.get_parts(shape).tolist()) for shape in merged.geometry]
    return merged.set_geometry(gpd.GeoSeries(shapely.normalize(parts), crs=CRS))


def _without_islets(geometries: gpd.GeoSeries) -> gpd.GeoSeries:
    def keep(geometry: shapely.Geometry) -> shapely.Geometry:
        parts = shapely.get_parts(geometry)
        area = shapely.area(parts)
        return shapely.MultiPolygon(parts[area >= min(SMALLEST_PART, area.max())].tolist())

    return geometries.map(keep)


def _county_shapes() -> gpd.GeoDataFrame:
    """Read the contiguous counties of 2010: county, state, geometry (EPSG:5070)."""
    package = importlib.util.find_spec("_plotly_geo")
    if package is None or package.origin is None:
        raise MissingSource(
            "the county shapes are in the wheel plotly-geo 1.0.0, which is not installed: run "
            "`make setup` (or `pip install plotly-geo==1.0.0`) and build again. The committed "
            "files in data/geometry/ are enough for everything else."
        )
    shapes = gpd.read_file(Path(package.origin).parent / "package_data" / SHAPEFILE)
    shapes = shapes[shapes["STATE"].isin(FIPS_TO_POSTAL) & ~shapes["STATE"].isin(NOT_CONTIGUOUS)]
    # Counties on the two sides of a state border lack each other's corners; without them the
    # projection would open gaps.
    matched = shapely.coverage_clean(shapes.geometry.to_numpy())
    counties = gpd.GeoDataFrame(
        {"county": shapes["STATE"] + shapes["COUNTY"], "state": shapes["STATE"]},
        geometry=matched,
        crs="EPSG:4269",
    )
    return counties.to_crs(CRS).reset_index(drop=True)


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as compressed GeoJSON; the same frame always gives the same bytes."""
    key = next(column for column in frame.columns if column in ("cz", "state"))
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {key: value if key == "state" else int(value)},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [shapely.get_coordinates(ring).astype(int).tolist() for ring in rings]
                    for rings in ([p.exterior, *p.interiors] for p in geometry.geoms)
                ],
            },
        }
        for value, geometry in zip(frame[key], frame.geometry, strict=True)
    ]
    collection = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5070"}},
        "features": features,
    }
    text = json.dumps(collection, separators=(",", ":")).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text)


def _read(name: str, expected: int) -> gpd.GeoDataFrame:
    path = folder() / name
    rebuild = "restore it from git, or rebuild it with `python -m regspec.sources.geometry`"
    if not path.is_file():
        raise MissingSource(f"{path} is missing, a file of this repository: {rebuild}.")
    try:
        collection = json.loads(gzip.decompress(path.read_bytes()))
        frame = gpd.GeoDataFrame.from_features(collection, crs=CRS)
    except (OSError, EOFError, ValueError, KeyError) as problem:
        raise DamagedSource(f"{path} cannot be read ({problem}): {rebuild}.") from problem
    if len(frame) != expected:
        raise DamagedSource(f"{path} has {len(frame)} shapes of {expected}: {rebuild}.")
    return frame[[frame.columns.difference(["geometry"])[0], "geometry"]]


def main() -> None:
    """Build and write both files, and say how large they are."""
    for frame, name in zip(build(), ("cz1990.geojson.gz", "states.geojson.gz"), strict=True):
        path = folder() / name
        write(frame, path)
        print(f"{name}: {len(frame)} shapes, {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
