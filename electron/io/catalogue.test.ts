import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { limitInAmperes } from '../../shared/profile/charger-limit.ts'
import { canPause, type ChargerProfile } from '../../shared/profile/charger-profile.ts'
import { decodeStatus } from '../../shared/profile/charger-status.ts'
import { decodeRegister, encodeRegister } from '../../shared/profile/codec.ts'
import { describeSource } from '../../shared/profile/describe.ts'
import { readGolden } from '../../shared/profile/read-profile.ts'
import { planReads } from '../../shared/profile/read-plan.ts'
import type { Register } from '../../shared/profile/register.ts'
import { quantities, type QuantityKey } from '../../shared/quantities.ts'
import { loadCatalogue } from './catalogue.ts'

const folder = fileURLToPath(new URL('../../assets/profiles', import.meta.url))
const catalogue = await loadCatalogue(folder)
const golden = async (kind: 'meters' | 'chargers', id: string) => {
  const file = join(folder, kind, `${id}.golden.yaml`)
  const read = readGolden(await readFile(file, 'utf8'), file)
  if (!read.ok) throw new Error(`golden file of ${id}: ${JSON.stringify(read.problems)}`)
  return read.profile
}
const numbers = (words: readonly string[]) => words.map((word) => parseInt(word, 16))
const within = (actual: number, expected: number) =>
  Math.abs(actual - expected) <= Math.max(1e-9, Math.abs(expected) * 1e-4)
const expectSame = (decoded: unknown, value: number | string | null, what: string) => {
  if (value === null) expect(decoded, what).toBe('not-available')
  else
    expect(
      typeof decoded === 'object' && within((decoded as { value: number }).value, value as number),
      `${what}: ${JSON.stringify(decoded)} for ${value}`,
    ).toBe(true)
}

