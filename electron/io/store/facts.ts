import type { Database } from './database.ts'

/** Small things a file remembers of itself, by name. */
export interface Facts {
  get(name: string): string | null
  set(name: string, value: string): void
}

export const createFacts = (database: Database): Facts => {
  const select = database.prepare('SELECT value FROM facts WHERE name = ?')
  const upsert = database.prepare(
    'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  return {
    get: (name) => {
      const value = select.get(name)?.['value']
      return typeof value === 'string' ? value : null
    },
    set: (name, value) => {
      upsert.run(name, value)
    },
  }
}
