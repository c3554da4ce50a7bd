import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { commonLines } from './common-lines.ts'
import { editText } from './edit-text.ts'

const written = `# by hand
version:   1


lists:      # two spaces more than a printer has
- {id: a,   name: 'A'}   # first
-   id: b
    name:   "B"     # second

    phases: [ L1,L2 ]
other: {  x: 1  }
`

describe('an edit of a text', () => {
  it('changes the lines it touches, and leaves every other as it was written', () => {
    const after = editText(written, (document) => document.setIn(['lists', 1, 'name'], 'C'))
    const lines = written.split('\n')
    expect(after.split('\n').filter((line) => !lines.includes(line))).toHaveLength(1)
    expect(parse(after)).toEqual({ ...(parse(written) as object), lists: [{ id: 'a', name: 'A' }, { id: 'b', name: 'C', phases: ['L1', 'L2'] }] }) // prettier-ignore
    expect(after).toContain('version:   1\n\n\nlists:      # two spaces')
  })

  it('keeps line ends of CR LF, and a text that says the same stays as it is', () => {
    const windows = written.replaceAll('\n', '\r\n')
    expect(editText(windows, () => undefined)).toBe(windows)
    const after = editText(windows, (document) => document.set('version', 2))
    expect(after.replaceAll('\r\n', '')).not.toContain('\n')
    expect(parse(after)).toMatchObject({ version: 2, other: { x: 1 } })
  })

  it('says what the edited document says, whatever is set where', () => {
    const place = fc.constantFrom(['version'], ['lists', 0], ['lists', 1, 'phases'], ['other', 'y'], ['new'], ['lists'])
    fc.assert(
      fc.property(place, fc.jsonValue({ maxDepth: 2 }), (path, value) => {
        let wanted: unknown
        const after = editText(written, (document) => {
          document.setIn(path, document.createNode(value))
          wanted = document.toJS()
        })
        expect(JSON.stringify(parse(after))).toBe(JSON.stringify(wanted))
      }),
      { numRuns: 100 },
    )
  })
})

describe('the lines two texts have in common', () => {
  const longest = (a: readonly string[], b: readonly string[]): number =>
    a.reduce<readonly number[]>(
      (above, line) =>
        b.reduce<number[]>(
          (row, other, at) => [
            ...row,
            line === other ? (above[at] ?? 0) + 1 : Math.max(above[at + 1] ?? 0, row[at] ?? 0),
          ],
          [0],
        ),
      b.map(() => 0).concat(0),
    )[b.length] ?? 0

  it('are the same lines, in order, and as many as there can be', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 9 })
    fc.assert(
      fc.property(lines, lines, (from, to) => {
        const pairs = commonLines(from, to, 20) ?? []
        expect(pairs.every(([one, other]) => from[one] === to[other])).toBe(true)
        expect(pairs.every(([one, other], at) => at === 0 || (one > (pairs[at - 1]?.[0] ?? 0) && other > (pairs[at - 1]?.[1] ?? 0)))).toBe(true) // prettier-ignore
        expect(pairs).toHaveLength(longest(from, to))
      }),
    )
    expect(commonLines(['a', 'b'], ['c', 'd'], 3)).toBeNull()
  })
})
