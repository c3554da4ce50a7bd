import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSite } from '../site/read-site.ts'
import { draftOf, freeId, isWithin } from './draft.ts'
import { editSite, type SiteEdit } from './edit-site.ts'
import { newSiteText, siteIdOf } from './new-site.ts'
import { siteChanges } from './site-changes.ts'

const example = readFileSync(new URL('../../assets/examples/site.example.yaml', import.meta.url), 'utf8')
const siteOf = (text: string) => {
  const read = readSite(text, 'site.yaml')
  if (!read.ok) throw new Error(read.message)
  return read.site
}
const all = (text: string, ...edits: readonly SiteEdit[]) => edits.reduce(editSite, text)
const comments = (text: string) => text.split('\n').flatMap((line) => /#.*/.exec(line)?.[0] ?? [])

describe('editing a site file', () => {
  it('changes one value and nothing else: comments, order and the rest stay', () => {
    const text = editSite(example, {
      kind: 'set-in',
      list: 'circuits',
      id: 'charging',
      keys: ['breaker', 'rating'],
      value: 32,
    })
    expect(siteChanges(example, text)).toEqual([
      { path: 'circuits.charging.breaker.rating', before: '20', after: '32' },
    ])
    expect(comments(text)).toEqual(comments(example))
  })
  it('takes a key away with the group that is empty then, and adds a group that was not there', () => {
    const text = all(
      example,
      { kind: 'set-in', list: 'circuits', id: 'charging', keys: ['limit'], value: undefined },
      { kind: 'set-in', list: 'meters', id: 'incomer-meter', keys: ['currentTransformer', 'primary'], value: 200 },
    )
    expect(draftOf(text)?.lists.circuits[1]).not.toHaveProperty('limit')
    expect(draftOf(text)?.lists.meters[0]).toMatchObject({ currentTransformer: { primary: 200 } })
    const gone = editSite(text, {
      kind: 'set-in',
      list: 'meters',
      id: 'incomer-meter',
      keys: ['currentTransformer', 'primary'],
      value: undefined,
    })
    expect(draftOf(gone)?.lists.meters[0]).not.toHaveProperty('currentTransformer')
  })
  it('mends what points to what is removed', () => {
    const meterless = siteOf(editSite(example, { kind: 'remove', list: 'meters', id: 'incomer-meter' }))
    expect(meterless.circuits.map(({ meter }) => meter)).toEqual([undefined, undefined])
    const text = all(
      example,
      { kind: 'add', list: 'circuits', entry: { id: 'row', parent: 'charging' } },
      { kind: 'remove', list: 'circuits', id: 'charging' },
    )
    expect(siteOf(text).circuits.find(({ id }) => id === 'row')?.parent).toBe('incomer')
    expect(siteOf(text).chargers[0]?.circuit).toBe('incomer')
  })
  it('keeps the line ends of the file', () => {
    const windows = example.replaceAll('\n', '\r\n')
    const text = editSite(windows, { kind: 'set', keys: ['name'], value: 'Another' })
    expect(text.replaceAll('\r\n', '')).not.toContain('\n')
    expect(siteChanges(windows, text)).toEqual([{ path: 'name', before: '"Example car park"', after: '"Another"' }])
  })
  it('leaves the text as it is where the entry is not there, and says where it is no YAML', () => {
    const edit: SiteEdit = { kind: 'set-in', list: 'meters', id: 'constructor', keys: ['unit'], value: 2 }
    expect(editSite(example, edit)).toBe(example)
    expect(() => editSite('name: [', edit)).toThrow(/no YAML/)
  })
  it('a value that is set and set back is no change', () => {
    const value = fc.oneof(fc.integer({ min: 1, max: 500 }), fc.string({ minLength: 1, maxLength: 20 }))
    fc.assert(
      fc.property(fc.constantFrom('name', 'limit', 'otherLoad'), value, (key, set) => {
        const path = { kind: 'set-in', list: 'circuits', id: 'incomer', keys: [key] } as const
        const before = draftOf(example)?.lists.circuits[0]?.[key]
        const text = all(example, { ...path, value: set }, { ...path, value: before })
        expect(siteChanges(example, text)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})

describe('a draft', () => {
  it('finds free ids and circuits below one another, also where the file is odd', () => {
    const draft = draftOf(example)
    if (draft === null) throw new Error('the example is YAML')
    expect(freeId(draft, 'Incomer')).toBe('incomer-2')
    expect(freeId(draft, 'Hof & Garage')).toBe('hof-garage')
    expect(isWithin(draft, 'charging', 'incomer')).toBe(true)
    expect(isWithin(draft, 'incomer', 'charging')).toBe(false)
    const circle = draftOf('circuits: [{ id: a, parent: b }, { id: b, parent: a }]')
    expect(circle === null || isWithin(circle, 'a', 'nowhere')).toBe(false)
    expect(draftOf('- a list')).toBeNull()
    expect(draftOf('circuits: 5')?.lists.circuits).toEqual([])
  })
})

describe('a new site', () => {
  it.each(['Depot Nord', 'Straße "7": Hof\\', 'Übungsgelände', '駐車場', '- [ {'])('named %s is sound', (name) => {
    const site = siteOf(
      newSiteText({ name, timezone: 'Europe/Berlin', limitA: 63, nominalVoltage: 230, frequency: 50 }),
    )
    expect(site).toMatchObject({ name, id: siteIdOf(name), lines: [], meters: [], chargers: [] })
    expect(site.circuits).toHaveLength(1)
  })
})
