import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { ChargerProfile } from '../profile/charger-profile.ts'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { formatProblem } from '../yaml/problem.ts'
import { fuzzRuns, fuzzTimeoutMs } from '../test-support/fuzz.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { readSite, type SiteCatalogue } from './read-site.ts'
import { broken, soundSite } from './test-support/site-text.ts'

const catalogue: SiteCatalogue = {
  meters: new Map([
    [
      'eastron-sdm630',
      { make: 'Eastron', models: ['SDM630'], transports: ['serial', 'tcp'] } as unknown as MeterProfile,
    ],
  ]),
  chargers: new Map([
    [
      'alfen-eve',
      {
        make: 'Alfen',
        models: ['Eve'],
        transports: ['tcp'],
        limit: { minimum: 6, pauseValue: 0 },
        quantities: {},
        watchdog: { kind: 'none', note: 'none' },
        phaseSwitch: null,
      } as unknown as ChargerProfile,
    ],
  ]),
}
const problems = (text: string): string[] => {
  const read = readSite(text, 'site.yaml', catalogue)
  return (read.ok ? read.warnings : read.problems).map(formatProblem)
}
/** The one problem that breaking one thing leads to. */
const only = (search: string, replacement: string): string => {
  const all = problems(broken(search, replacement))
  expect(all).toHaveLength(1)
  return all[0] as string
}

