import { fuzzRuns, fuzzTimeoutMs } from '../test-support/fuzz.ts'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../test-support/seeded-random.ts'
import { formatProblem } from '../yaml/problem.ts'
import { readChargerProfile, readGolden, readMeterProfile } from './read-profile.ts'

const asset = (path: string) => readFile(new URL(`../../assets/profiles/${path}`, import.meta.url), 'utf8')
const meter = await asset('meters/carlo-gavazzi-em340.yaml')
const charger = await asset('chargers/abb-terra-ac.yaml')

const change = (text: string, search: string, replacement: string): string => {
  if (!text.includes(search)) throw new Error(`no '${search}' in the profile`)
  return text.replace(search, replacement)
}
const problems = (read: ReturnType<typeof readMeterProfile> | ReturnType<typeof readChargerProfile>): string[] =>
  read.ok ? [] : read.problems.map((problem) => formatProblem(problem).replace(/^\S+?:\d+:\d+: /, ''))

describe('readMeterProfile', () => {
  it.each([
    ['u_l1n: { address: 0,', 'u_l1x: { address: 0,', "quantities.u_l1x: 'u_l1x' is no quantity; did you mean 'u_l1n'?"],
    [
      'u_l2n: { address: 2,',
      'u_l2n: { address: 1,',
      "quantities.u_l2n: 'u_l2n' shares registers 1 to 1 with 'u_l1n'; correct the address, or say why in a 'note'",
    ],
    [
      'address: 142, type: int32',
      'address: 65535, type: int32',
      "quantities.thd_u_l3: 'thd_u_l3' ends at register 65536, beyond 65535; correct the address or the type",
    ],
    [
      'address: 0, type: int32',
      'address: 70000, type: int32',
      'quantities.u_l1n.address: expected a whole number >= 0 and <= 65535, got 70000; correct the number',
    ],
    [
      'address: 0, type: int32',
      'address: 0, type: int33',
      "quantities.u_l1n.type: expected one of uint16, int16, uint32, int32, uint64, int64, float32, float64, float32-4q-pf, got 'int33'; did you mean 'int32'?",
    ],
    [
      'address: 0, type: int32, scale: 0.1',
      "address: 0, type: int32, scale: '0.1'",
      "quantities.u_l1n.scale: expected a number, got '0.1'; write 0.1",
    ],
    [
      'every: fast',
      'every: often',
      "quantities.u_l1n.every: expected one of fast, normal, slow, got 'often'; write one of these",
    ],
    ['every: fast', 'evry: fast', "quantities.u_l1n.evry: unknown key; did you mean 'every'?"],
    [
      'quantity: f,',
      'quantity: freq,',
      "probe.quantity: the probe 'freq' is not among the quantities; name one of them",
    ],
    ['low: 40', 'low: 80', 'probe.low: low (80) is not below high (70); give the range the probe must read in'],
    [
      'maxRegisters: 50',
      'maxRegisters: 126',
      'line.maxRegisters: expected a whole number >= 1 and <= 125, got 126; correct the number',
    ],
    [
      'maxRegisters: 50',
      'maxRegisters: 50\n  holes: [[0, 1]]',
      "quantities.u_l1n: 'u_l1n' can't be read within the limits of the line (maxRegisters, maxGap, evenOnly, holes); correct its address or the limits",
    ],
    [
      'maxRegisters: 50',
      'maxRegisters: 50\n  evenOnly: true\n  holes: [[47, 47]]',
      "quantities.pf_l1: 'pf_l1' can't be read within the limits",
    ],
    [
      'transports: [serial, rtu-over-tcp, tcp]',
      'transports: [serial, udp]',
      "transports[1]: expected one of tcp, rtu-over-tcp, serial, got 'udp'; write one of these",
    ],
    ['confidence: high\n', '', "confidence: is missing: expected one of high, medium, low; add 'confidence: ...'"],
  ])('%j as %j', (search, replacement, expected) => {
    const told = problems(readMeterProfile(change(meter, search, replacement), 'm.yaml'))
    expect(
      told.some((line) => line.startsWith(expected)),
      told.join('\n'),
    ).toBe(true)
  })

  it('lets registers be shared where a note says why', () => {
    expect(
      readMeterProfile(
        change(meter, 'u_l2n: { address: 2, ', 'u_l2n: { address: 0, note: "the same on a one-phase meter", '),
        'm.yaml',
      ).ok,
    ).toBe(true)
  })

  it('refuses an empty file and an empty list', () => {
    expect(problems(readMeterProfile('', 'm.yaml'))).toEqual(['the file is empty; start from another profile'])
    expect(problems(readMeterProfile(`${meter.split('quantities:')[0] ?? ''}quantities: {}\n`, 'm.yaml'))).toContain(
      'quantities: no quantity is listed; list at least one',
    )
  })
})

