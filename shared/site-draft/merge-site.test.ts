import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSite } from '../site/read-site.ts'
import { draftOf } from './draft.ts'
import { editSite, type SiteEdit } from './edit-site.ts'
import { mergeSite } from './merge-site.ts'
import { siteChanges } from './site-changes.ts'

const base = readFileSync(new URL('../../assets/examples/site.example.yaml', import.meta.url), 'utf8')
/** Short: a property reads it some hundred times. */
const small = `# a site
name: A
grid: { limit: 63 } # agreed
meters: [{ id: incomer-meter, name: Incomer }]
circuits:
  - { id: incomer, meter: incomer-meter }
  - id: charging
    parent: incomer # below it
    breaker: { rating: 20 }
    limit: 16
`
const set = (list: 'circuits' | 'meters' | 'chargers', id: string, keys: string[], value: unknown): SiteEdit => ({
  kind: 'set-in',
  list,
  id,
  keys,
  value,
})
const rating = (value: number) => set('circuits', 'charging', ['breaker', 'rating'], value)
const edited = (text: string, ...edits: readonly SiteEdit[]) => edits.reduce(editSite, text)
const comments = (text: string) => text.split('\n').flatMap((line) => /(?:^|\s)#.*/.exec(line)?.[0]?.trim() ?? [])
const merged = (mine: string, theirs: string, from = base) => {
  const result = mergeSite(from, mine, theirs)
  if (!result.ok) throw new Error(`not merged: ${JSON.stringify(result.conflicts)}`)
  return result
}
const conflicts = (mine: string, theirs: string, from = base) => {
  const result = mergeSite(from, mine, theirs)
  return result.ok ? [] : result.conflicts
}
const trouble = (mine: string, theirs: string, from = base) => {
  const result = mergeSite(from, mine, theirs)
  return result.ok ? null : result.why
}

describe('a draft and a site file that someone else changed meanwhile', () => {
  it('has both changes where they touch different keys, also of one entry, and keeps every comment', () => {
    const mine = edited(base, rating(32), { kind: 'add', list: 'circuits', entry: { id: 'bay', parent: 'charging' } })
    const theirs = edited(base.replace('version: 1', '# seen by the electrician\nversion: 1'), {
      kind: 'set',
      keys: ['name'],
      value: 'Another name',
    })
    const their = edited(theirs, set('circuits', 'charging', ['limit'], 14))
    const { text, theirs: told } = merged(mine, their)
    expect(siteChanges(their, text)).toEqual(siteChanges(base, mine))
    expect(siteChanges(mine, text)).toEqual(siteChanges(base, their))
    expect(told.map(({ path }) => path)).toEqual(['name', 'circuits.charging.limit'])
    expect(comments(text)).toEqual(comments(their))
    expect(readSite(text, 'site.yaml').ok).toBe(true)
  })

  it('is refused where both changed the same key otherwise, and says what each wrote', () => {
    expect(conflicts(edited(base, rating(32)), edited(base, rating(25)))).toEqual([
      { path: 'circuits.charging.breaker.rating', base: '20', mine: '32', theirs: '25' },
    ])
    expect(conflicts(edited(base, rating(32)), edited(base, rating(32)))).toEqual([])
  })

  it('is refused where one takes away what the other changed', () => {
    const gone = edited(base, { kind: 'remove', list: 'circuits', id: 'charging' })
    const paths = conflicts(edited(base, rating(32)), gone).map(({ path }) => path)
    expect(paths).toEqual(['circuits.charging'])
    expect(conflicts(gone, edited(base, rating(32))).map(({ path }) => path)).toEqual(['circuits.charging'])
  })

  it('keeps the comments of whoever wrote some, and is refused where both did', () => {
    const mine = base.replace('version: 1', '# mine\nversion: 1')
    const theirs = edited(base, rating(25))
    expect(comments(merged(mine, theirs).text)).toEqual(comments(mine))
    expect(trouble(mine, base.replace('version: 1', '# theirs\nversion: 1'))).toBe('comments-or-order')
  })

  it('is refused where a text is no YAML, has an id twice, or an anchor would carry a change further', () => {
    const theirs = edited(base, rating(25))
    expect(trouble('circuits: [', theirs)).toBe('not-readable')
    const twice = 'name: A\ncircuits:\n  - { id: a, limit: 1 }\n  - { id: a, limit: 2 }\n'
    expect(trouble(twice.replace('A', 'B'), twice, twice)).toBe('not-readable')
    const anchored = 'name: A\ncircuits:\n  - { id: a, breaker: &b { rating: 16 } }\n  - { id: c, breaker: *b }\n'
    const result = mergeSite(anchored, anchored.replace('name: A', 'name: B'), anchored.replace('16', '20'))
    expect(result.ok && draftOf(result.text)?.lists.circuits[1]?.['breaker']).toEqual({ rating: 20 })
    // Only one of two entries that share it: written into the text with the anchor, it would change both.
    const alone = 'name: A\ncircuits:\n  - { id: a, breaker: { rating: 20 } }\n  - { id: c, breaker: { rating: 16 } }\n'
    expect(trouble(alone, anchored.replace('name: A', 'name: B'), anchored)).toBe('aliases')
  })

  it('has both or neither, the same whoever is asked, for any changes of two persons', () => {
    const edits: readonly SiteEdit[] = [
      rating(32),
      rating(25),
      set('circuits', 'charging', ['limit'], 12),
      set('circuits', 'charging', ['limit'], undefined),
      set('circuits', 'charging', ['breaker'], undefined),
      set('meters', 'incomer-meter', ['name'], 'Incomer: "east", # 2'),
      set('meters', 'constructor', ['name'], 'nobody'),
      { kind: 'set', keys: ['grid', 'limit'], value: 50 },
      { kind: 'set', keys: ['constructor'], value: 'x' },
      { kind: 'add', list: 'circuits', entry: { id: 'constructor', parent: 'charging' } },
      { kind: 'add', list: 'circuits', entry: { id: 'constructor', parent: 'incomer' } },
      { kind: 'remove', list: 'circuits', id: 'charging' },
      { kind: 'remove', list: 'meters', id: 'incomer-meter' },
    ]
    const some = fc.array(fc.constantFrom(...edits), { maxLength: 3 })
    fc.assert(
      fc.property(some, some, (first, second) => {
        const [mine, theirs] = [edited(small, ...first), edited(small, ...second)]
        const [one, other] = [mergeSite(small, mine, theirs), mergeSite(small, theirs, mine)]
        expect(one.ok).toBe(other.ok)
        if (one.ok && other.ok) {
          expect(siteChanges(one.text, other.text)).toEqual([])
          const wanted = [...siteChanges(small, mine), ...siteChanges(small, theirs)].map((each) =>
            JSON.stringify(each),
          )
          const got = siteChanges(small, one.text).map((each) => JSON.stringify(each))
          expect(new Set(got)).toEqual(new Set(wanted))
        } else if (!one.ok && one.why === 'same-keys')
          expect(one.conflicts.length, 'a refusal says what is in the way').toBeGreaterThan(0)
      }),
      { numRuns: 30 },
    )
  })
})
