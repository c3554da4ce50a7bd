import { expect, it } from 'vitest'
import type { Handlers } from '../../../../shared/api/define.ts'
import type { TripscopeContract } from '../../../../shared/api/contract.ts'
import { readComtrade } from '../../../../shared/comtrade/read-comtrade.ts'
import { siteSchema } from '../../../../shared/site/site.ts'
import { bytesSource } from '../../../../shared/wave-record/byte-source.ts'
import { createArchive } from '../../../io/archive.ts'
import { packCapture } from '../../meter-records/capture-book.ts'
import { meterSourceState } from '../../waves/wave-states.ts'
import { viewFiles } from './view-files.ts'

const site = siteSchema.parse({
  version: 1,
  id: 'yard',
  name: 'Yard',
  grid: { limit: 63 },
  lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
  meters: [{ id: 'm1', name: 'Feeder 1', profile: 'cet-imeter-6', line: 'lan', unit: 1 }],
  circuits: [{ id: 'main', limit: 63, meter: 'm1' }],
})
const fromMs = Date.UTC(2026, 10, 28, 3, 12, 45)
const volts = Float32Array.from({ length: 640 }, (_, index) => 325 * Math.sin((2 * Math.PI * index) / 128))
const bytes = packCapture({
  raw: {
    key: 'k',
    time: null,
    rateHz: 6400,
    rateFrom: 'counted',
    channels: [{ name: 'u1', unit: 'V', samples: volts }],
  },
  device: 'CET iMeter 6, Feeder 1; captured by the meter itself',
  fromMs,
  readAtMs: fromMs,
})
const capture = {
  captureId: `m1-${fromMs}`,
  source: 'm1',
  cause: { kind: 'meter', rateFrom: 'counted', hasTime: true },
  atMs: fromMs,
  fromMs,
  toMs: fromMs + 100,
  samples: 640,
  bytes: bytes.length,
  isWhole: true,
  clock: { aheadMs: 4200, uncertaintyMs: 80, isCorrected: true },
} as const
const source = meterSourceState({
  meterId: 'm1',
  name: 'Feeder 1',
  procedure: 'comtrade-files',
  accuracyClass: null,
  missing: [],
  device: 'CET iMeter 6',
  isReading: false,
})
const told = {
  'waves.sources': (_input: object, push: (value: object) => void) => {
    push({ analysis: { state: 'closed', problem: null, restarts: 0 }, sources: [source] })
    return () => undefined
  },
  'waves.captures': () => Promise.resolve([capture]),
  'waves.capture': async function* () {
    yield { at: 0, total: bytes.length, bytes }
  },
  'trips.list': (_input: object, push: (value: object) => void) => {
    push({ incidents: [] })
    return () => undefined
  },
}

it('what a meter captured is in a snapshot as it was read and as COMTRADE, with what its times are worth', async () => {
  const remarks: string[] = []
  const parts = {
    site,
    handlers: told as unknown as Handlers<TripscopeContract>,
    clock: { nowMs: () => fromMs + 1000 },
    recorder: { quality: () => Promise.resolve([]) },
  }
  const wish = {
    range: { fromMs: fromMs - 60_000, toMs: fromMs + 60_000 },
    archive: createArchive(),
    remarks,
    isAnonymous: false,
  }
  const files = new Map<string, Uint8Array>()
  for await (const { name, content } of viewFiles(parts, wish)) {
    const pieces: Uint8Array[] = []
    for await (const piece of content()) pieces.push(piece)
    files.set(name, Uint8Array.from(pieces.flatMap((piece) => [...piece])))
  }
  const base = `waves/m1/m1-${fromMs}`
  expect([...files.keys()]).toEqual(expect.arrayContaining(['.tws', '.cfg', '.hdr', '.dat'].map((end) => base + end)))
  expect(new TextDecoder().decode(files.get(`${base}.hdr`))).toContain(
    'the meter captured by itself, read from it by Tripscope; times are UTC, corrected by the error of the meter’s clock, which was 4200 ms (±80 ms) ahead of this computer’s.',
  )
  const read = readComtrade({
    config: bytesSource(files.get(`${base}.cfg`) ?? new Uint8Array()),
    data: bytesSource(files.get(`${base}.dat`) ?? new Uint8Array()),
    decode: () => null,
  })
  if (!read.ok) throw new Error(read.why)
  const record = read.value.file.records[0]
  expect(record?.start?.wallMs).toBe(fromMs)
  const [values] = record?.groups[0]?.read([0], 0, 640) ?? []
  expect(Math.max(...(values ?? []))).toBeCloseTo(325, 0)
})
