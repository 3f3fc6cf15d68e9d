"""The formats, by their extension: what each is called and how it is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from maps.exports.archives import archive_size, write_archive
from maps.exports.choosing import Choice, Chosen, chosen
from maps.exports.texts import Progress, csv_texts, geojson_texts
from maps.exports.vectors import write_vector
from maps.exports.workbooks import write_workbook
from maps.queries.filters_in_words import filters_in_words
from maps.queries.reader import Reader

#: rows (tiles of an archive) that are written while the person waits; text is streamed whatever its size
AT_ONCE, TILES_AT_ONCE = 20_000, 2_000

Texts = Callable[[Chosen, Progress], Iterator[bytes]]


@dataclass(frozen=True)
class Format:
    """One format: streamed as text, or written to a file by GDAL's ``driver`` or by us."""

    extension: str
    media: str
    texts: Texts | None = None
    driver: str = ""

    def write(self, choice: Choice, reader: Reader, today: date, file: Path, progress: Progress) -> None:
        """Write *file*; *progress* is told of every piece how many rows (or tiles) it held."""
        if self.extension == "pmtiles":
            write_archive(choice, reader, today, file, progress)
            return
        found = chosen(choice, reader, today)
        if self.texts is not None:
            with file.open("wb") as out:
                out.writelines(self.texts(found, progress))
        elif self.driver:
            write_vector(found, file, self.driver, progress)
        else:
            write_workbook(found, file, filters_in_words(choice.filters), progress)

    def total(self, choice: Choice, reader: Reader, today: date) -> int | None:
        """Return how many rows (or tiles) there will be, None where nobody knows."""
        if self.extension == "pmtiles":
            return archive_size(choice, reader, today)
        return chosen(choice, reader, today).total


FORMATS: dict[str, Format] = {
    one.extension: one
    for one in (
        Format("csv", "text/csv; charset=utf-8", csv_texts),
        Format("geojson", "application/geo+json", geojson_texts),
        Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Format("gpkg", "application/geopackage+sqlite3", driver="GPKG"),
        Format("kml", "application/vnd.google-earth.kml+xml", driver="LIBKML"),
        Format("shp.zip", "application/zip", driver="ESRI Shapefile"),
        Format("pmtiles", "application/vnd.pmtiles"),
    )
}
