import { transaction, type Database, type OpenDatabase } from './database.ts'
import { sumOf } from './row-sum.ts'

/** Applied in order; a file's user_version is the number applied. Only ever appended to. */
const siteMigrations: readonly string[] = [
  `CREATE TABLE intervals (
     meter TEXT NOT NULL, length_s INTEGER NOT NULL, start_ms INTEGER NOT NULL,
     import_kwh REAL, export_kwh REAL, register_start_kwh REAL, register_end_kwh REAL,
     stats TEXT NOT NULL, coverage REAL NOT NULL, note TEXT,
     PRIMARY KEY (meter, length_s, start_ms)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE events (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL,
     subject TEXT, message TEXT NOT NULL, data TEXT
   ) STRICT;
   CREATE INDEX events_at ON events (at_ms);
   CREATE TABLE decisions (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE INDEX decisions_at ON decisions (at_ms);
   CREATE TABLE writes (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE INDEX writes_at ON writes (at_ms);
   CREATE TABLE audit (
     seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
     detail TEXT NOT NULL, hash TEXT NOT NULL
   ) STRICT;
   CREATE INDEX audit_at ON audit (at_ms);
   CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;
   CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;`,
  // Rows carry a sum of their fields (null: of an earlier version); apart: by a clock that was ahead, not shown as history.
  // What was kept in the wasteful form stays readable under its old name and is moved over bit by bit.
  `CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE usage (name TEXT PRIMARY KEY, row_count INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE meters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sum INTEGER) STRICT;
   CREATE TABLE quantities (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sum INTEGER) STRICT;
   CREATE TABLE minutes (
     seq INTEGER PRIMARY KEY, meter INTEGER NOT NULL, start_ms INTEGER NOT NULL, import_kwh REAL, body BLOB NOT NULL,
     sum INTEGER NOT NULL, apart INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE UNIQUE INDEX minutes_at ON minutes (meter, start_ms);
   CREATE TABLE quarters (
     seq INTEGER PRIMARY KEY, meter INTEGER NOT NULL, start_ms INTEGER NOT NULL, import_kwh REAL, body BLOB NOT NULL,
     sum INTEGER NOT NULL, apart INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE UNIQUE INDEX quarters_at ON quarters (meter, start_ms);
   ALTER TABLE intervals RENAME TO old_intervals;
   ALTER TABLE events ADD COLUMN sum INTEGER;
   ALTER TABLE events ADD COLUMN apart INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE writes ADD COLUMN sum INTEGER;
   ALTER TABLE writes ADD COLUMN apart INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE decisions ADD COLUMN sum INTEGER;
   ALTER TABLE decisions ADD COLUMN apart INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE decisions ADD COLUMN packed BLOB;`,
  // Power quality of ten minutes and two hours from samples: what it is as JSON, the values themselves as float32.
  `CREATE TABLE quality (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, body TEXT NOT NULL, numbers BLOB NOT NULL,
     sum INTEGER NOT NULL, apart INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE INDEX quality_at ON quality (at_ms);`,
]

const ringMigrations: readonly string[] = [
  `CREATE TABLE layouts (id INTEGER PRIMARY KEY, keys TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE meters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE ring (
     meter INTEGER NOT NULL, at_ms INTEGER NOT NULL, layout INTEGER NOT NULL, readings BLOB NOT NULL, qualities BLOB NOT NULL,
     PRIMARY KEY (meter, at_ms)
   ) STRICT, WITHOUT ROWID;`,
  // The extremes of a second that was read more than once; a sum of the row; and how many rows each ten minutes of a meter hold,
  // because a flipped bit in a key hides the rows behind it from a search without any error.
  `ALTER TABLE layouts RENAME COLUMN keys TO name;
   ALTER TABLE layouts ADD COLUMN sum INTEGER;
   ALTER TABLE meters ADD COLUMN sum INTEGER;
   ALTER TABLE ring ADD COLUMN spread BLOB;
   ALTER TABLE ring ADD COLUMN sum INTEGER;
   ALTER TABLE ring ADD COLUMN apart INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE blocks (meter INTEGER NOT NULL, block INTEGER NOT NULL, row_count INTEGER NOT NULL, PRIMARY KEY (meter, block)) STRICT, WITHOUT ROWID;`,
]