describe('the profiles that come with the program', () => {
  it('are all there and all sound', () => {
    expect(catalogue.problems).toEqual([])
    expect([...catalogue.meters.keys()].sort()).toEqual([
      'abb-b23-b24',
      'abb-m4m',
      'accuenergy-acuvim-ii',
      'accuenergy-acuvim-l',
      'bender-rcmb300',
      'bender-rcms410',
      'carlo-gavazzi-em24',
      'carlo-gavazzi-em24-e1',
      'carlo-gavazzi-em340',
      'carlo-gavazzi-em540',
      'carlo-gavazzi-em580',
      'cet-imeter-6',
      'eastron-sdm120',
      'eastron-sdm230',
      'eastron-sdm630',
      'eastron-sdm72',
      'eaton-pxr25',
      'ge-epm-9650',
      'ge-pqm',
      'inepro-pro380',
      'janitza-umg',
      'lovato-dmg610',
      'phoenix-eem-em3xx',
      'phoenix-eem-ma37x',
      'phoenix-eem-ma37x-high-first',
      'pqplus-umd',
      'satec-em133',
      'schneider-iem3155',
      'schneider-micrologic',
      'schneider-pm3255',
      'schneider-pm5000',
      'schneider-vigipact-rhu',
      'shelly-pro-3em',
      'siemens-pac1600',
      'siemens-pac2200',
      'siemens-pac3200',
      'siemens-pac4200',
      'siemens-sicam-q100',
      'socomec-countis-e',
      'socomec-diris-a10',
      'socomec-diris-a40',
      'socomec-diris-b30',
      'sunspec-meter',
      'sunspec-meter-float',
    ])
    expect([...catalogue.chargers.keys()].sort()).toEqual([
      'abb-terra-ac',
      'abl-emh',
      'alfen-eve',
      'alpitronic-hyc',
      'bender-cc61x',
      'compleo-ebox',
      'delta-ac-max',
      'enovates-eno-one',
      'etrel-inch',
      'heidelberg-energy-control',
      'keba-p30',
      'keba-p40',
      'mennekes-amtron-compact',
      'mennekes-hcc3',
      'obo-ion',
      'phoenix-charx',
      'phoenix-em-cp-pp-eth',
      'phoenix-ev-cc-eth',
      'schneider-evlink-pro-ac',
      'siemens-versicharge',
      'vestel-evc04',
      'victron-evcs',
      'webasto-next',
      'weidmueller-ac-smart',
    ])
  })

  it.each([...catalogue.meters.values()].map((profile) => [profile.id, profile] as const))(
    '%s decodes its golden words',
    async (id, profile) => {
      const { cases, records = [], samples = [] } = await golden('meters', id)
      const isRecorder = profile.logs !== undefined || profile.captures !== undefined
      // A residual current monitor has fewer registers than a meter; a recorder's golden words are also those of its records and samples.
      const fewest = isRecorder
        ? 2
        : profile.protection === undefined
          ? 6
          : Math.min(3, Object.keys(profile.quantities).length)
      expect(cases.length + records.length + samples.length).toBeGreaterThanOrEqual(fewest)
      for (const { quantity, words, value, source } of cases) {
        const register = profile.quantities[quantity as QuantityKey] as Register
        expectSame(decodeRegister(register, numbers(words), profile), value, `${quantity} (${source})`)
      }
      const types = new Set(Object.values(profile.quantities).map((register) => register.type))
      const covered = new Set(cases.map(({ quantity }) => profile.quantities[quantity as QuantityKey]?.type))
      expect(
        [...types].filter((type) => !covered.has(type)),
        'types without a golden case',
      ).toEqual([])
    },
  )

  it.each([...catalogue.chargers.values()].map((profile) => [profile.id, profile] as const))(
    '%s decodes its golden words',
    async (id, profile) => {
      const { cases } = await golden('chargers', id)
      expect(cases.length).toBeGreaterThanOrEqual(6)
      for (const { quantity, words, value, source } of cases) {
        const what = `${quantity} (${source})`
        if (quantity === 'status')
          expect(decodeStatus(profile.status, numbers(words), profile.wordOrder).value, what).toBe(value)
        else if (quantity === 'limit-write')
          expect(encodeRegister(limitInAmperes(profile), value as number, profile), what).toEqual(numbers(words))
        else
          expectSame(
            decodeRegister(profile.quantities[quantity as 'limit'] as Register, numbers(words), profile),
            value,
            what,
          )
      }
      expect(cases.filter(({ quantity }) => quantity === 'status').length).toBeGreaterThan(2)
      expect(cases.filter(({ quantity }) => quantity === 'limit-write').length).toBeGreaterThan(1)
    },
  )

  it('a sweep of an SDM630 takes four requests, its fast quantities one', () => {
    const sdm = catalogue.meters.get('eastron-sdm630')!
    expect(planReads(sdm, ['fast', 'normal', 'slow'])).toHaveLength(4)
    expect(planReads(sdm, ['fast'])).toHaveLength(1)
    expect(Object.keys(sdm.quantities)).toHaveLength(82)
  })

  it('the PAC2200 is read around the registers it does not have', () => {
    const blocks = planReads(catalogue.meters.get('siemens-pac2200')!, ['fast', 'normal', 'slow'])
    expect(blocks.map(({ address, count }) => [address, address + count - 1])).toEqual([
      [1, 42],
      [55, 72],
      [801, 816],
    ])
  })

  it('the Carlo Gavazzi is never asked for a register that its table lacks', () => {
    const profile = catalogue.meters.get('carlo-gavazzi-em340')!
    const listed = new Set(
      Object.values(profile.quantities).flatMap(({ address, type }) =>
        type === 'int16' ? [address] : [address, address + 1],
      ),
    )
    for (const { address, count } of planReads(profile, ['fast', 'normal', 'slow'])) {
      for (let register = address; register < address + count; register += 1)
        expect(listed.has(register), `register ${register}`).toBe(true)
    }
  })

  it('every meter gives voltage, current and power of each phase at the fast rate, but for those that cannot', () => {
    const ofEachPhase = ['u_l1n', 'u_l2n', 'u_l3n', 'i_l1', 'i_l2', 'i_l3', 'p_l1', 'p_l2', 'p_l3'] as const
    const onlyThese: Readonly<Record<string, readonly QuantityKey[]>> = {
      'eastron-sdm120': ['u_l1n', 'i_l1', 'p_l1'],
      'eastron-sdm230': ['u_l1n', 'i_l1', 'p_l1'],
      'abb-m4m': ['u_l1n', 'u_l2n', 'u_l3n', 'i_l1', 'i_l2', 'i_l3'],
      'accuenergy-acuvim-l': ['u_l1n', 'u_l2n', 'u_l3n'],
      // Recorders that are read for what they keep.
      'ge-epm-9650': [],
      'ge-pqm': [],
      'siemens-sicam-q100': ['u_l1n', 'u_l2n', 'u_l3n', 'i_l1', 'i_l2', 'i_l3'],
      // Trip units and residual current monitors: what they have is no meter.
      'eaton-pxr25': ['u_l1n', 'u_l2n', 'u_l3n', 'i_l1', 'i_l2', 'i_l3'],
      'schneider-micrologic': ['u_l1n', 'u_l2n', 'u_l3n', 'i_l1', 'i_l2', 'i_l3'],
      'bender-rcmb300': [],
      'bender-rcms410': [],
      'schneider-vigipact-rhu': [],
    }
    for (const profile of catalogue.meters.values()) {
      for (const key of ofEachPhase) {
        const expected = (onlyThese[profile.id] ?? ofEachPhase).includes(key) ? 'fast' : undefined
        expect(profile.quantities[key]?.every, `${profile.id} ${key}`).toBe(expected)
      }
      for (const key of Object.keys(profile.quantities)) expect(Object.hasOwn(quantities, key)).toBe(true)
    }
  })

  it('doubt that the sources leave is in the profile', () => {
    const doubt = (id: string, key: QuantityKey) => catalogue.meters.get(id)?.quantities[key]?.confidence
    expect(doubt('carlo-gavazzi-em24', 'e_import')).toBe('conflicting')
    expect(doubt('lovato-dmg610', 'f')).toBe('conflicting')
    expect(doubt('satec-em133', 'i_l1')).toBe('conflicting')
    expect(doubt('abb-b23-b24', 'i_n')).toBe('single-source')
    const low = [...catalogue.meters.values()].filter(({ confidence }) => confidence === 'low')
    expect(low.map(({ id }) => id).sort()).toEqual(['abb-m4m', 'accuenergy-acuvim-l', 'siemens-pac1600'])
  })

  it('an EM24 is never asked for more than 11 registers, and its fast quantities take three requests', () => {
    const em24 = catalogue.meters.get('carlo-gavazzi-em24')!
    const blocks = planReads(em24, ['fast', 'normal', 'slow'])
    expect(Math.max(...blocks.map(({ count }) => count))).toBeLessThanOrEqual(11)
    expect(planReads(em24, ['fast'])).toHaveLength(3)
  })

  it('the word order a device was set to is told apart by the frequency', () => {
    const words = numbers(['4247', 'EB85'])
    const read = (id: string) => {
      const profile = catalogue.meters.get(id)!
      const decoded = decodeRegister(profile.quantities.f!, words, profile)
      return typeof decoded === 'object' && decoded.value >= profile.probe.low && decoded.value <= profile.probe.high
    }
    expect(read('phoenix-eem-ma37x-high-first')).toBe(true)
    expect(read('phoenix-eem-ma37x')).toBe(false)
    words.reverse()
    expect(read('phoenix-eem-ma37x-high-first')).toBe(false)
    expect(read('phoenix-eem-ma37x')).toBe(true)
  })

  it('the ABL is asked for its block of five registers and for nothing else', () => {
    expect(
      planReads(catalogue.chargers.get('abl-emh')!, ['fast', 'normal', 'slow']).map(
        ({ functionCode, address, count }) => [functionCode, address, count],
      ),
    ).toEqual([[3, 46, 5]])
  })

  it('a charger’s watchdog, and what it cannot do, is data', () => {
    const { chargers } = catalogue
    const byKind = new Map<string, string[]>()
    for (const { id, watchdog } of chargers.values())
      byKind.set(watchdog.kind, [...(byKind.get(watchdog.kind) ?? []), id])
    expect(Object.fromEntries([...byKind].map(([kind, ids]) => [kind, ids.sort()]))).toEqual({
      poll: ['abb-terra-ac', 'heidelberg-energy-control', 'obo-ion'],
      'setpoint-validity': ['alfen-eve'],
      lifebit: ['schneider-evlink-pro-ac', 'vestel-evc04', 'webasto-next'],
      token: ['mennekes-amtron-compact'],
      'timeout-write': ['keba-p30', 'keba-p40', 'weidmueller-ac-smart'],
      configuration: ['abl-emh', 'bender-cc61x', 'delta-ac-max', 'etrel-inch', 'phoenix-charx'],
      none: [
        'alpitronic-hyc',
        'compleo-ebox',
        'enovates-eno-one',
        'mennekes-hcc3',
        'phoenix-em-cp-pp-eth',
        'phoenix-ev-cc-eth',
        'siemens-versicharge',
        'victron-evcs',
      ],
    })
    const idsWith = (has: (profile: ChargerProfile) => boolean) =>
      [...chargers.values()]
        .filter(has)
        .map(({ id }) => id)
        .sort()
    const monitored = ['abl-emh', 'alpitronic-hyc', 'delta-ac-max', 'phoenix-em-cp-pp-eth', 'phoenix-ev-cc-eth']
    expect(idsWith(({ monitoredOnly }) => monitoredOnly !== undefined)).toEqual(monitored)
    expect(idsWith(({ limit, monitoredOnly }) => limit.readBack === null && monitoredOnly === undefined)).toEqual([
      'keba-p30',
      'mennekes-amtron-compact',
      'obo-ion',
      'phoenix-charx',
      'webasto-next',
    ])
    expect(idsWith(({ enable }) => enable !== undefined)).toEqual([
      'keba-p30',
      'mennekes-amtron-compact',
      'obo-ion',
      'phoenix-charx',
      'victron-evcs',
    ])
    expect(idsWith((profile) => !canPause(profile))).toEqual(monitored)
    expect(idsWith(({ framing }) => framing === 'ascii')).toEqual(['abl-emh'])
    expect(idsWith(({ phaseSwitch }) => phaseSwitch !== null)).toEqual([
      'alfen-eve',
      'heidelberg-energy-control',
      'keba-p30',
      'keba-p40',
      'mennekes-amtron-compact',
      'vestel-evc04',
      'victron-evcs',
    ])
    // Of these a document says how to switch, and a register says where they are.
    expect(idsWith(({ phaseSwitch }) => phaseSwitch?.steered !== undefined)).toEqual(['alfen-eve', 'vestel-evc04'])
  })

  it('a fed watchdog writes the words its maker or a field project writes', () => {
    const fed = (id: string) => {
      const { watchdog, wordOrder } = catalogue.chargers.get(id)!
      if (watchdog.kind !== 'token' && watchdog.kind !== 'lifebit' && watchdog.kind !== 'timeout-write')
        throw new Error(`${id} is not fed`)
      return [
        watchdog.register.address,
        watchdog.register.functionCode,
        ...encodeRegister(watchdog.register, watchdog.value, { wordOrder }),
      ]
    }
    expect(fed('mennekes-amtron-compact')).toEqual([0x0d00, 6, 0x55aa])
    expect(fed('vestel-evc04')).toEqual([6000, 6, 1])
    expect(fed('webasto-next')).toEqual([6000, 6, 1])
    expect(fed('schneider-evlink-pro-ac')).toEqual([4000, 6, 1])
    expect(fed('keba-p40')).toEqual([5018, 6, 60])
    // The same in both word orders, because the only source reads with one and writes with the other.
    expect(fed('weidmueller-ac-smart')).toEqual([11050, 16, 1, 1])
  })

  it('a source says register, period, blind time and doubt', () => {
    const sdm = catalogue.meters.get('eastron-sdm630')!
    expect(describeSource(sdm, 'f', 500)).toEqual({
      register: 'input registers 70-71 (0x0046), float32, high word first, x1 (FC 4)',
      periodMs: 1000,
      windowMs: null,
      blindMs: 1000,
      confidence: 'confirmed',
    })
    expect(describeSource(sdm, 'u_l1n', 250)).toMatchObject({ periodMs: 250, blindMs: 250 })
    expect(
      describeSource({ ...sdm, capabilities: { ...sdm.capabilities, windowMs: 200 } }, 'u_l1n', 250),
    ).toMatchObject({ windowMs: 200, blindMs: 50 })
    expect(
      describeSource({ ...sdm, capabilities: { ...sdm.capabilities, windowMs: 400 } }, 'u_l1n', 250),
    ).toMatchObject({ blindMs: 0 })
    expect(describeSource(catalogue.meters.get('siemens-pac2200')!, 'i_n', 1000).confidence).toBe('single-source')
    expect(describeSource(catalogue.meters.get('schneider-iem3155')!, 'e_import_float', 1000)).toMatchObject({
      periodMs: 10_000,
      confidence: 'conflicting',
    })
    expect(describeSource(catalogue.meters.get('carlo-gavazzi-em340')!, 'pf_l1', 1000).register).toBe(
      'input register 46 (0x002E), int16, x0.001 (FC 4)',
    )
  })
})

