import type { Database } from './database.ts'
import { sumOf } from './row-sum.ts'

/** Small things a file remembers of itself, by name. */
export interface Facts {
  get(name: string): string | null
  set(name: string, value: string): void
  /** The same with a sum: null for one that was changed. */
  getWhole(name: string): string | null
  setWhole(name: string, value: string): void
}

export const createFacts = (database: Database): Facts => {
  const select = database.prepare('SELECT value FROM facts WHERE name = ?')
  const upsert = database.prepare(
    'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  const get = (name: string): string | null => {
    const value = select.get(name)?.['value']
    return typeof value === 'string' ? value : null
  }
  const set = (name: string, value: string): void => {
    upsert.run(name, value)
  }
  return {
    get,
    set,
    getWhole: (name) => {
      const [sum = '', ...rest] = (get(name) ?? '').split(' ')
      const value = rest.join(' ')
      return sum !== '' && Number(sum) === sumOf([name, value]) ? value : null
    },
    setWhole: (name, value) => set(name, `${sumOf([name, value])} ${value}`),
  }
}
