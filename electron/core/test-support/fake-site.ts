import type { SiteEditor } from '../site-ports.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { encodeRegister } from '../../../shared/profile/codec.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { readChargerProfile, readMeterProfile } from '../../../shared/profile/read-profile.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'
import { siteSchema, type Site } from '../../../shared/site/site.ts'
import type { Archive } from '../archive-port.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import type { Recorder } from '../record/recorder.ts'
import type { FakeReply } from './fake-line.ts'

const profiles = join(import.meta.dirname, '..', '..', '..', 'assets', 'profiles')
const read = <P>(
  kind: string,
  id: string,
  parse: (text: string, name: string) => { ok: true; profile: P } | { ok: false; problems: unknown },
): P => {
  const result = parse(readFileSync(join(profiles, kind, `${id}.yaml`), 'utf8'), `${id}.yaml`)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.profile
}
export const meterProfile: MeterProfile = read('meters', 'janitza-umg', readMeterProfile)
export const chargerProfile: ChargerProfile = read('chargers', 'alfen-eve', readChargerProfile)

/** Two feeders with a meter each under one incomer, one charger under each. Every device on a line of its own. */
export const fakeSite = (periodMs: number): Site =>
  siteSchema.parse({
    version: 1,
    id: 'two-feeders',
    name: 'Two feeders',
    grid: { limit: 100 },
    lines: ['meter-0', 'meter-1', 'meter-2', 'car-1', 'car-2'].map((id, index) => ({
      id,
      transport: 'tcp',
      host: '192.0.2.1',
      port: 502 + index,
    })),
    meters: [0, 1, 2].map((index) => ({
      id: `m${index}`,
      profile: meterProfile.id,
      line: `meter-${index}`,
      unit: 1,
      periodMs,
    })),
    circuits: [
      { id: 'main', meter: 'm0', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 100 } },
      { id: 'f1', parent: 'main', meter: 'm1', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 40 } },
      { id: 'f2', parent: 'main', meter: 'm2', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 40 } },
    ],
    chargers: [1, 2].map((index) => ({
      id: `c${index}`,
      profile: chargerProfile.id,
      line: `car-${index}`,
      unit: 1,
      circuit: `f${index}`,
      maximum: 32,
      fallback: 7,
    })),
  })

/** Answers reads from encoded quantities like the real device; null words are registers nobody asked the fake to fill. */
export const meterAnswers =
  (currentA: () => number) =>
  (request: ModbusRequest): FakeReply => {
    if (!('count' in request)) return { exception: 1 }
    const words = new Map<number, number>()
    for (const [key, register] of Object.entries(meterProfile.quantities)) {
      const value =
        (
          { i_l1: currentA(), i_l2: currentA(), i_l3: currentA(), f: 50, e_import: 1234.5 } as Partial<
            Record<QuantityKey, number>
          >
        )[key as QuantityKey] ?? (key.startsWith('u_l') ? (/l\dl\d/.test(key) ? 400 : 230) : 0)
      const encoded = encodeRegister(register, value, meterProfile)
      if (!Array.isArray(encoded)) throw new Error(`${key}: ${JSON.stringify(encoded)}`)
      encoded.forEach((word, index) => words.set(register.address + index, word))
    }
    return { words: Array.from({ length: request.count }, (_, index) => words.get(request.address + index) ?? 0) }
  }

const float = (value: number): [number, number] => {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return [view.getUint16(0), view.getUint16(2)]
}

/** A socket with a three-phase car that takes what it is allowed, after the Alfen register guide. */
export const createFakeCharger = () => {
  const state = { limitA: 32, drawn: () => (state.limitA >= 6 ? Math.min(state.limitA, 32) : 0) }
  const answer = (request: ModbusRequest): FakeReply => {
    if (!('count' in request)) {
      const view = new DataView(new ArrayBuffer(4))
      request.words.forEach((word, index) => view.setUint16(index * 2, word))
      state.limitA = view.getFloat32(0)
      return { words: [] }
    }
    const words = new Map<number, number>()
    const put = (address: number, values: readonly number[]) =>
      values.forEach((word, index) => words.set(address + index, word))
    for (const address of [306, 308, 310]) put(address, float(230))
    for (const address of [320, 322, 324]) put(address, float(state.drawn()))
    put(1201, [0x4332, 0, 0, 0, 0])
    put(1206, float(state.limitA))
    put(1210, float(state.limitA))
    put(1208, [0, 60])
    return { words: Array.from({ length: request.count }, (_, index) => words.get(request.address + index) ?? 0) }
  }
  return { state, answer }
}

/** Keeps nothing but counts; what the store does is tested with the real one. */
export const createFakeRecorder = () => {
  const rows = { readings: 0, intervals: 0, events: [] as string[], audit: [] as string[] }
  const recorder: Recorder = {
    appendReadings: async (items) => {
      rows.readings += items.length
    },
    appendIntervals: async (items) => {
      rows.intervals += items.length
    },
    appendEvents: async (items) => {
      rows.events.push(...items.map((item) => item.kind))
    },
    appendDecision: async () => undefined,
    appendWrite: async () => undefined,
    appendQuality: async () => undefined,
    appendAudit: async (row) => {
      rows.audit.push(row.action)
      return { ...row, seq: rows.audit.length, hash: '' }
    },
    readings: async () => [],
    history: async () => ({ startMs: 0, bucketMs: 1000, columns: [] }),
    intervals: async () => [],
    events: async () => [],
    decisions: async () => [],
    writes: async () => [],
    audit: async () => [],
    quality: async () => [],
    status: () => ({ state: 'ok', problem: null, readingsSinceMs: null, bytes: 0 }),
    close: async () => undefined,
  }
  return { rows, recorder }
}

export const noArchive = {} as Archive

/** A site file nobody changes. */
export const noSiteEditor: SiteEditor = {
  file: 'site.yaml',
  read: () => Promise.resolve({ ok: false, message: 'this site has no file' }),
  check: () => Promise.resolve([]),
  replace: () => Promise.resolve({ ok: false, problems: ['this site has no file'] }),
  add: () => Promise.resolve({ ok: true }),
  setProfile: () => Promise.resolve({ ok: true }),
}