describe('loadCatalogue', () => {
  const made: string[] = []
  afterAll(async () => {
    for (const path of made) await rm(path, { recursive: true })
  })
  const copy = async () => {
    const root = await mkdtemp(join(tmpdir(), 'catalogue-'))
    made.push(root)
    await cp(folder, root, { recursive: true })
    return root
  }

  it('lets the user’s profile override one of the same id, but not without its golden file or against it', async () => {
    const user = await mkdtemp(join(tmpdir(), 'catalogue-'))
    made.push(user)
    await mkdir(join(user, 'meters'))
    const text = await readFile(join(folder, 'meters', 'eastron-sdm630.yaml'), 'utf8')
    await writeFile(join(user, 'meters', 'eastron-sdm630.yaml'), text.replace('maxRegisters: 80', 'maxRegisters: 50'))
    const without = await loadCatalogue(folder, user)
    expect(without.meters.get('eastron-sdm630')?.line.maxRegisters).toBe(80)
    expect(
      without.problems.map(({ file, line, column, severity, message }) => [file, line, column, severity, message]),
    ).toEqual([
      [join(user, 'meters', 'eastron-sdm630.yaml'), 1, 1, 'error', expect.stringContaining('no golden file') as string],
      [
        join(user, 'meters', 'eastron-sdm630.yaml'),
        1,
        1,
        'warning',
        expect.stringContaining("the program's own") as string,
      ],
    ])
    const words = await readFile(join(folder, 'meters', 'eastron-sdm630.golden.yaml'), 'utf8')
    await writeFile(join(user, 'meters', 'eastron-sdm630.golden.yaml'), words.replace('value: 49.98', 'value: 4998'))
    const against = await loadCatalogue(folder, user)
    expect(against.meters.get('eastron-sdm630')?.line.maxRegisters).toBe(80)
    expect(against.problems[0]?.message).toContain('f: 4247 EB85 reads 49.98 instead of 4998')
    await writeFile(join(user, 'meters', 'eastron-sdm630.golden.yaml'), words)
    const loaded = await loadCatalogue(folder, user)
    expect(loaded.meters.get('eastron-sdm630')?.line.maxRegisters).toBe(50)
    expect(loaded.meters.size).toBe(catalogue.meters.size)
    expect(loaded.problems).toEqual([])
  })

  it('leaves out what can’t be used and tells why', async () => {
    const root = await copy()
    await writeFile(join(root, 'meters', 'siemens-pac2200.yaml'), 'id: [')
    await writeFile(
      join(root, 'chargers', 'other.yaml'),
      await readFile(join(folder, 'chargers', 'alfen-eve.yaml'), 'utf8'),
    )
    await rm(join(root, 'chargers', 'abb-terra-ac.golden.yaml'))
    await writeFile(
      join(root, 'meters', 'janitza-umg.golden.yaml'),
      'profile: janitza-umg\ncases: [{ quantity: i_x, words: ["0000"], value: 1, source: a }]',
    )
    const loaded = await loadCatalogue(root)
    expect(loaded.meters.has('siemens-pac2200')).toBe(false)
    expect(loaded.chargers.has('other')).toBe(false)
    const told = loaded.problems.map(({ message }) => message).join('\n')
    expect(told).toMatch(/calls itself 'alfen-eve'/)
    expect(told).toMatch(/'abb-terra-ac' is refused: it has no golden file/)
    expect([loaded.chargers.has('abb-terra-ac'), loaded.meters.has('janitza-umg')]).toEqual([false, false])
    expect(told).toMatch(/'i_x' is not in the profile/)
    expect(loaded.problems.some(({ file }) => file.endsWith('siemens-pac2200.yaml'))).toBe(true)
  })

  it('tells a missing folder', async () => {
    const loaded = await loadCatalogue('/nonexistent')
    expect(loaded.meters.size).toBe(0)
    expect(loaded.problems.map(({ message }) => message)).toEqual(
      Array(3).fill("the folder of profiles can't be read (ENOENT)"),
    )
  })

  it('finds no stray files beside the profiles', async () => {
    for (const kind of ['meters', 'chargers']) {
      const names = await readdir(join(folder, kind))
      expect(names.filter((name) => !name.endsWith('.yaml'))).toEqual([])
    }
  })
})

describe('an EM24', () => {
  it('is never asked for more than the 11 registers of its limit in one read, and needs that: its values reach further', () => {
    const em24 = catalogue.meters.get('carlo-gavazzi-em24')
    if (em24 === undefined) throw new Error('it is not in the catalogue')
    expect(em24.line.maxRegisters).toBe(11)
    for (const cadences of [['fast'], ['slow'], ['fast', 'slow']] as const) {
      for (const { count } of planReads(em24, cadences)) expect(count).toBeLessThanOrEqual(11)
    }
    expect(
      planReads({ ...em24, line: { ...em24.line, maxRegisters: 125 } }, ['fast', 'slow']).some(
        ({ count }) => count > 11,
      ),
    ).toBe(true)
  })
})
