import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSite } from './read-site.ts'
import { soundSite } from './test-support/site-text.ts'

const scope = '{ id: scope, host: 10.0.0.9, port: 7110, circuit: incomer }'
const withWaves = (...entries: readonly string[]): string =>
  `${soundSite}waves:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`
const problemsOf = (text: string): readonly string[] => {
  const read = readSite(text, 'site.yaml')
  return read.ok ? [] : read.problems.map(({ path, message, remedy }) => `${path}: ${message}; ${remedy}`)
}

describe('wave sources of a site file', () => {
  it('are none where the file does not speak of them', () => {
    const read = readSite(soundSite, 'site.yaml')
    expect(read.ok && read.site.waves).toEqual([])
  })

  it('may be at a circuit or beside a meter', () => {
    const read = readSite(withWaves(scope, '{ id: other, host: front.local, port: 7110, meter: m1 }'), 'site.yaml')
    expect(read.ok ? read.warnings : read.message).toEqual([])
    expect(read.ok && read.site.waves).toEqual([
      { id: 'scope', host: '10.0.0.9', port: 7110, circuit: 'incomer' },
      { id: 'other', host: 'front.local', port: 7110, meter: 'm1' },
    ])
  })

  it.each([
    [
      'no circuit and no meter',
      '{ id: scope, host: 10.0.0.9, port: 7110 }',
      /^waves\[0\]: 'scope' does not say what it measures; write 'circuit:'/,
    ],
    [
      'both',
      '{ id: scope, host: 10.0.0.9, port: 7110, circuit: incomer, meter: m1 }',
      /^waves\[0\]\.meter: 'scope' names a circuit and a meter; keep one/,
    ],
    [
      'an unknown circuit',
      '{ id: scope, host: 10.0.0.9, port: 7110, circuit: incomr }',
      /^waves\[0\]\.circuit: there is no circuit 'incomr'; .*incomer/,
    ],
    [
      'an unknown meter',
      '{ id: scope, host: 10.0.0.9, port: 7110, meter: m7 }',
      /^waves\[0\]\.meter: there is no meter 'm7'; .*m1/,
    ],
    [
      'an id that is taken',
      '{ id: lan, host: 10.0.0.9, port: 7110, circuit: incomer }',
      /^waves\[0\]\.id: the id 'lan' is already used by lines\[0\]; give/,
    ],
    [
      'the address of a line',
      '{ id: scope, host: 10.0.0.5, port: 502, circuit: incomer }',
      /^waves\[0\]\.port: 10\.0\.0\.5:502 is the line 'lan'.*; write the port/,
    ],
    [
      'a host with a user',
      '{ id: scope, host: me@10.0.0.9, port: 7110, circuit: incomer }',
      /^waves\[0\]\.host: expected a host name or an IP address alone; /,
    ],
    ['no port', '{ id: scope, host: 10.0.0.9, circuit: incomer }', /^waves\[0\]\.port: /],
    [
      'an unknown key',
      '{ id: scope, host: 10.0.0.9, port: 7110, circuit: incomer, rate: 10000 }',
      /^waves\[0\]\.rate: unknown key/,
    ],
  ])('with %s are refused with place and remedy', (_, entry, message) => {
    const problems = problemsOf(withWaves(entry))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(message)
  })

  it('have an address each', () => {
    expect(problemsOf(withWaves(scope, '{ id: again, host: 10.0.0.9, port: 7110, circuit: feeder }'))).toEqual([
      expect.stringMatching(/^waves\[1\]\.port: 10\.0\.0\.9:7110 is already the wave source 'scope'; /),
    ])
  })

  it('can be put into the commented example as it says', () => {
    const example = readFileSync(join(import.meta.dirname, '../../assets/examples/site.example.yaml'), 'utf8')
    const uncommented = example.replace('# waves:', 'waves:').replace('#   - { id: scope', '  - { id: scope')
    expect(uncommented).not.toBe(example)
    const read = readSite(uncommented, 'site.yaml')
    expect(read.ok ? read.site.waves.map(({ id, circuit }) => [id, circuit]) : read.message).toEqual([
      ['scope', 'incomer'],
    ])
  })
})
