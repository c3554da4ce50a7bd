import { describe, expect, it } from 'vitest'
import { fuzzRuns, fuzzTimeoutMs, mutate } from '../test-support/fuzz.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { readChargerProfile, readGolden, readMeterProfile, type ReadProfile } from './read-profile.ts'
import { registerTypes, registerWidth } from './register.ts'

/** Small but whole files: reading YAML is slow, and every kind of entry is in them once. */
const meter = `id: m
make: A
models: [B]
sources: [{ document: D }]
confidence: low
transports: [tcp]
space: input
wordOrder: high-first
line: { maxRegisters: 40, maxGap: 2, holes: [[8, 9]] }
probe: { quantity: f, low: 40, high: 70 }
capabilities: { windowMs: null, refreshMs: 1, minMaxRegisters: false, eventLog: false, harmonicsToOrder: 7, angles: true }
billing: { suitable: not-verified, note: n }
notAvailable: { uint16: [0xffff] }
quantities:
  f: { address: 0, type: float32, every: fast }
  u_l1n: { address: 2, type: uint16, scale: 0.1, every: slow }
  e_import: { address: 4, type: int64, scale: 0.001, every: slow, wordOrder: low-first }
`
const charger = `id: c
make: A
models: [B]
sources: [{ document: D }]
confidence: low
transports: [tcp]
space: holding
wordOrder: high-first
line: { maxRegisters: 40 }
notAvailable: {}
quantities:
  i_t1: { address: 0, type: uint16, scale: 0.1, every: fast }
status: { address: 2, type: uint16, registers: 1, codes: { "1": available } }
limit: { address: 4, type: uint16, functionCode: 6, minimum: 6, pauseValue: 0, resolution: 1, readBack: null, tolerance: 1, settleMs: 1000 }
watchdog: { kind: poll, timeoutS: 30 }
`
const golden = `profile: m
cases:
  - { quantity: f, words: ["4247", "EB85"], value: 49.98, source: s }
  - { quantity: u_l1n, words: ["0902"], value: 230.6, tolerance: 0.1, source: s }
  - { quantity: e_import, words: ["0000", "0000", "0000", "0001"], value: null, source: s }
`
const seeds: readonly [string, (text: string, name: string) => ReadProfile<unknown>][] = [
  [meter, readMeterProfile],
  [charger, readChargerProfile],
  [golden, readGolden],
]
const bytes = new TextEncoder()
const text = new TextDecoder()

/** What no accepted profile may have, said without the reader's own checks. */
const wrongAccept = (profile: {
  quantities?: Record<string, { address: number; type: string; space?: string; note?: string; scale?: number }>
  space?: string
  cases?: { words: string[] }[]
}): string | null => {
  const taken = new Map<string, string>()
  for (const [key, { address, type, space, note }] of Object.entries(profile.quantities ?? {})) {
    if (!(registerTypes as readonly string[]).includes(type)) return `${key} is of type ${type}`
    for (let at = address; at < address + registerWidth[type as keyof typeof registerWidth]; at += 1) {
      if (at > 65535 || !Number.isInteger(at)) return `${key} lies beyond the registers`
      const place = `${space ?? profile.space ?? ''} ${String(at)}`
      if (taken.has(place) && note === undefined && taken.get(place) === 'plain') return `${key} overlaps at ${place}`
      taken.set(place, note === undefined ? 'plain' : 'noted')
    }
  }
  return (profile.cases ?? []).some(({ words }) => words.some((word) => !/^[0-9a-f]{4}$/i.test(word)))
    ? 'a golden word is none'
    : null
}

/** Reading YAML is slow: few in `npm test`. */
const runs = fuzzRuns >= 1_000_000 ? fuzzRuns : Math.round(fuzzRuns / 8)

describe('the readers of profiles and golden words on mutated files', () => {
  it('take the whole files', () => {
    for (const [seed, read] of seeds) expect(read(seed, 'x')).toMatchObject({ ok: true })
  })

  it(
    'never throw, tell line and column of what is wrong, and accept nothing impossible',
    () => {
      const random = seededRandom(63)
      let accepted = 0
      for (let run = 0; run < runs; run += 1) {
        const [seed, read] = seeds[run % seeds.length] as (typeof seeds)[number]
        const mutated = text.decode(mutate(bytes.encode(seed), random))
        const lines = mutated.split(/\r\n|\r|\n/).length
        const result = read(mutated, 'x.yaml')
        if (result.ok) {
          accepted += 1
          const wrong = wrongAccept(result.profile as Parameters<typeof wrongAccept>[0])
          if (wrong !== null) throw new Error(`${wrong}:\n${mutated}`)
          continue
        }
        if (result.problems.length === 0) throw new Error(`refused without a reason:\n${mutated}`)
        for (const { line, column, message } of result.problems) {
          if (!(line >= 1 && line <= lines + 1 && column >= 1 && message !== ''))
            throw new Error(`${String(line)}:${String(column)} ${message}\n${mutated}`)
        }
      }
      expect(accepted).toBeGreaterThan(0)
    },
    fuzzTimeoutMs,
  )
})