describe('readChargerProfile', () => {
  it.each([
    ['  i_t1:', '  i_l1:', "quantities.i_l1: 'i_l1' is no quantity; did you mean 'i_t1'?"],
    [
      '"4": charging',
      '"4": loading',
      "status.codes.4: expected one of available, connected, ready, charging, suspended, fault, unavailable, got 'loading'; write one of these",
    ],
    [
      'functionCode: 16',
      'functionCode: 6',
      'limit.functionCode: function 6 writes one register, but the limit takes more; write 16',
    ],
    [
      'pauseValue: 0',
      'pauseValue: 6',
      'limit.pauseValue: a pause value of 6 is not below the minimum of 6 A; write 0, or null where the limit cannot pause it',
    ],
    [
      'kind: poll',
      'kind: pull',
      "watchdog.kind: expected one of poll, setpoint-validity, lifebit, token, timeout-write, configuration, none, got 'pull'; did you mean 'poll'?",
    ],
    [
      'watchdog:',
      'enable: { register: { address: 7, type: uint16 }, on: 1, off: 0 }\nwatchdog:',
      "quantities.limit: a charger with a release ('enable') does not say its limit in one register; leave 'limit' out",
    ],
    [
      'watchdog:',
      'enable: { register: { address: 7, type: uint16 }, on: 1, off: 1 }\nwatchdog:',
      'enable.off: on and off are both 1; write the value that holds charging back',
    ],
    [
      'watchdog:',
      'enable: { register: { address: 7, type: uint32, functionCode: 6 }, on: 1, off: 0 }\nwatchdog:',
      'enable.register.functionCode: function 6 writes one register, but this one takes more',
    ],
    ['  address: 16396', '  address: 16397', "status: 'status' shares registers 16398 to 16398 with 'limit'"],
  ])('%j as %j', (search, replacement, expected) => {
    const told = problems(readChargerProfile(change(charger, search, replacement), 'c.yaml'))
    expect(
      told.some((line) => line.startsWith(expected)),
      told.join('\n'),
    ).toBe(true)
  })
})

describe('the readers of profiles', () => {
  /** Reading one takes milliseconds: many are for `npm run fuzz`. */
  const rounds = Math.max(1000, Math.round(fuzzRuns / 50))
  it(
    `survive ${rounds} mutations of profiles and golden files`,
    async () => {
      const files = [
        [meter, readMeterProfile],
        [await asset('meters/siemens-pac2200.yaml'), readMeterProfile],
        [charger, readChargerProfile],
        [await asset('chargers/alfen-eve.yaml'), readChargerProfile],
        [await asset('chargers/alfen-eve.golden.yaml'), readGolden],
      ] as const
      const random = seededRandom(630)
      const pick = (length: number) => Math.floor(random() * length)
      let accepted = 0
      for (let round = 0; round < rounds; round += 1) {
        const [original, read] = files[round % files.length] as (typeof files)[number]
        let text: string = original
        for (let change = 0; change <= pick(3); change += 1) {
          const at = pick(text.length)
          text =
            pick(2) === 0
              ? text.slice(0, at) + text.slice(at + 1 + pick(8))
              : text.slice(0, at) + String.fromCharCode(9 + pick(117)) + text.slice(at + pick(2))
        }
        const result = read(text, 'x.yaml')
        if (result.ok) accepted += 1
        else
          for (const problem of result.problems)
            expect(problem.line >= 1 && problem.column >= 1 && problem.message !== '').toBe(true)
      }
      expect(accepted).toBeGreaterThan(rounds / 120)
      expect(accepted).toBeLessThan(rounds * 0.98)
    },
    fuzzTimeoutMs,
  )
})
