"""Load the native libraries of space in the one order that works, and say where they are.

SQLite loads ``mod_spatialite`` with the system's PROJ and GEOS as global symbols. A wheel that is first imported
*after* that silently binds to those older libraries (pyproj reports the wrong PROJ, ``Point.wkt`` raises, rasterio
crashes). Importing the wheels here, before any database connection can exist, binds each of them to its own copy.
Settings import this module.
"""

import os
from pathlib import Path

# polars gives memory back as soon as it is free: a file's columns come and go, and the process lives on.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")

import shapely  # isort: skip
import pyproj  # isort: skip
import pyogrio  # isort: skip
import rasterio  # isort: skip
import rasterio.features  # isort: skip  # the compiled parts that rasterio itself loads late


def _bundled(package: Path, pattern: str) -> Path | None:
    """The shared library that a wheel keeps in ``<package>.libs``; None where the system's is used."""
    found = sorted(package.with_name(f"{package.name}.libs").glob(pattern))
    return found[0] if found else None


def _package(module_file: str | None) -> Path:
    return Path(module_file or "").parent


def gdal_library() -> Path | None:
    """GDAL of the pyogrio wheel; None lets Django look for the system's."""
    return _bundled(_package(pyogrio.__file__), "libgdal*")


def geos_library() -> Path | None:
    """GEOS (C API) of the shapely wheel; None lets Django look for the system's."""
    return _bundled(_package(shapely.__file__), "libgeos_c*")


def proj_data() -> Path | None:
    """The newest ``proj.db`` among the wheels: older PROJ, SpatiaLite's too, can read it; not the other way round."""
    folder = _package(pyogrio.__file__) / "proj_data"
    return folder if (folder / "proj.db").is_file() else None


def publish_proj_data() -> None:
    """Tell every PROJ in the process, SpatiaLite's too, which data to read. An explicit PROJ_DATA is left alone."""
    folder = proj_data()
    if folder is not None:
        os.environ.setdefault("PROJ_DATA", str(folder))
        os.environ.setdefault("PROJ_LIB", str(folder))  # PROJ before 9.1


def publish_kernel_cache(data_dir: Path) -> None:
    """Tell Numba, before it is loaded, where to keep what it compiled: packages may lie where nobody can write."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(data_dir / "numba"))


def versions() -> dict[str, str]:
    """Version of each native library as the process sees it, for ``doctor`` and the collision test."""
    return {
        "shapely GEOS": shapely.geos_version_string,
        "pyproj PROJ": pyproj.proj_version_str,
        "pyogrio GDAL": ".".join(str(part) for part in pyogrio.__gdal_version__),
        "rasterio GDAL": rasterio.__gdal_version__,
    }


publish_proj_data()
