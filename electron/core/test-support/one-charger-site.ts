import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Caller } from '../../../shared/api/define.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { encodeRegister } from '../../../shared/profile/codec.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { readMeterProfile } from '../../../shared/profile/read-profile.ts'
import { readSite } from '../../../shared/site/read-site.ts'
import { createCore } from '../core.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import { createFakeClock } from './fake-clock.ts'
import { createFakeLine, type FakeReply } from './fake-line.ts'
import { chargerProfile, createFakeRecorder, noArchive, noSiteEditor } from './fake-site.ts'

const shelf = join(import.meta.dirname, '..', '..', '..', 'assets', 'profiles', 'meters')
export const meterProfileOf = (id: string): MeterProfile => {
  const result = readMeterProfile(readFileSync(join(shelf, `${id}.yaml`), 'utf8'), `${id}.yaml`)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.profile
}

/** What a meter says, by quantity; whatever is left out reads 0, like an unused register. */
export type Says = Readonly<Partial<Record<string, number>>>

const caller: Caller = { role: 'operator', name: 'Test' }
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

const float = (value: number): [number, number] => {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return [view.getUint16(0), view.getUint16(2)]
}

/** The registers of a meter in its own words; `spoil` is what happens to the words on their way, e.g. another word order. */
export const registersOf = (
  profile: MeterProfile,
  says: Says,
  spoil: (words: readonly number[]) => readonly number[] = (words) => words,
): ReadonlyMap<number, number> => {
  const words = new Map<number, number>()
  for (const [key, register] of Object.entries(profile.quantities))
    spoil(encodeRegister(register, says[key] ?? 0, profile)).forEach((word, index) =>
      words.set(register.address + index, word),
    )
  return words
}

export interface OneChargerOptions {
  readonly profile: string
  /** Yaml of a meter's own keys, e.g. "periodMs: 200". */
  readonly meter?: string
  readonly limitA?: number
  readonly fallbackA?: number
  readonly circuit?: string
  /** The car's largest current, A; three phases. */
  readonly carA?: number
  /** What the meter at the grid answers, once a request. `drawnA`: the car's true current now. */
  readonly answer: (request: ModbusRequest, drawnA: number, seconds: number) => FakeReply
}

/** The whole core with one meter at the grid and one charger with a car, registers in, registers out, on a fake clock. */
export const oneCharger = (options: OneChargerOptions) => {
  const profile = meterProfileOf(options.profile)
  const charger: ChargerProfile = chargerProfile
  const limitA = options.limitA ?? 40
  const text = `
version: 1
id: one
name: One charger
grid: { limit: ${limitA} }
lines:
  - { id: meter-lan, transport: tcp, host: 192.0.2.1, port: 502 }
  - { id: car-lan, transport: tcp, host: 192.0.2.2, port: 502 }
meters:
  - { id: incomer, profile: ${options.profile}, line: meter-lan${options.meter === undefined ? '' : `, ${options.meter}`} }
circuits:
  - { id: main, breaker: { standard: IEC 60898-1, curve: C, rating: ${limitA} }, meter: incomer${options.circuit === undefined ? '' : `, ${options.circuit}`} }
chargers:
  - { id: a, profile: ${charger.id}, line: car-lan, circuit: main, maximum: 32, fallback: ${options.fallbackA ?? 6}${options.circuit?.includes('phases: [L1]') === true ? ', phases: [L1]' : ''} }
control: { increaseDelay: 5, resumeDelay: 5 }
`
  const read = readSite(text, 'site.yaml', {
    meters: new Map([[profile.id, profile]]),
    chargers: new Map([[charger.id, charger]]),
  })
  if (!read.ok) throw new Error(read.message)
  const clock = createFakeClock()
  const startMs = clock.monotonicMs()
  const car = { maximumA: options.carA ?? 16, limitA: 0, wasA: 0, changedMs: -Infinity }
  /** A car follows two seconds after its limit, and draws nothing below 6 A. */
  const drawnA = (): number => {
    const amperes = Math.min(car.maximumA, clock.monotonicMs() - car.changedMs >= 2000 ? car.limitA : car.wasA)
    return amperes >= 6 ? amperes : 0
  }
  const carAnswers = (request: ModbusRequest): FakeReply => {
    if (!('count' in request)) {
      const view = new DataView(new ArrayBuffer(4))
      request.words.forEach((word, index) => view.setUint16(index * 2, word))
      const next = view.getFloat32(0)
      if (next !== car.limitA) Object.assign(car, { wasA: car.limitA, changedMs: clock.monotonicMs() })
      car.limitA = next
      return { words: [] }
    }
    const words = new Map<number, number>()
    const put = (address: number, values: readonly number[]) =>
      values.forEach((word, index) => words.set(address + index, word))
    for (const address of [306, 308, 310]) put(address, float(230))
    for (const address of [320, 322, 324]) put(address, float(drawnA()))
    put(1201, [drawnA() > 0 ? 0x4332 : 0x4232, 0, 0, 0, 0])
    put(1206, float(car.limitA))
    put(1210, float(car.limitA))
    put(1208, [0, 60])
    return { words: Array.from({ length: request.count }, (_, index) => words.get(request.address + index) ?? 0) }
  }
  const { recorder } = createFakeRecorder()
  let ids = 0
  const core = createCore({
    site: read.site,
    siteText: text,
    siteWarnings: [],
    meterProfiles: new Map([[profile.id, profile]]),
    chargerProfiles: new Map([[charger.id, charger]]),
    mbusProfiles: new Map(),
    clock,
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (message, data) => {
        throw new Error(`${message} ${JSON.stringify(data)}`)
      },
    },
    newId: () => uuid((ids += 1)),
    openLine: (line) =>
      createFakeLine(line.id, clock, (request) =>
        line.id === 'car-lan'
          ? carAnswers(request)
          : options.answer(request, drawnA(), (clock.monotonicMs() - startMs) / 1000),
      ),
    openMbusLine: () => {
      throw new Error('this site has no M-Bus')
    },
    recorder,
    archive: noArchive,
    lock: { held: true, holder: null, release: async () => undefined },
    siteEditor: noSiteEditor,
    profileShelf: {
      list: async () => ({ builtIn: [], own: [] }),
      save: async () => ({ ok: true, files: [], backups: [] }),
    },
    listSerialPorts: async () => [],
    reopen: () => undefined,
    version: '0.0.0',
  })
  let live: Live | null = null
  core.start()
  core.handlers['live'](
    {},
    (value) => {
      live = value
    },
    caller,
  )
  return {
    clock,
    profile,
    car,
    drawnA,
    warnings: read.warnings.map(({ message }) => message),
    arm: () => core.handlers['control.arm']({ intentId: uuid(900), who: 'Test', reason: 'a test' }, caller),
    live: (): Live => {
      if (live === null) throw new Error('no live frame yet')
      return live
    },
    findings: () => {
      if (live === null) throw new Error('no live frame yet')
      return live.findings
    },
    /** Closing waits for exchanges in flight, so time must go on meanwhile. */
    stop: async () => {
      const stopped = core.stop('the test is over')
      await clock.advance(5000)
      await stopped
    },
  }
}
