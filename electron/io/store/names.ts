import type { Database } from './database.ts'
import type { Names } from './interval-body.ts'
import { isWhole, sumOf } from './row-sum.ts'

export interface NameTable extends Names {
  /** The number of a name, or null where the file does not have it. */
  find(name: string): number | null
  /** After a transaction that failed: what it added is not in the file. */
  forget(): void
}

/**
 * The names with their numbers. Millions of rows rest on each of them, so a changed one is put right from the copy that the unique
 * index holds; where that fails as well the name is left out, and its rows can't be read rather than be another's.
 */
const readNames = (database: Database, table: string): Map<string, number> => {
  const found = new Map<string, number>()
  const copies = () =>
    database.prepare(`SELECT id, name FROM ${table} INDEXED BY sqlite_autoindex_${table}_1 WHERE name > ''`).all()
  for (const row of database.prepare(`SELECT id, name, sum FROM ${table} NOT INDEXED`).all()) {
    const { id, name, sum } = row
    if (isWhole(sum, [id ?? null, name ?? null])) {
      if (sum === null)
        database.prepare(`UPDATE ${table} SET sum = ? WHERE id = ?`).run(sumOf([id ?? null, name ?? null]), Number(id))
      found.set(String(name), Number(id))
      continue
    }
    const copy = copies().find((each) => sumOf([each['id'] ?? null, each['name'] ?? null]) === sum)
    if (copy !== undefined) found.set(String(copy['name']), Number(copy['id']))
  }
  return found
}

/** Names with numbers, in a table of their own, looked up in memory. */
export const createNames = (database: Database, table: 'meters' | 'quantities' | 'layouts'): NameTable => {
  const insert = database.prepare(`INSERT INTO ${table} (name) VALUES (?)`)
  const select = database.prepare(`SELECT id FROM ${table} WHERE name = ?`)
  const seal = database.prepare(`UPDATE ${table} SET sum = ? WHERE id = ?`)
  const byName = new Map<string, number>()
  const byNumber = new Map<number, string>()
  const put = (name: string, number: number) => {
    byName.set(name, number)
    byNumber.set(number, name)
  }
  const load = () => {
    byName.clear()
    byNumber.clear()
    for (const [name, number] of readNames(database, table)) put(name, number)
  }
  load()
  return {
    find: (name) => byName.get(name) ?? null,
    nameOf: (number) => byNumber.get(number),
    numberOf: (name) => {
      const known = byName.get(name)
      if (known !== undefined) return known
      insert.run(name)
      const number = Number(select.get(name)?.['id'])
      seal.run(sumOf([number, name]), number)
      put(name, number)
      return number
    },
    forget: load,
  }
}
