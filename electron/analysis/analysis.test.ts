import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WaveBlock, WaveBreak } from '../../shared/wave/wave-block.ts'
import { createWaveDecoder } from '../../shared/wave/wave-decoder.ts'
import type { WaveObservation } from '../../shared/wave/wave-observation.ts'
import { createAnalysis } from './analysis.ts'
import type { FromAnalysis, QuestionName } from './messages.ts'
import { createSourceAnalysis, type SourceSettings } from './source-analysis.ts'

const settings: SourceSettings = {
  source: 'scope',
  nominalHz: 50,
  udinV: 230,
  ringBytes: 4_000_000,
  preMs: 100,
  postMs: 300,
  keepBytes: 2_000_000,
}
const rateHz = 10_000
const t0 = 1_700_000_000_000
const names = ['u1', 'u2', 'u3', 'i1', 'i2', 'i3', 'in', 'aux'] as const
const start: WaveBreak = { why: 'start', frames: null, samples: null, stepMs: 0 }

/** Three phases of 230 V and 10, 20, 30 A lagging by 60 degrees; `share` of the voltage at a time, s. */
const valueOf = (name: string, atS: number, share: (atS: number, name: string) => number): number => {
  const phase = Number(name[1]) - 1
  if (Number.isNaN(phase)) return name === 'in' ? 5 : Math.random()
  const angle = 2 * Math.PI * (50 * atS - phase / 3)
  return name.startsWith('u')
    ? share(atS, name) * 230 * Math.SQRT2 * Math.sin(angle)
    : (phase + 1) * 10 * Math.SQRT2 * Math.sin(angle - Math.PI / 3)
}
const block = (
  from: number,
  count: number,
  share: (atS: number, name: string) => number = () => 1,
  broken: WaveBreak | null = null,
): WaveBlock => ({
  source: 'scope',
  stream: 7,
  t0: t0 + (from / rateHz) * 1000,
  rateHz,
  firstSample: from,
  layout: names.map((name) => ({ name, unit: name.startsWith('u') ? 'V' : 'A' })),
  device: 'made up',
  channels: names.map((name) =>
    Float32Array.from({ length: count }, (_, index) =>
      name === 'aux' ? 0 : valueOf(name, (from + index) / rateHz, share),
    ),
  ),
  clock: 'precise',
  isClipped: false,
  break: from === 0 ? start : broken,
})
const run = (seconds: number, share?: (atS: number, name: string) => number, size = 200) => {
  const analysis = createSourceAnalysis(settings)
  const told: WaveObservation[] = []
  for (let from = 0; from < seconds * rateHz; from += size)
    told.push(...analysis.take(block(from, Math.min(size, seconds * rateHz - from), share)))
  return { analysis, told }
}
const of = <K extends WaveObservation['kind']>(told: readonly WaveObservation[], kind: K) =>
  told.filter((each): each is Extract<WaveObservation, { kind: K }> => each.kind === kind)

