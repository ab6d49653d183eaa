"""The schema that the models ask for, as SQL. Migration 1 was generated from it once and then frozen; the drift test
compares a new database with it.

python -m tests.schema_sql NOUN    the table and indexes of one record, to begin its migration with
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from zhengshe.models import RECORDS, Field, Kind, Record
from zhengshe.resources import codelists

_INTEGERS = (Kind.YEAR, Kind.MONEY, Kind.COUNT, Kind.DECIMAL, Kind.FLAG, Kind.ORG, Kind.PROJECT)


def column(field: Field) -> str:
    parts = [f'"{field.key}"', "INTEGER" if field.kind in _INTEGERS else "TEXT"]
    if field.required:
        parts.append("NOT NULL")
    if field.kind.is_reference:
        parts.append(f'REFERENCES "{field.kind.value}"(id)')
    if field.codelist and codelists()[field.codelist].closed:
        terms = ", ".join(f"'{term}'" for term in codelists()[field.codelist].values)
        parts.append(f'CHECK ("{field.key}" IN ({terms}))')
    if field.kind is Kind.FLAG:
        parts.append(f'CHECK ("{field.key}" IN (0, 1))')
    return " ".join(parts)


def table(record: Record) -> str:
    lines = [
        "id INTEGER PRIMARY KEY AUTOINCREMENT",
        *map(column, record.fields),
        "created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
        "updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
    ]
    return f'CREATE TABLE "{record.noun}" (\n  ' + ",\n  ".join(lines) + "\n) STRICT;"


def indexes(record: Record) -> Iterator[str]:
    """The strongest natural key is unique where it is present; weaker ones and references get a plain index."""
    covered = set()
    for i, key in enumerate(record.natural_keys):
        names = ", ".join(f'"{part}"' for part in key)
        unique = "UNIQUE " if i == 0 else ""
        optional = [part for part in key if not record[part].required]
        where = " WHERE " + " AND ".join(f'"{part}" IS NOT NULL' for part in optional) if optional and i == 0 else ""
        yield f'CREATE {unique}INDEX "{record.noun}_{"_".join(key)}" ON "{record.noun}"({names}){where};'
        if not where:
            covered.add(key[0])
    for field in record.reference_fields:
        if field.key not in covered:
            yield f'CREATE INDEX "{record.noun}_{field.key}" ON "{record.noun}"("{field.key}");'


HOUSEKEEPING = """\
CREATE TABLE batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  operator TEXT NOT NULL,
  command TEXT NOT NULL,
  undoes INTEGER REFERENCES batch(id)
) STRICT;
CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch INTEGER NOT NULL REFERENCES batch(id),
  noun TEXT NOT NULL,
  record INTEGER NOT NULL,
  org INTEGER,
  before TEXT,
  after TEXT
) STRICT;
CREATE INDEX history_batch ON history(batch);
CREATE INDEX history_record ON history(noun, record);
CREATE INDEX history_org ON history(org);
CREATE TABLE session (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  batch INTEGER
) STRICT;
INSERT INTO session(id, batch) VALUES (1, NULL);
-- every name an organization bears or bore; its pinyin is NULL until the program has spelled it (SQL can't)
CREATE TABLE pinyin (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  initials TEXT,
  full TEXT
) STRICT;
CREATE INDEX pinyin_initials ON pinyin(initials);
CREATE INDEX change_former_name ON "change"("before") WHERE "item" = '名称';
CREATE TRIGGER pinyin_new_name AFTER INSERT ON "org" BEGIN
  INSERT OR IGNORE INTO pinyin(name) VALUES (NEW.name);
END;
CREATE TRIGGER pinyin_changed_name AFTER UPDATE OF name ON "org" WHEN OLD.name <> NEW.name BEGIN
  INSERT OR IGNORE INTO pinyin(name) VALUES (NEW.name);
  DELETE FROM pinyin WHERE name = OLD.name
    AND NOT EXISTS (SELECT 1 FROM "org" WHERE name = OLD.name)
    AND NOT EXISTS (SELECT 1 FROM "change" WHERE "item" = '名称' AND "before" = OLD.name);
END;
CREATE TRIGGER pinyin_gone_name AFTER DELETE ON "org" BEGIN
  DELETE FROM pinyin WHERE name = OLD.name
    AND NOT EXISTS (SELECT 1 FROM "org" WHERE name = OLD.name)
    AND NOT EXISTS (SELECT 1 FROM "change" WHERE "item" = '名称' AND "before" = OLD.name);
END;
CREATE TRIGGER pinyin_former_name AFTER INSERT ON "change" WHEN NEW."item" = '名称' AND NEW."before" IS NOT NULL BEGIN
  INSERT OR IGNORE INTO pinyin(name) VALUES (NEW."before");
END;
CREATE TRIGGER pinyin_gone_former_name AFTER DELETE ON "change" WHEN OLD."item" = '名称' BEGIN
  DELETE FROM pinyin WHERE name = OLD."before"
    AND NOT EXISTS (SELECT 1 FROM "org" WHERE name = OLD."before")
    AND NOT EXISTS (SELECT 1 FROM "change" WHERE "item" = '名称' AND "before" = OLD."before");
END;
CREATE TRIGGER pinyin_corrected_former_name AFTER UPDATE OF "item", "before" ON "change"
WHEN OLD."item" <> NEW."item" OR OLD."before" IS NOT NEW."before" BEGIN
  INSERT OR IGNORE INTO pinyin(name) SELECT NEW."before" WHERE NEW."item" = '名称' AND NEW."before" IS NOT NULL;
  DELETE FROM pinyin WHERE name = OLD."before"
    AND NOT EXISTS (SELECT 1 FROM "org" WHERE name = OLD."before")
    AND NOT EXISTS (SELECT 1 FROM "change" WHERE "item" = '名称' AND "before" = OLD."before");
END;
-- Names by every two characters that stand side by side (FTS5's trigrams find nothing for two), each pair written in
-- hex so that no tokenizer can divide it. Kept by triggers alone.
CREATE VIRTUAL TABLE name_pairs USING fts5(pairs, content = '', detail = none);
CREATE TRIGGER name_pairs_new AFTER INSERT ON pinyin BEGIN
  INSERT INTO name_pairs(rowid, pairs)
  WITH RECURSIVE place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < length(NEW.name))
  SELECT NEW.id, group_concat(hex(substr(lower(NEW.name), i, 2)), ' ') FROM place;
END;
CREATE TRIGGER name_pairs_gone AFTER DELETE ON pinyin BEGIN
  INSERT INTO name_pairs(name_pairs, rowid, pairs)
  WITH RECURSIVE place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < length(OLD.name))
  SELECT 'delete', OLD.id, group_concat(hex(substr(lower(OLD.name), i, 2)), ' ') FROM place;
END;
-- credit over all organizations reads these instead of the tables
CREATE INDEX project_credit ON "project"("org", "status", "signed_on", "start_on", "end_on", "year");
CREATE INDEX finding_credit ON "finding"("org", "severity", "found_on", "due_on", "rectified_on", "verified_on");
-- the table of the sqlite3 shell's archive mode: `sqlite3 zhengshe.db -A -x` extracts the evidence
CREATE TABLE sqlar (name TEXT PRIMARY KEY, mode INT, mtime INT, sz INT, data BLOB);
"""


def schema() -> str:
    parts = [table(record) for record in RECORDS.values()]
    parts += [sql for record in RECORDS.values() for sql in indexes(record)]
    return "\n".join(parts) + "\n" + HOUSEKEEPING


if __name__ == "__main__":
    print(table(RECORDS[sys.argv[1]]), *indexes(RECORDS[sys.argv[1]]), sep="\n")
