import { describe, expect, it } from 'vitest'
import { siteSchema } from '../../../shared/site/site.ts'
import { noCounts } from '../../../shared/wave/wave-decoder.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import type { WaveView } from '../../../shared/wave/draw-wave.ts'
import type { WaveLook } from '../../../shared/wave/ring-record.ts'
import { createJournal } from '../journal.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createFakeRecorder } from '../test-support/fake-site.ts'
import type { WaveField, WaveNotice, WaveSourceHealth } from './wave-ports.ts'
import { createWavesPart } from './waves-part.ts'

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const caller = { role: 'operator', name: 'Test' } as const
const site = siteSchema.parse({
  version: 1,
  id: 'yard',
  name: 'Yard',
  grid: { limit: 63 },
  lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
  meters: [],
  circuits: [{ id: 'main', limit: 63 }],
  waves: [{ id: 'scope', name: 'Scope', host: '192.0.2.9', port: 7110, circuit: 'main' }],
})

const health: WaveSourceHealth = {
  state: 'connected',
  problem: null,
  reconnects: 0,
  lastFrameMs: null,
  description: null,
  counts: { ...noCounts, frames: 12, lostSamples: 400 },
  samplesPerS: 9999,
  stampAgainstClockMs: -3,
  waitingBytes: 0,
  notAnalysed: 0,
}
const view: WaveView = {
  atMs: 1000,
  isTriggered: true,
  rateHz: 10_000,
  firstMs: -5,
  stepMs: 0.1,
  samplesEach: 1,
  channels: [
    { name: 'u1', unit: 'V', low: Float32Array.from([1.5, NaN, 3]), high: Float32Array.from([2, NaN, 4]) },
    { name: 'i1', unit: 'A', low: Float32Array.from([-1, -2, -3]), high: Float32Array.from([1, 2, 3]) },
  ],
}

/** A field that answers what a test says. */
const open = () => {
  const clock = createFakeClock()
  const journal = createJournal({ clock, log, newId: () => 'id', recorder: createFakeRecorder().recorder })
  const listeners = new Set<(observation: WaveObservation) => void>()
  const told = {
    observe: (observation: WaveObservation) => listeners.forEach((listener) => listener(observation)),
    notice: (_notice: WaveNotice): void => undefined,
  }
  const state = {
    view: { ok: true, value: view } as Awaited<ReturnType<WaveField['view']>>,
    still: null as WaveView | null,
    look: null as WaveLook | null,
    asked: 0,
    calls: [] as string[],
    isAway: false,
  }
  const field: WaveField = {
    start: () => state.calls.push('start'),
    stop: async () => void state.calls.push('stop'),
    health: () => health,
    analysis: () => ({ state: 'running', problem: null, restarts: 2 }),
    onObservation: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onNotice: (listener) => {
      told.notice = listener
      return () => undefined
    },
    view: async () => {
      state.asked += 1
      return state.view
    },
    still: async () => ({ ok: true, value: state.still }),
    look: async (_source, { atMs }) => ({
      ok: true,
      value: state.look === null ? null : { ...state.look, atMs: atMs ?? state.look.atMs },
    }),
    setTrigger: async () => ({ ok: true, value: null }),
    captureNow: async () => ({ ok: true, value: null }),
    captures: async () => (state.isAway ? { ok: false, why: 'away' } : { ok: true, value: [] }),
    captureBytes: async (_source, id) =>
      state.isAway
        ? { ok: false, why: 'away' }
        : { ok: true, value: id === 'kept' ? new Uint8Array(600_000).fill(7) : null },
  }
  const part = createWavesPart({ site, clock, journal, openWaves: () => field })
  part.start?.()
  return { clock, journal, part, state, told, listeners }
}
const rows = (journal: ReturnType<typeof open>['journal']) =>
  journal.recent(50).map(({ kind, severity, subject, message }) => [kind, severity, subject?.id, message])