describe('the analysis of one source', () => {
  it('tells one-cycle RMS of every phase ten times a second, and the frequency', () => {
    const { told } = run(3)
    const rms = of(told, 'rms')
    expect(rms.length).toBeGreaterThanOrEqual(29)
    expect(rms.length).toBeLessThanOrEqual(30)
    const last = rms.at(-1)!
    expect(last.toMs - last.fromMs).toBe(100)
    const values = Object.fromEntries(last.channels.map(({ name, rms: value, known }) => [name, [value, known]]))
    for (const [name, wanted] of [
      ['u1', 230],
      ['u2', 230],
      ['u3', 230],
      ['i1', 10],
      ['i2', 20],
      ['i3', 30],
      ['in', 5],
    ] as const) {
      expect(values[name]?.[0]).toBeCloseTo(wanted, 2)
      expect(values[name]?.[1]).toBe(10)
    }
    // A channel nobody knows is drawn, not analysed.
    expect(values['aux']).toEqual([null, 0])
    expect(
      of(told, 'frequency')
        .filter(({ hz }) => hz !== null)
        .map(({ hz, toMs, fromMs }) => [hz?.toFixed(3), toMs - fromMs]),
    ).toEqual([['50.000', 1000]])
  })

  it('says the same however the stream is cut', () => {
    const dip = (s: number, name: string) => (s > 0.8 && s < 1 && name !== 'u3' ? 0.5 : 1)
    const whole = run(1.6, dip).told
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 700 }), (size) => {
        const again = run(1.6, dip, size).told
        const events = (all: readonly WaveObservation[]) => of(all, 'voltage-event').map(({ event }) => event)
        expect(events(again).length).toBe(2)
        events(again).forEach((event, index) => {
          const wanted = events(whole)[index]!
          expect([event.kind, event.channels]).toEqual([wanted.kind, wanted.channels])
          expect(event.fromMs).toBeCloseTo(wanted.fromMs, 2)
          expect(event.toMs ?? 0).toBeCloseTo(wanted.toMs ?? 0, 2)
          expect(event.extremeV).toBeCloseTo(wanted.extremeV, 2)
        })
        expect(of(again, 'trigger')).toHaveLength(1)
      }),
      { numRuns: 8 },
    )
  })

  it('takes a capture of a dip, with what was before and after, whose bytes read back to the samples', () => {
    const { analysis, told } = run(2, (s, name) => (s > 1 && s < 1.2 && name !== 'u3' ? 0.4 : 1))
    const [began, ended] = of(told, 'voltage-event').map(({ event }) => event)
    expect(began).toMatchObject({ kind: 'dip', toMs: null })
    expect(ended).toMatchObject({ kind: 'dip', channels: ['u2', 'u1'], isCut: false })
    expect(ended!.extremeV).toBeCloseTo(92, 0)
    expect(Math.abs(ended!.toMs! - ended!.fromMs - 200)).toBeLessThan(25)
    const [trigger] = of(told, 'trigger')
    const [captured] = of(told, 'captured')
    expect(captured).toMatchObject({
      captureId: trigger!.captureId,
      cause: { kind: 'voltage-event', event: 'dip' },
      isWhole: true,
      samples: 4000,
    })
    expect(captured!.toMs - captured!.fromMs).toBeCloseTo(400, 6)
    expect(captured!.atMs - captured!.fromMs).toBeCloseTo(100, 0)
    const bytes = analysis.captureBytes(captured!.captureId)!
    const decoder = createWaveDecoder('file')
    const blocks = decoder.push(bytes).flatMap((news) => (news.kind === 'block' ? [news.block] : []))
    expect(decoder.counts()).toMatchObject({ samples: 4000, lostFrames: 0, badBytes: 0, refused: 0, clockSteps: 0 })
    expect(blocks[0]).toMatchObject({ device: 'made up', clock: 'precise', stream: 7 })
    expect(blocks[0]!.t0).toBeCloseTo(captured!.fromMs, 2)
    const first = Math.round(((captured!.fromMs - t0) / 1000) * rateHz)
    expect(blocks[0]!.firstSample).toBe(first)
    expect([...blocks[0]!.channels[0]!]).toEqual([...block(first, blocks[0]!.channels[0]!.length).channels[0]!])
  })

  it('triggers on a level and by hand, one capture at a time', () => {
    const { analysis } = run(1)
    analysis.setTrigger({ channel: 'i1', level: 20, edge: 'rising' })
    const surge = block(10_000, 1000)
    surge.channels[3]![500] = 25
    const told = [...analysis.take(surge)]
    expect(of(told, 'trigger')).toEqual([
      {
        kind: 'trigger',
        source: 'scope',
        atMs: t0 + 1050,
        captureId: expect.any(String),
        cause: { kind: 'level', channel: 'i1', level: 20, edge: 'rising' },
      },
    ])
    expect(analysis.captureNow().captureId).toBeNull()
    analysis.setTrigger(null)
    for (let from = 11_000; from < 15_000; from += 200) told.push(...analysis.take(block(from, 200)))
    expect(of(told, 'captured')).toHaveLength(1)
    expect(analysis.captureNow().captureId).not.toBeNull()
    expect(of(analysis.end(), 'captured')).toMatchObject([{ isWhole: false, cause: { kind: 'by-hand' } }])
    expect(analysis.captures()).toHaveLength(2)
  })

  it('takes what came before an incident that was noticed late, as far back as it is still there', () => {
    const { analysis } = run(2)
    const cause = { kind: 'incident', incidentId: 'i-1', atMs: t0 + 200, what: 'Breaker open: F1' } as const
    expect(analysis.captureNow(cause).captureId).not.toBeNull()
    const [captured] = of(analysis.end(), 'captured')
    expect(captured).toMatchObject({ cause })
    expect(captured?.fromMs).toBeLessThanOrEqual(t0 + 200)
  })

  it('never reaches over lost samples: what was open is cut, and a capture holds the gap', () => {
    const analysis = createSourceAnalysis(settings)
    const told: WaveObservation[] = []
    const low = () => 0.5
    for (let from = 0; from < 8000; from += 200) told.push(...analysis.take(block(from, 200)))
    for (let from = 8000; from < 8800; from += 200) told.push(...analysis.take(block(from, 200, low)))
    const lost: WaveBreak = { why: 'lost', frames: 2, samples: 400, stepMs: 0 }
    for (let from = 9200; from < 16_000; from += 200)
      told.push(...analysis.take(block(from, 200, undefined, from === 9200 ? lost : null)))
    expect(of(told, 'voltage-event').map(({ event }) => [event.toMs, event.isCut])).toEqual([
      [null, false],
      [null, true],
    ])
    expect(of(told, 'break').at(-1)).toMatchObject({ atMs: t0 + 920, break: lost })
    const [captured] = of(told, 'captured')
    expect(captured).toMatchObject({ isWhole: false })
    const decoder = createWaveDecoder('file')
    decoder.push(analysis.captureBytes(captured!.captureId)!)
    expect(decoder.counts()).toMatchObject({ lostSamples: 400, badBytes: 0 })
  })

  it('keeps no more captures than its bound, the newest of them', () => {
    const { analysis } = run(1)
    for (let turn = 0, from = 10_000; turn < 40; turn += 1) {
      analysis.captureNow()
      for (const end = from + 3200; from < end; from += 200) analysis.take(block(from, 200))
    }
    const kept = analysis.captures()
    expect(kept.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(settings.keepBytes)
    expect(kept.length).toBeGreaterThan(10)
    expect(kept.at(-1)!.atMs).toBeGreaterThan(kept[0]!.atMs)
  })

  it('begins anew with another layout', () => {
    const { analysis } = run(0.5)
    const other = {
      ...block(5000, 200),
      layout: [{ name: 'u1', unit: 'V' as const }],
      channels: [new Float32Array(200)],
      break: start,
    }
    analysis.take(other)
    expect(
      analysis.view({ spanMs: 10, columns: 100, mode: 'samples', trigger: null, before: 0 })?.channels,
    ).toHaveLength(1)
  })
})

describe('the messages of the analysis', () => {
  const ask = (step: (message: never) => readonly FromAnalysis[], source: string, name: QuestionName, input: unknown) =>
    step({ kind: 'ask', id: 1, source, name, input } as never)

  it('a block is acknowledged with its bytes, a question answered under its number', () => {
    const step = createAnalysis({ sources: [settings] })
    expect(step({ kind: 'block', block: block(0, 200) }).at(-1)).toEqual({
      kind: 'taken',
      source: 'scope',
      bytes: 200 * 8 * 4,
    })
    expect(
      ask(step, 'scope', 'view', { spanMs: 10, columns: 50, mode: 'samples', trigger: null, before: 0 }),
    ).toMatchObject([{ kind: 'answer', id: 1, answer: { samplesEach: 2 } }])
    expect(ask(step, 'nowhere', 'captures', null)).toEqual([{ kind: 'failed', id: 1, why: "no wave source 'nowhere'" }])
  })
})
