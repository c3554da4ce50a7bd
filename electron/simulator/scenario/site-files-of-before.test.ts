import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { siteSchema } from '../../../shared/site/site.ts'
import { readDocument } from '../../../shared/yaml/read-document.ts'
import { scenarioSchema } from './scenario.ts'

const assets = new URL('../../../assets/', import.meta.url)
const files = ['examples', 'scenarios'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, assets))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${folder}/${file}`),
)
interface Written {
  readonly site?: Written
  readonly chargers?: readonly Readonly<Record<string, unknown>>[]
}
const written = (file: string): Written => {
  const read = readDocument(readFileSync(new URL(file, assets), 'utf8'), file)
  if (!read.ok) throw new Error(`${file} cannot be read`)
  return read.document.value as Written
}
const siteIn = (value: Written) =>
  value.site === undefined ? siteSchema.parse(value) : scenarioSchema.parse(value).site
/** Before there were others than those on Modbus. */
const isOfBefore = (charger: Readonly<Record<string, unknown>>): boolean => !('ocpp' in charger)
/** The same file with the connections of its chargers under their kind. */
const underKind = (value: Written): Written =>
  value.site !== undefined
    ? { ...value, site: underKind(value.site) }
    : {
        ...value,
        chargers: (value.chargers ?? []).map(({ line, unit, profile, ...charger }) =>
          isOfBefore(charger)
            ? { ...charger, modbus: { line, profile, ...(unit === undefined ? {} : { unit }) } }
            : charger,
        ),
      }

describe('files whose chargers have line, unit and profile beside their other keys', () => {
  it('are among those that come along', () => {
    expect(files.length).toBeGreaterThanOrEqual(5)
    expect(files.flatMap((file) => (written(file).site ?? written(file)).chargers ?? []).length).toBeGreaterThan(10)
  })
  it.each(files)('%s is read word by word as before', (file) => {
    const value = written(file)
    const { chargers } = siteIn(value)
    expect(chargers.filter(isOfBefore).map(({ modbus, ...charger }) => ({ ...charger, ...modbus }))).toMatchObject(
      ((value.site ?? value).chargers ?? []).filter(isOfBefore).map((charger) => ({ unit: 1, ...charger })),
    )
    expect(siteIn(underKind(value))).toEqual(siteIn(value))
  })
})
