"""Read the number of rows from the footer of a Parquet file; runs in the parser process."""

from __future__ import annotations

import io

from geomap.errors import ArticleError
from geomap.web.urls import first_line

MAGIC = b"PAR1"


def rows_of_footer(footer: bytes, *, where: str) -> int:
    """Return the number of rows in a Parquet file's footer; called through ``confined``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(io.BytesIO(MAGIC + footer))
        groups = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        n_rows = int(metadata.num_rows)
    except (pa.ArrowException, UnicodeDecodeError, OSError, ValueError) as error:
        raise ArticleError(f"{where}: is not Parquet ({first_line(error)}); check the file") from error
    if min(groups, default=0) < 0 or sum(groups) != n_rows:
        raise ArticleError(f"{where}: is not Parquet (its row groups do not add up); check the file")
    return n_rows
