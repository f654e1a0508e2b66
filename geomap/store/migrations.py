"""The migrations that create the tables of a project's library."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE files (
        path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, key TEXT NOT NULL,
        seen TEXT NOT NULL, error TEXT
    ) WITHOUT ROWID;
    CREATE TABLE articles (
        id TEXT PRIMARY KEY, path TEXT NOT NULL, digest TEXT NOT NULL, address TEXT,
        published TEXT, retrieved TEXT, article BLOB NOT NULL
    );
    CREATE INDEX articles_of_file ON articles (path);
    CREATE INDEX articles_told ON articles (id, path, digest, address, published, retrieved);
    CREATE TABLE readings (
        digest TEXT PRIMARY KEY, key TEXT NOT NULL, places TEXT NOT NULL, resolutions BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX readings_by ON readings (key, digest, places);
    CREATE TABLE sketches (id TEXT PRIMARY KEY, digest TEXT NOT NULL, sketch BLOB NOT NULL) WITHOUT ROWID;
    CREATE INDEX sketches_of ON sketches (id, digest);
    CREATE TABLE shingles (
        hash INTEGER NOT NULL, places TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (hash, places, id)
    ) WITHOUT ROWID;
    CREATE INDEX shingles_of ON shingles (id);
    CREATE TABLE twins (id TEXT NOT NULL, twin TEXT NOT NULL, PRIMARY KEY (id, twin)) WITHOUT ROWID;
    CREATE INDEX twins_back ON twins (twin);
    CREATE TABLE stories (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, stamp TEXT NOT NULL, date TEXT NOT NULL, name TEXT NOT NULL,
        page TEXT NOT NULL, card BLOB NOT NULL,
        fitted BLOB NOT NULL, shown BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE located (
        place TEXT NOT NULL, id TEXT NOT NULL, kind INTEGER NOT NULL, score REAL NOT NULL, date TEXT NOT NULL,
        PRIMARY KEY (place, id)
    ) WITHOUT ROWID;
    CREATE INDEX located_in ON located (id);
    CREATE TABLE hidden (place TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE stale (place TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE reports (
        place TEXT PRIMARY KEY, n INTEGER NOT NULL, first TEXT NOT NULL, articles BLOB NOT NULL, report BLOB NOT NULL
    );
    CREATE TABLE built (place TEXT PRIMARY KEY, record BLOB NOT NULL, articles BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE pages (path TEXT PRIMARY KEY, key TEXT NOT NULL, size INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE grounds (key TEXT PRIMARY KEY, value BLOB NOT NULL);
    CREATE TABLE sources (url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, polled TEXT, error TEXT) WITHOUT ROWID;
    """,
    # The published records of a cluster or place are written when it changes, not at every build.
    """
    DROP TABLE stories;
    CREATE TABLE stories (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, stamp TEXT NOT NULL, date TEXT NOT NULL, published TEXT, name TEXT NOT NULL,
        page TEXT NOT NULL, listed TEXT NOT NULL, entry TEXT NOT NULL,
        fitted BLOB NOT NULL, shown BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX stories_told ON stories (id, key, stamp, date, page);
    DROP TABLE reports;
    CREATE TABLE reports (
        place TEXT PRIMARY KEY, n INTEGER NOT NULL, first TEXT NOT NULL, articles BLOB NOT NULL, joined_by TEXT NOT NULL,
        report BLOB NOT NULL, feature BLOB NOT NULL, line TEXT NOT NULL, entry TEXT NOT NULL
    );
    CREATE INDEX reports_in_order ON reports (n DESC, first, place);
    """,
    # The URL that an article claims is not the address it was fetched from.
    """
    ALTER TABLE articles ADD COLUMN claimed TEXT;
    DROP INDEX articles_told;
    CREATE INDEX articles_told ON articles (id, path, digest, address, claimed, published, retrieved);
    CREATE INDEX articles_claiming ON articles (claimed, digest);
    """,
)
"""One script per version, applied in order, never changed once released."""