describe('the part of the waveforms', () => {
  it('lists its sources in numbers, once a second', async () => {
    const { part, clock } = open()
    const seen: unknown[] = []
    const stop = part.handlers['waves.sources']({}, (value) => seen.push(value), caller)
    await clock.advance(2500)
    stop()
    await clock.advance(5000)
    expect(seen).toHaveLength(3)
    expect(seen[0]).toMatchObject({
      analysis: { state: 'running', restarts: 2 },
      sources: [
        {
          id: 'scope',
          name: 'Scope',
          where: '192.0.2.9:7110',
          circuitId: 'main',
          meterId: null,
          frames: 12,
          lostSamples: 400,
          samplesPerS: 9999,
        },
      ],
    })
  })

  it('sends a picture with its values as bytes, only when there is a new one, and none after the stop', async () => {
    const { part, clock, state, told } = open()
    const seen: {
      picture: { values: Uint8Array; columns: number } | null
      problem: string | null
      frequencyHz: number | null
      rms: unknown[]
    }[] = []
    const request = {
      sourceId: 'scope',
      spanMs: 20,
      columns: 100,
      mode: 'samples',
      trigger: null,
      before: 0.5,
    } as const
    const stop = part.handlers['waves.watch'](request, (value) => seen.push(value), caller)
    await clock.advance(500)
    expect(seen).toHaveLength(1)
    const { values, columns } = seen[0]!.picture!
    const cells = new DataView(values.buffer)
    const floats = Array.from({ length: values.length / 4 }, (_, index) => cells.getFloat32(index * 4, true))
    expect(columns).toBe(3)
    expect(floats).toEqual([1.5, NaN, 3, 2, NaN, 4, -1, -2, -3, 1, 2, 3])
    told.observe({ kind: 'frequency', source: 'scope', fromMs: 1000, toMs: 2000, cycles: 50, hz: 49.98 })
    state.view = { ok: true, value: { ...view, atMs: 1050 } }
    await clock.advance(100)
    expect(seen.at(-1)).toMatchObject({ frequencyHz: 49.98, problem: null })
    state.view = { ok: false, why: 'the analysis starts' }
    await clock.advance(100)
    expect(seen.at(-1)).toMatchObject({ problem: 'the analysis starts', picture: null })
    stop()
    const { asked } = state
    await clock.advance(1000)
    expect(state.asked).toBe(asked)
    expect(clock.pending()).toBe(0)
  })

  it('gives a capture piece by piece, and refuses one that is gone and a source that is none', async () => {
    const { part } = open()
    const pieces: Uint8Array[] = []
    for await (const { at, total, bytes } of part.handlers['waves.capture'](
      { sourceId: 'scope', captureId: 'kept' },
      caller,
    )) {
      expect(at).toBe(pieces.reduce((sum, piece) => sum + piece.length, 0))
      expect(total).toBe(600_000)
      pieces.push(bytes)
    }
    expect(pieces.map(({ length }) => length)).toEqual([262_144, 262_144, 75_712])
    const drain = async () => {
      for await (const piece of part.handlers['waves.capture']({ sourceId: 'scope', captureId: 'gone' }, caller))
        pieces.push(piece.bytes)
    }
    await expect(drain()).rejects.toThrow('not kept any more')
    await expect(
      Promise.resolve().then(() => part.handlers['waves.captures']({ sourceId: 'nowhere' }, caller)),
    ).rejects.toThrow("no wave source 'nowhere' on this site; it has scope")
    const intentId = '5f0c4f7e-4f5c-4d6e-9d5e-0a1b2c3d4e5f'
    await expect(part.handlers['waves.captureNow']({ intentId, sourceId: 'scope' }, caller)).rejects.toThrow(
      'nothing can be captured',
    )
  })

  it('keeps a capture where it outlasts the thread that took it, with what its clock was worth', async () => {
    const { part, told, state } = open()
    const summary = {
      captureId: 'kept',
      source: 'scope',
      cause: { kind: 'voltage-event', event: 'dip' },
      atMs: 5000,
      fromMs: 4000,
      toMs: 7000,
      samples: 30_000,
      bytes: 600_000,
      isWhole: true,
    } as const
    told.observe({ kind: 'captured', ...summary })
    await Promise.resolve()
    state.isAway = true
    const listed = await part.handlers['waves.captures']({ sourceId: 'scope' }, caller)
    expect(listed).toEqual([{ ...summary, clock: { aheadMs: -3, uncertaintyMs: null, isCorrected: false } }])
    let bytes = 0
    for await (const piece of part.handlers['waves.capture']({ sourceId: 'scope', captureId: 'kept' }, caller))
      bytes += piece.bytes.length
    expect(bytes).toBe(600_000)
    await part.stop?.('test')
  })

  it('writes into the history what happened, attempts that fail alike once', () => {
    const { journal, told } = open()
    told.notice({ kind: 'connected', source: 'scope', where: '192.0.2.9:7110' })
    for (let turn = 0; turn < 5; turn += 1)
      told.notice({ kind: 'lost', source: 'scope', problem: '192.0.2.9:7110 refuses the connection' })
    told.notice({ kind: 'analysis-down', why: 'its thread ended', againInMs: 250 })
    told.notice({ kind: 'analysis-back', restarts: 1 })
    const dip = { kind: 'dip', fromMs: 1000, toMs: null, isCut: false, extremeV: 131, channels: ['u1'] } as const
    told.observe({ kind: 'voltage-event', source: 'scope', event: dip })
    told.observe({ kind: 'voltage-event', source: 'scope', event: { ...dip, toMs: 1310 } })
    told.observe({ kind: 'voltage-event', source: 'scope', event: { ...dip, kind: 'interruption', isCut: true } })
    expect(rows(journal)).toEqual([
      ['wave-connected', 'info', 'main', 'Scope: 192.0.2.9:7110 sends samples'],
      ['wave-disconnected', 'warning', 'main', 'Scope: 192.0.2.9:7110 refuses the connection'],
      [
        'wave-analysis-down',
        'warning',
        'yard',
        expect.stringMatching(
          /^The analysis of the waveforms stopped \(its thread ended\) and starts again in 250 ms; metering and control go on/,
        ),
      ],
      ['wave-analysis-back', 'info', 'yard', 'The analysis of the waveforms runs again, after 1 restart'],
      [
        'wave-dip',
        'warning',
        'main',
        'Scope, sampled: voltage dip on u1, lowest one-cycle RMS 131.0 V (57.0 % of 230 V), it lasted 310 ms',
      ],
      [
        'wave-interruption',
        'critical',
        'main',
        expect.stringMatching(/its end was not seen, because samples are missing$/),
      ],
    ])
  })

  it('stops its sources, and says nothing more', async () => {
    const { part, state, listeners } = open()
    await part.stop?.('the end')
    expect([state.calls, listeners.size]).toEqual([['start', 'stop'], 0])
  })

  it('without sockets it lists its sources as closed and refuses the rest', async () => {
    const clock = createFakeClock()
    const journal = createJournal({ clock, log, newId: () => 'id', recorder: createFakeRecorder().recorder })
    const part = createWavesPart({ site, clock, journal })
    part.start?.()
    let seen: unknown = null
    part.handlers['waves.sources']({}, (value) => (seen = value), caller)()
    await clock.settle()
    expect(seen).toMatchObject({ sources: [{ id: 'scope', state: 'closed' }] })
    await part.stop?.('the end')
  })

  it('looks at the newest samples again and again, at a time that has passed once, and says when that has left the memory', async () => {
    const { part, clock, state } = open()
    const looks: { problem: string | null; look: { atMs: number } | null }[] = []
    const take = (value: (typeof looks)[number]) => void looks.push(value)
    const stop = part.handlers['waves.look']({ sourceId: 'scope', atMs: null, spectrumOf: 'u1' }, take, caller)
    await clock.advance(1)
    expect(looks).toEqual([{ problem: 'no samples have come yet', look: null }])
    state.look = { atMs: 5000, frequencyHz: 50, channels: [], spectrum: null }
    await clock.advance(1000)
    state.look = { ...state.look, atMs: 6000 }
    await clock.advance(1000)
    expect(looks.slice(1).map(({ look }) => look?.atMs)).toEqual([5000, 6000])
    stop()
    part.handlers['waves.look']({ sourceId: 'scope', atMs: 1234, spectrumOf: null }, take, caller)()
    state.look = null
    part.handlers['waves.look']({ sourceId: 'scope', atMs: 1, spectrumOf: null }, take, caller)()
    await clock.advance(5000)
    expect(looks.slice(3).map(({ problem, look }) => [problem, look?.atMs])).toEqual([
      [null, 1234],
      ['samples of that time are no longer in memory, which holds the newest half minute', undefined],
    ])
    const still = { sourceId: 'scope', atMs: 5, fromMs: -20, toMs: 20, columns: 100, mode: 'rms' } as const
    expect(await part.handlers['waves.still'](still, caller)).toBeNull()
    state.still = view
    expect(await part.handlers['waves.still'](still, caller)).toMatchObject({ columns: 3, atMs: 1000 })
  })
})
