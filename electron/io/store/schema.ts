import { transaction, type Database } from './database.ts'

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
]

const ringMigrations: readonly string[] = [
  `CREATE TABLE layouts (id INTEGER PRIMARY KEY, keys TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE meters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE ring (
     meter INTEGER NOT NULL, at_ms INTEGER NOT NULL, layout INTEGER NOT NULL, readings BLOB NOT NULL, qualities BLOB NOT NULL,
     PRIMARY KEY (meter, at_ms)
   ) STRICT, WITHOUT ROWID;`,
]

export type FileKind = 'site' | 'ring'

/** Migrates in one transaction. Throws when the file is from a newer version: it must not be touched. */
export const migrate = (database: Database, kind: FileKind): void => {
  const migrations = kind === 'site' ? siteMigrations : ringMigrations
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  if (version > migrations.length) {
    throw new NewerFileError(
      `was written by a newer version of Tripscope (file version ${version}, known up to ${migrations.length}): start that version`,
    )
  }
  if (version === migrations.length) return
  transaction(database, () => {
    for (const sql of migrations.slice(version)) database.exec(sql)
    database.exec(`PRAGMA user_version = ${migrations.length}`)
  })
}

/** A sound file of a later program: never set aside, never written. */
export class NewerFileError extends Error {
  override readonly name = 'NewerFileError'
}
