import { describe, expect, it } from 'vitest'
import { readSite } from './read-site.ts'

const base = `version: 1
id: depot
name: Depot
grid: { limit: 63 }
lines: [{ id: bus, transport: tcp, host: h, port: 502 }]
meters: []
circuits: [{ id: main }]
`
const catalogue = { meters: new Map(), chargers: new Map() }
const problemsOf = (text: string) => {
  const read = readSite(text, 'site.yaml', catalogue)
  return read.ok ? [] : read.problems
}
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

describe('a site file that is large or of another kind', () => {
  // The bound of these tests is the runner's own: before, each took minutes.
  it('with 40,000 unknown keys is refused with the first of them and how many more there are', () => {
    const problems = problemsOf(base + many(40_000, (index) => `unknown${index}: 1`))
    expect(problems.length).toBeLessThan(30)
    expect(problems[0]).toMatchObject({ line: 8, column: 1, path: 'unknown0', message: 'unknown key' })
    expect(problems.at(-1)?.message).toBe('39980 more unknown keys in this group are not shown')
  })

  it('with 20,000 keys that stand twice, thousands of wrong entries or a chain of circuits is refused, never thrown at', () => {
    const twice = problemsOf(base + many(20_000, () => 'name: A'))
    expect(twice[0]).toMatchObject({
      line: 8,
      column: 1,
      message: "'name' stands twice in this group",
      remedy: 'keep one of them',
    })
    const wrong = base.replace('meters: []', `meters:\n${many(1900, (index) => `  - { id: m${index}, unut: 1 }`)}`)
    expect(problemsOf(wrong).at(-1)?.message).toMatch(/more problems are not shown$/)
    const chain = base.replace(
      'circuits: [{ id: main }]',
      `circuits:\n  - { id: main }\n${many(5000, (index) => `  - { id: c${index}, parent: ${index === 0 ? 'main' : `c${index - 1}`} }`)}`,
    )
    expect(problemsOf(chain)[0]?.message).toContain('the list is too long')
  })

  it('with 1,000 meters, circuits and chargers is read', () => {
    const large = base
      .replace(
        'lines: [{ id: bus, transport: tcp, host: h, port: 502 }]',
        `lines:\n${many(10, (index) => `  - { id: bus${index}, transport: tcp, host: h${index}, port: 502 }`)}`,
      )
      .replace(
        'meters: []',
        `meters:\n${many(1000, (index) => `  - { id: m${index}, profile: p, line: bus${index % 5}, unit: ${Math.floor(index / 5) + 1} }`)}`,
      )
      .replace(
        'circuits: [{ id: main }]',
        `circuits:\n  - { id: main }\n${many(999, (index) => `  - { id: c${index}, parent: ${index < 10 ? 'main' : `c${index - 10}`} }`)}`,
      )
    const text = `${large}chargers:\n${many(1000, (index) => `  - { id: p${index}, profile: p, line: bus${5 + (index % 5)}, unit: ${Math.floor(index / 5) + 1}, circuit: c${index % 999}, maximum: 16 }`)}\n`
    const read = readSite(text, 'site.yaml')
    expect(read.ok ? read.site.chargers.length : read.problems.slice(0, 3)).toBe(1000)
  })
})

describe('text that nobody can see', () => {
  it.each([
    ['"De\\u001b[31mpot"', 'ESC (U+001B)'],
    ['"De\\u202epot"', 'U+202E'],
    ['"De\\u2066pot"', 'U+2066'],
    ['"De\\u200fpot"', 'U+200F'],
    ['"De\\0pot"', 'NUL (U+0000)'],
    ['"De\\npot"', 'a line feed (U+000A)'],
    ['"De\\rpot"', 'a carriage return (U+000D)'],
    ['"De\\u0085pot"', 'U+0085'],
    ['"De\\u2028pot"', 'U+2028'],
    ['"De\\u200bpot"', 'U+200B'],
    ['|\n  De\n  pot', 'a line feed (U+000A)'],
    ['De\u001bpot', 'ESC (U+001B)'],
    ['De\u202epot', 'U+202E'],
  ])('in a name is refused with its place: %j', (name, what) => {
    const problems = problemsOf(base.replace('name: Depot', `name: ${name}`))
    expect(problems[0]).toMatchObject({ line: 3, column: 7, severity: 'error' })
    expect(problems[0]?.message).toBe(`the text holds a character that can't be seen: ${what}`)
    expect(problems[0]?.remedy).not.toBe('')
  })

  it('in any other text and in a key is refused too, and never printed as it is', () => {
    for (const text of [
      base.replace('host: h', 'host: "h\\u202e"'),
      base.replace('lines: [{', 'lines: [{ "na\\u001bme": x,'),
      base.replace('circuits: [{ id: main }]', 'circuits: [{ id: main, name: "a\\nb" }]'),
      base.replace('limit: 63', 'limit: "6\u001b[31m3"'),
    ]) {
      const read = readSite(text, 'site.yaml', catalogue)
      expect(read.ok).toBe(false)
      expect(read.ok ? '' : read.message).not.toMatch(/[\u001b\u202e]|a\nb/)
    }
  })

  it('names in any script, with joiners, accents and emoji, are fine', () => {
    for (const name of [
      'Köln',
      'Łódź',
      '充電站',
      'خیابان می\u200cرود',
      '❄\ufe0f Halle',
      '👩\u200d🔧',
      'Ａ',
      "L'Hôpital & Söhne <2>",
    ])
      expect(
        readSite(base.replace('name: Depot', `name: ${JSON.stringify(name)}`), 'site.yaml', catalogue).ok,
        name,
      ).toBe(true)
  })
})