export type FileKind = 'site' | 'ring'

const versionName = 'version'
const schemaName = 'schema'

const fact = (database: Database, name: string): string | null => {
  try {
    const value = database.prepare('SELECT value FROM facts WHERE name = ?').get(name)?.['value']
    return typeof value === 'string' ? value : null
  } catch {
    // An earlier version's file has no such table.
    return null
  }
}
const setFact = (database: Database, name: string, value: string): void => {
  database
    .prepare('INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
    .run(name, value)
}

const migrationsOf = (kind: FileKind) => (kind === 'site' ? siteMigrations : ringMigrations)

/**
 * The version stands in the header, which has no check of any kind, and in a row: where they differ one of them was changed on the
 * disk, and the one this program could have written is right.
 */
const versionOf = (database: Database, known: number): number => {
  const inHeader = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  const inside = fact(database, versionName)
  if (inside === null || Number(inside) === inHeader) return inHeader
  const possible = [Number(inside), inHeader].filter((version) => version >= 0 && version <= known)
  return possible.length === 0 ? inHeader : Math.max(...possible)
}

/** Tables and indexes as they are described in the file, and a sum of it. Triggers are left out: one that is missing hides no row. */
const described = (database: Database): readonly (readonly [string, string])[] =>
  database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY name")
    .all()
    .map((row) => [String(row['name']), String(row['sql'])] as const)

/** Migrates in one transaction. Throws when the file is from a newer version: it must not be touched. */
export const migrate = (database: Database, kind: FileKind): void => {
  const migrations = migrationsOf(kind)
  const version = versionOf(database, migrations.length)
  if (version > migrations.length) {
    throw new NewerFileError(
      `was written by a newer version of Tripscope (file version ${version}, known up to ${migrations.length}): start that version`,
    )
  }
  const isCurrentVersion = version === migrations.length
  transaction(database, () => {
    for (const sql of migrations.slice(version)) database.exec(sql)
    if (!isCurrentVersion || fact(database, versionName) !== String(version)) {
      setFact(database, versionName, String(migrations.length))
      database.exec(`PRAGMA user_version = ${migrations.length}`)
    }
    if (!isCurrentVersion) setFact(database, schemaName, String(sumOf(described(database).flat())))
  })
}

const plain = (sql: string): string => sql.replace(/["'`\s]+/g, '').toLowerCase()

/**
 * Null when the file's own description of its tables is the one it was made with; else what differs. A bit that flips there makes
 * other columns of the same rows. Told only where the sum in the file and a new file both speak against it.
 */
export const changedSchema = (database: Database, kind: FileKind, open: OpenDatabase): string | null => {
  const now = described(database)
  if (fact(database, schemaName) === String(sumOf(now.flat()))) return null
  const fresh = open(':memory:')
  try {
    migrate(fresh, kind)
    const wanted = new Map(described(fresh))
    const changed = now.find(([name, sql]) => plain(wanted.get(name) ?? '') !== plain(sql))
    const missing = [...wanted.keys()].find((name) => !now.some(([found]) => found === name))
    if (changed === undefined && missing === undefined) return null
    return `is damaged: the description of ${changed?.[0] ?? missing ?? 'a table'} was changed`
  } finally {
    fresh.close()
  }
}

/** Whether a file that is only looked at has the form this version reads. */
export const isCurrent = (database: Database, kind: FileKind): boolean =>
  versionOf(database, migrationsOf(kind).length) === migrationsOf(kind).length && fact(database, versionName) !== null

/** A sound file of a later program: never set aside, never written. */
export class NewerFileError extends Error {
  override readonly name = 'NewerFileError'
}
