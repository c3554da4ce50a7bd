import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeProfile, type ProfileDraft } from './draft.ts'
import type { QuantityKey } from '../quantities.ts'
import { encodeRegister } from './codec.ts'
import { readGolden, readMeterProfile } from './read-profile.ts'
import { judgeWitness } from './witness.ts'
import { writeGolden, writeMeterProfile } from './write-profile.ts'

const folder = join(import.meta.dirname, '..', '..', 'assets', 'profiles', 'meters')
const ids = readdirSync(folder)
  .filter((name) => name.endsWith('.golden.yaml'))
  .map((name) => name.replace('.golden.yaml', ''))

describe('a written profile', () => {
  it.each(ids)('of %s reads back as the same, and so do its golden words', (id) => {
    const profile = readMeterProfile(readFileSync(join(folder, `${id}.yaml`), 'utf8'), 'original')
    const golden = readGolden(readFileSync(join(folder, `${id}.golden.yaml`), 'utf8'), 'original')
    if (!profile.ok || !golden.ok) throw new Error('the original is broken')
    expect(readMeterProfile(writeMeterProfile(profile.profile, ['one', 'two\nthree: 4']), 'copy')).toEqual(profile)
    expect(readGolden(writeGolden(golden.profile, ['words']), 'copy')).toEqual(golden)
  })
})

const high = { wordOrder: 'high-first' } as const
const words = (value: number) => encodeRegister({ type: 'float32' }, value, high)
const quantity = (
  key: QuantityKey,
  address: number,
  value: number,
  shown: string | null,
): ProfileDraft['quantities'][number] => ({
  key,
  address,
  type: 'float32',
  wordOrder: 'high-first',
  scale: 1,
  every: 'fast',
  words: words(value),
  atMs: Date.UTC(2026, 10, 24, 1),
  shown,
})
const draft = (quantities: ProfileDraft['quantities'], more: Partial<ProfileDraft> = {}): ProfileDraft => ({
  id: 'acme-100',
  make: 'Acme',
  model: '100',
  document: 'read at the meter',
  readFrom: 'line bus, unit 3',
  space: 'input',
  transports: ['serial'],
  serial: null,
  line: { maxRegisters: 50, maxGap: 0, evenOnly: false, holes: [], timeoutMs: 500, quietMs: 0 },
  probe: { quantity: 'f', low: 40, high: 70 },
  notes: [],
  quantities,
  ...more,
})

describe('a profile made at the meter', () => {
  const good = [quantity('u_l1n', 0, 230.41, '230.4'), quantity('f', 70, 49.98, null)]
  it('says of each golden value who vouches for it', () => {
    const made = makeProfile(draft(good))
    if (!made.ok) throw new Error(made.problems.join())
    expect(made.witnesses).toBe(1)
    const golden = readGolden(made.goldenText, 'g')
    if (!golden.ok) throw new Error('golden')
    expect(golden.profile.cases[0]).toMatchObject({
      quantity: 'u_l1n',
      value: 230.4,
      words: words(230.41).map((word) => word.toString(16).toUpperCase()),
    })
    expect(golden.profile.cases[0]?.source).toContain("a person read 230.4 V from the meter's display")
    expect(golden.profile.cases[1]?.source).toContain('no independent witness')
    expect(made.profile).toMatchObject({
      confidence: 'low',
      quantities: { u_l1n: { address: 0, confidence: 'single-source' } },
    })
  })
  it.each([
    [
      'nobody looked at the display',
      [quantity('u_l1n', 0, 230.41, null), quantity('f', 70, 50, null)],
      /display shows for at least one/,
    ],
    [
      'the display says otherwise',
      [quantity('u_l1n', 0, 23.04, '230.4'), quantity('f', 70, 50, null)],
      /10 times too small/,
    ],
    ['the display shows zero', [quantity('i_l1', 6, 0, '0'), quantity('f', 70, 50, null)], /a zero proves neither/],
    [
      'two quantities overlap',
      [quantity('u_l1n', 0, 230, '230'), quantity('f', 1, 50, null)],
      /shares registers 1 to 1/,
    ],
    ['the probe is not assigned', [quantity('u_l1n', 0, 230, '230')], /probe 'f' is not among/],
    ['a quantity is assigned twice', [quantity('f', 0, 50, '50'), quantity('f', 2, 50, null)], /assigned twice/],
    ['what was typed is no number', [quantity('f', 0, 50, 'about fifty')], /is no number/],
  ] as const)('is refused when %s', (_, quantities, message) => {
    const made = makeProfile(draft([...quantities]))
    expect(made.ok ? '' : made.problems.join('; ')).toMatch(message)
  })
  it('keeps a register whose word order differs from the others', () => {
    const made = makeProfile(
      draft([...good, { ...quantity('i_l1', 6, 5, null), wordOrder: 'low-first', words: [...words(5)].reverse() }]),
    )
    expect(made.ok && made.profile.quantities.i_l1?.wordOrder).toBe('low-first')
    expect(made.ok && made.profile.wordOrder).toBe('high-first')
  })
})

describe('a display', () => {
  it.each([
    ['u_l1n', 230.41, '230.4', true],
    ['u_l1n', 230.41, '230,4', true],
    ['u_l1n', 230.41, '2304', false],
    ['e_import', 12345.67, '12345.7', true],
    ['e_import', 12345.67, '12395', false],
    ['p_total', -4300, '4300', false],
    ['f', 49.98, '50.0', true],
    ['f', 49.98, '60', false],
    ['f', null, '50', false],
  ] as const)('%s read as %s and shown as %s: %s', (key, decoded, shown, ok) => {
    expect(judgeWitness(key, decoded, shown).ok).toBe(ok)
  })
})