describe('readSite', () => {
  it('reads a sound site, with its defaults, without a word', () => {
    const read = readSite(soundSite, 'site.yaml', catalogue)
    expect(read).toMatchObject({
      ok: true,
      warnings: [],
      site: { grid: { nominalVoltage: 230 }, control: { margin: 0.95 }, meters: [{ periodMs: 1000 }] },
    })
  })

  it('reads the example that comes with the program', async () => {
    const text = await readFile(new URL('../../assets/examples/site.example.yaml', import.meta.url), 'utf8')
    const read = readSite(text, 'site.example.yaml', catalogue)
    expect(read).toMatchObject({ ok: true, warnings: [] })
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../schemas/site.schema.json')
  })

  it.each([
    // Places, units and remedies of single values.
    ['rating: 32 }', "rating: ‸'32A' }", "circuits[1].breaker.rating: expected amperes > 0, got '32A'; write 32"],
    ['rating: 32 }', 'rating: ‸32 A }', "circuits[1].breaker.rating: expected amperes > 0, got '32 A'; write 32"],
    ['rating: 32 }', 'rating: ‸"6,5" }', "circuits[1].breaker.rating: expected amperes > 0, got '6,5'; write 6.5"],
    [
      'rating: 32 }',
      'rating: ‸11kW }',
      "circuits[1].breaker.rating: expected amperes > 0, got '11kW'; give it in amperes, as a plain number",
    ],
    [
      'rating: 32 }',
      'rating: ‸0 }',
      'circuits[1].breaker.rating: expected amperes > 0 and <= 6300, got 0; correct the number',
    ],
    [
      'rating: 32 }',
      'rating: ‸}',
      'circuits[1].breaker.rating: expected amperes > 0, got nothing (null); correct the value',
    ],
    [
      'breaker: { standard: IEC 60898-1, curve: C, rating: 32 }',
      'breaker: ‸{ standard: IEC 60898-1, curve: C }',
      "circuits[1].breaker.rating: is missing: expected amperes > 0; add 'rating: ...' (Rated current In, amperes)",
    ],
    [
      'grid: { limit: 100 }',
      'grid: { limit: 100, maximumPower: ‸11kW }',
      "grid.maximumPower: expected watts > 0, got '11kW'; write 11000",
    ],
    [
      'baud: 9600',
      'baud: ‸9601',
      'lines[1].baud: expected one of 300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, got 9601; write one of these',
    ],
    [
      'curve: C, rating: 32',
      'curve: ‸c, rating: 32',
      "circuits[1].breaker.curve: expected one of B, C, D, K, Z, gG, thermal-magnetic, electronic, got 'c'; did you mean 'C'?",
    ],
    [
      'transport: tcp',
      'transport: ‸TCP',
      "lines[0].transport: expected one of tcp, rtu-over-tcp, serial, mbus-serial, mbus-tcp, got 'TCP'; did you mean 'tcp'?",
    ],
    [
      '{ id: lan, transport: tcp, ',
      '‸{ id: lan, ',
      "lines[0].transport: is missing: expected one of tcp, rtu-over-tcp, serial, mbus-serial, mbus-tcp; add 'transport: ...'",
    ],
    [
      'id: cp1',
      'id: ‸Charger 1',
      'chargers[0].id: expected lower-case letters, digits, ".", "_" or "-", starting with a letter or digit, got \'Charger 1\'; write charger-1',
    ],
    ['name: Depot', 'name: ‸12', "name: expected text, got 12; put it in quotes: '12'"],
    ['version: 1', 'version: ‸2', 'version: expected 1, got 2; write 1'],
    ['phases: [L2]', 'phases: ‸L2', "chargers[1].phases: expected a list, got 'L2'; write [L2]"],
    ['phases: [L2]', 'phases: ‸[]', 'chargers[1].phases: the list is too short (an empty list); give at least 1'],
    [
      'phases: [L2]',
      'phases: [‸L4]',
      "chargers[1].phases[0]: expected one of L1, L2, L3, got 'L4'; did you mean 'L1'?",
    ],
    // Keys.
    ['otherLoad: 40', '‸otherload: 40', "circuits[0].otherload: unknown key; did you mean 'otherLoad'?"],
    ['name: Depot', 'name: Depot\n‸password: hunter2', 'password: secrets have no place in this file; remove it'],
    [
      'host: 10.0.0.5',
      'host: ‸user@10.0.0.5',
      'lines[0].host: expected a host name or an IP address alone; without user, password, path or spaces',
    ],
    ['otherLoad: 40', 'otherLoad: 40\n    ‸otherLoad: 50', "'otherLoad' stands twice in this group; keep one of them"],
    // References and the tree.
    [
      'parent: incomer',
      'parent: ‸incommer',
      "circuits[1].parent: there is no circuit 'incommer'; did you mean 'incomer'?",
    ],
    ['line: bus', 'line: ‸buss', "meters[0].line: there is no line 'buss'; did you mean 'bus'?"],
    ['meter: m1', 'meter: ‸xyz', "circuits[0].meter: there is no meter 'xyz'; there are: m1"],
    [
      'id: cp2',
      'id: ‸cp1',
      "chargers[1].id: the id 'cp1' is already used by chargers[0]; give each entry of the file its own id",
    ],
    [
      'id: cp2',
      'id: ‸feeder',
      "chargers[1].id: the id 'feeder' is already used by circuits[1]; give each entry of the file its own id",
    ],
    [
      'parent: incomer',
      'meter: ‸m1\n    parent: incomer',
      "circuits[1].meter: the meter 'm1' already measures the circuit 'incomer'; a meter measures one circuit; name it at the one it is wired into",
    ],
    [
      'id: feeder\n    parent: incomer\n',
      '‸id: feeder\n',
      "circuits[1]: 'feeder' has no parent, but 'incomer' is already the circuit at the grid connection; add 'parent: <the circuit that feeds it>'",
    ],
    // Devices on lines.
    [
      'unit: 2, circuit',
      'unit: ‸1, circuit',
      "chargers[1].unit: 'cp2' and 'cp1' both have unit 1 on the line 'lan'; give each device on a line its own unit, in the device and here",
    ],
    [
      'line: bus, unit: 1',
      'line: bus, unit: ‸0',
      "meters[0].unit: unit 0 can't be addressed on a serial bus; write the unit set in the device, 1 to 247",
    ],
    [
      'profile: eastron-sdm630',
      'profile: ‸sdm630',
      "meters[0].profile: there is no meter profile 'sdm630'; did you mean 'eastron-sdm630'? known: eastron-sdm630",
    ],
    [
      'profile: alfen-eve, line: lan, unit: 1',
      'profile: ‸alfen-eve, line: bus, unit: 7',
      "warning: chargers[0].profile: Alfen Eve speaks tcp, but its line 'bus' is serial; check the line, or that a gateway stands between",
    ],
    // Periods.
    [
      'line: bus, unit: 1 }',
      'line: bus, unit: 1, periodMs: ‸3000 }',
      "meters[0].periodMs: 'm1' is read every 3000 ms on 'incomer', which feeds chargers: with one reading lost it counts as silent (after 4000 ms) and they go to their fallback; write 2000 or less",
    ],
    [
      'line: bus, unit: 1 }',
      'line: bus, unit: 1, periodMs: ‸1100 }\ncontrol: { meterTimeout: 2 }',
      "meters[0].periodMs: 'm1' is read every 1100 ms on 'incomer', which feeds chargers: with one reading lost it counts as silent (after 2000 ms) and they go to their fallback; write 1000 or less, or raise control.meterTimeout (at most 4 s count)",
    ],
    // Phases, limits, fallbacks.
    [
      'rating: 32 }',
      'rating: 32 }\n    limit: ‸40',
      "circuits[1].limit: the limit of 40 A is above the breaker's 32 A; write 32 or less, or leave the limit out",
    ],
    [
      'phases: [L2], maximum: 16, fallback: 6',
      'phases: [L2], minimum: ‸20, maximum: 16, fallback: 0',
      'chargers[1].minimum: the minimum of 20 A is above the maximum of 16 A; write 16 or less, or raise the maximum',
    ],
    [
      'maximum: 16, fallback: 6 }\n  - ',
      'maximum: 16, fallback: ‸4 }\n  - ',
      'chargers[0].fallback: a fallback of 4 A lies between 0 and the minimum of 6 A: no charger can hold it; write 0 to pause, or 6 or more',
    ],
    [
      'maximum: 16, fallback: 6 }\n  - ',
      'maximum: 16, fallback: ‸20 }\n  - ',
      'chargers[0].fallback: the fallback of 20 A is above the maximum of 16 A; write 16 or less',
    ],
    [
      'id: feeder\n    parent: incomer\n    breaker: { standard: IEC 60898-1, curve: C, rating: 32 }\n    otherLoad: 0',
      '‸id: feeder\n    parent: incomer\n    breaker: { standard: IEC 60898-1, curve: C, rating: 32 }\n    otherLoad: 25',
      "circuits[1]: the fallbacks do not fit 'feeder' on L2: 12 A of fallbacks and 25 A of other load on L2 are 37 A, above the limit of 32 A; lower the fallback of cp1, cp2, or write 0 to pause",
    ],
    [
      'id: incomer\n    meter: m1\n    breaker: { standard: IEC 60898-1, curve: C, rating: 100 }\n    otherLoad: 40\n',
      '‸id: incomer\n    meter: m1\n    breaker: { standard: IEC 60898-1, curve: C, rating: 100 }\n',
      "warning: circuits[0]: 'incomer' is metered and declares no otherLoad: without sight of the meter the fallbacks are safe only while its other load stays below 88 A; add 'otherLoad: <most amperes>', or set the fallbacks to 0",
    ],
    [
      'id: feeder\n    parent: incomer\n    breaker: { standard: IEC 60898-1, curve: C, rating: 32 }\n    otherLoad: 0\n',
      '‸id: feeder\n    parent: incomer\n    breaker: { standard: IEC 60898-1, curve: C, rating: 32 }\n',
      "warning: circuits[1]: 'feeder' feeds chargers, but has neither meter nor otherLoad: everything else on it counts as 0 A; add 'meter: ...', or 'otherLoad: <most amperes>' (0 if there is none)",
    ],
    [
      'circuit: feeder, maximum: 16',
      'circuit: feeder, maximum: ‸63',
      "warning: chargers[0].maximum: 'cp1' may take 63 A, but 'feeder' has a limit of 32 A, which is used instead; write 32 or less",
    ],
  ])('%j as %j', (search, replacement, expected) => {
    // The mark says where the problem must point; it is not part of the file.
    const before = broken(search, replacement).split('‸')[0] as string
    const lines = before.split('\n')
    expect(only(search, replacement.replace('‸', ''))).toBe(
      `site.yaml:${lines.length}:${(lines.at(-1) as string).length + 1}: ${expected}`,
    )
  })

  it('tells every problem at once, in the order of the file', () => {
    const text = broken('rating: 32', 'rating: 32A')
      .replace('port: 502', 'port: 99999')
      .replace('name: Depot', 'nam: Depot')
      .replace('maximum: 16', 'maximum: big')
    const all = problems(text)
    expect(all).toEqual([
      expect.stringMatching(/^site.yaml:1:1: name: is missing/),
      expect.stringMatching(/^site.yaml:3:1: nam: unknown key; did you mean 'name'/),
      expect.stringMatching(/^site.yaml:6:54: lines\[0\]\.port: expected a whole number >= 1 and <= 65535, got 99999/),
      expect.stringMatching(/^site.yaml:17:57: circuits\[1\]\.breaker\.rating/),
      expect.stringMatching(
        /^site.yaml:20:82: chargers\[0\]\.maximum: expected amperes >= 6, got 'big'; write a plain number/,
      ),
    ])
    const checks = problems(
      soundSite
        .replace('line: bus', 'line: x')
        .replace('rating: 32', 'rating: 32, ambient: 99')
        .replace('ambient: 99', 'ambient: 40')
        .replace('unit: 2', 'unit: 1')
        .replace('meter: m1', 'meter: m9'),
    )
    expect(checks).toHaveLength(3)
  })

  it('lets a meter be slow where it is just fast enough, and where no charger depends on it', () => {
    expect(problems(broken('line: bus, unit: 1 }', 'line: bus, unit: 1, periodMs: 2000 }'))).toEqual([])
    expect(
      problems(
        broken(
          'line: bus, unit: 1 }',
          'line: bus, unit: 1 }\n  - { id: m2, profile: eastron-sdm630, line: bus, unit: 2, periodMs: 60000 }',
        ).replace(
          'chargers:',
          '  - { id: office, parent: incomer, meter: m2, breaker: { standard: IEC 60898-1, curve: C, rating: 16 } }\nchargers:',
        ),
      ),
    ).toEqual([])
  })

  it('tells phases that nothing feeds', () => {
    expect(problems(broken('parent: incomer', 'parent: incomer\n    phases: [L1, L3]'))).toEqual([
      expect.stringContaining("chargers[0].phases: 'cp1' uses L2, but its circuit 'feeder' has only L1, L3"),
      expect.stringContaining("chargers[1].phases: 'cp2' uses L2"),
    ])
    expect(problems(broken('meter: m1', 'meter: m1\n    phases: [L1, L2]'))[0]).toContain(
      "'feeder' uses L3, but 'incomer', which feeds it, has only L1, L2",
    )
    expect(only('phases: [L2]', 'phases: [L2, L2]')).toContain('L2 is named twice')
    expect(only('unit: 1 }\ncircuits', 'unit: 1, phases: [L1, L2] }\ncircuits')).toContain(
      "the meter 'm1' does not measure L3 of this circuit",
    )
  })

  it('tells circuits that feed each other', () => {
    const text = broken(
      '  - id: feeder\n    parent: incomer',
      '  - id: loop\n    parent: feeder\n    limit: 20\n  - id: feeder\n    parent: loop',
    )
    expect(problems(text)).toEqual([
      expect.stringContaining('the circuits feed each other in a circle: loop < feeder < loop'),
    ])
    expect(problems(soundSite.replace('  - id: incomer\n', '  - id: incomer\n    parent: feeder\n'))).toEqual([
      expect.stringContaining('no circuit is the one at the grid connection'),
      expect.stringContaining('in a circle: incomer < feeder < incomer'),
    ])
  })

  it('tells a wrong time zone, a shared port and an upside-down alarm', () => {
    expect(only('name: Depot', 'name: Depot\ntimezone: Berlin')).toContain(
      "'Berlin' is no time zone; write an IANA name",
    )
    expect(
      only('baud: 9600 }', 'baud: 9600 }\n  - { id: again, transport: serial, path: /dev/ttyUSB0, baud: 9600 }'),
    ).toContain("/dev/ttyUSB0 is already the line 'bus'")
    expect(only('name: Depot', 'name: Depot\nalarms: { undervoltage: 1.2 }')).toContain(
      'undervoltage (1.2) is not below overvoltage (1.1)',
    )
    expect(
      only(
        'id: bus, transport: serial, path: /dev/ttyUSB0, baud: 9600',
        'id: bus, transport: tcp, host: 10.0.0.5, port: 502',
      ),
    ).toContain("warning: lines[1].host: 10.0.0.5:502 is already the line 'lan'")
  })

  it.each([
    ['', 'site.yaml:1:1: the file is empty; start from assets/examples/site.example.yaml'],
    ['# only words\n', 'site.yaml:1:1: the file is empty; start from assets/examples/site.example.yaml'],
    ['- 1\n', 'site.yaml:1:1: expected a group of keys, got a list of 1; correct the value'],
    ['version: 1\n\tname: x\n', /^site\.yaml:2:\d+: .*; (indent with spaces|check quotes)/],
    ['a: [1, 2\nb: 3\n', /^site\.yaml:\d+:\d+: .*/],
    ['a: 1\n---\nb: 2\n', /^site\.yaml:2:1: .*; remove what follows '---'/],
    ['\u0000v\u0000e', /^site\.yaml:1:1: .*UTF-16|^site\.yaml:1:1: a NUL character stands in the file/],
    ['name: caf\uFFFD\n', 'site.yaml:1:1: the file is not UTF-8 text; save it as UTF-8'],
    ['a: *nobody\n', /^site\.yaml:1:4: .*nobody/],
    ['a: !!js/function "x"\n', /^site\.yaml:1:4: .*without '!' tags/],
    [`a: ${'['.repeat(200_000)}`, /^site\.yaml:\d+:\d+: /],
    [
      'x'.repeat(2_000_001),
      'site.yaml:1:1: the file has 2000001 characters; at most 2000000 are read; check that it is the right file',
    ],
  ])('refuses text that is no site: %#', (text, expected) => {
    const [first] = problems(text)
    if (typeof expected === 'string') expect(first).toBe(expected)
    else expect(first).toMatch(expected)
  })

  it('does not unfold an anchor bomb', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 9; level += 1)
      lines.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      )
    expect(problems(lines.join('\n'))).toEqual([
      expect.stringMatching(/^site.yaml:1:1: references \(\*name\) lead to so many others/),
    ])
    expect(problems(`a: &a 1\nb: [${Array(5000).fill('*a').join(', ')}]`)).toEqual([
      'site.yaml:1:1: the file has more than 100 references (*name); write the values out instead',
    ])
    expect(problems('circuits: &a [*a]')[0]).toMatch(/^site.yaml:/)
  })

  it('reads a file with a byte order mark, Windows line ends and a few anchors', () => {
    expect(readSite(`\uFEFF${soundSite.replaceAll('\n', '\r\n')}`, 'site.yaml', catalogue)).toMatchObject({ ok: true })
    const anchored = soundSite
      .replace('breaker: { standard: IEC 60898-1, curve: C, rating: 32 }', 'breaker: *b')
      .replace('breaker: { standard', 'breaker: &b { standard')
    expect(readSite(anchored, 'site.yaml', catalogue)).toMatchObject({
      ok: true,
      site: { circuits: [{}, { breaker: { rating: 100 } }] },
    })
    expect(problems(anchored.replace('rating: 100', 'rating: big')).map((line) => line.split(' ')[1])).toEqual([
      'circuits[0].breaker.rating:',
      'circuits[1].breaker.rating:',
    ])
  })

  const rounds = Math.max(2000, Math.round(fuzzRuns / 25))
  it(
    `survives ${rounds} mutations: a site or problems with a place, never a crash`,
    () => {
      const random = seededRandom(20261123)
      const pick = (length: number) => Math.floor(random() * length)
      const spice = [
        "'",
        '"',
        '{',
        '}',
        '[',
        ']',
        ':',
        '- ',
        '\n',
        '\t',
        '&a',
        '*a',
        '!',
        '|',
        '>',
        '#',
        '%',
        '@',
        ',',
        '1e999',
        '-1',
        '.nan',
        '.inf',
        'null',
        '~',
        'true',
        '<<: ',
        '? ',
        '\u0000',
        '😀',
        '0x10',
        '__proto__: 1\n',
        'constructor: {}\n',
      ]
      let accepted = 0
      for (let round = 0; round < rounds; round += 1) {
        let text = soundSite
        for (let change = 0; change <= pick(3); change += 1) {
          const at = pick(text.length)
          const to = Math.min(text.length, at + pick(6))
          const how = pick(4)
          if (how === 0) text = text.slice(0, at) + text.slice(to)
          else if (how === 1) text = text.slice(0, at) + (spice[pick(spice.length)] ?? '') + text.slice(at)
          else if (how === 2) text = text.slice(0, at) + String.fromCharCode(pick(127)) + text.slice(at + 1)
          else text = text.slice(0, at) + text.slice(at, to + pick(60)).repeat(2) + text.slice(to)
        }
        const read = readSite(text, 'site.yaml', round % 2 === 0 ? catalogue : undefined)
        if (read.ok) accepted += 1
        else {
          expect(read.problems.length).toBeGreaterThan(0)
          for (const problem of read.problems)
            expect(
              problem.line >= 1 && problem.column >= 1 && Number.isInteger(problem.line) && problem.message !== '',
            ).toBe(true)
        }
      }
      expect(accepted).toBeGreaterThan(rounds / 200)
      expect(accepted).toBeLessThan(rounds * 0.995)
    },
    fuzzTimeoutMs,
  )
})
