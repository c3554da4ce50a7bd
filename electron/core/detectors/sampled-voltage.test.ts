import { describe, expect, it } from 'vitest'
import type { SampledVoltageObservation } from '../../../shared/model/observation.ts'
import { createScene, numberOf, sceneSite, told } from './test-support/scene.ts'

type Event = SampledVoltageObservation['event']
const scope = (change: Partial<Event> = {}): SampledVoltageObservation => ({
  kind: 'sampled-voltage',
  source: 'front',
  event: { kind: 'dip', fromMs: 1000, toMs: null, isCut: false, extremeV: 200, channels: ['u1'], ...change },
})
const sampledScene = () =>
  createScene(sceneSite({ waves: [{ id: 'front', name: 'Scope', host: '127.0.0.1', port: 5000, circuit: 'main' }] }))

describe('what samples show of a voltage', () => {
  it('is an alarm from the first low half cycle on, and ends with its depth and duration', () => {
    const { see, detectors } = sampledScene()
    expect(told(see())).toEqual([])
    detectors.observeSampled(scope())
    const begun = see()
    expect(told(begun)).toEqual(['raised sampled-voltage main'])
    expect(begun.active).toMatchObject([{ severity: 'warning', title: 'Voltage dip at Scope', blindMs: null }])
    expect(told(see())).toEqual([])
    detectors.observeSampled(scope({ toMs: 1300, extremeV: 138, channels: ['u1', 'u2'] }))
    const [change] = see().changes
    expect(change).toMatchObject({ kind: 'cleared', finding: { state: 'cleared' } })
    expect(change?.finding.message).toContain('138.0 V, it lasted 0.3 s')
    expect(numberOf(change?.finding.numbers ?? [], 'duration')).toBeCloseTo(0.3)
    expect(numberOf(change?.finding.numbers ?? [], 'of nominal')).toBeCloseTo(60)
  })

  it('is raised before it is cleared, also when it is over between two images, and counts those beside it', () => {
    const { see, detectors } = sampledScene()
    see()
    for (const fromMs of [1000, 1200, 1400]) {
      detectors.observeSampled(scope({ fromMs }))
      detectors.observeSampled(scope({ fromMs, toMs: fromMs + 20, extremeV: 100 + fromMs / 100 }))
    }
    expect(told(see())).toEqual(['raised sampled-voltage main'])
    const [change] = see().changes
    expect(change?.kind).toBe('cleared')
    expect(change?.finding.message).toContain('With 2 more like it just before.')
    expect(told(see())).toEqual([])
  })

  it('does not stand for ever when samples end in the middle of it', () => {
    const { see, detectors } = sampledScene()
    detectors.observeSampled(scope({ kind: 'interruption', extremeV: 2, channels: ['u1', 'u2', 'u3'] }))
    expect(see().active).toMatchObject([{ severity: 'critical' }])
    detectors.observeSampled(scope({ kind: 'interruption', extremeV: 2, isCut: true, channels: ['u1', 'u2', 'u3'] }))
    const end = see()
    expect(end.active).toEqual([])
    expect(end.changes[0]?.finding.message).toContain('its end was not seen, because samples are missing')
  })

  it('says nothing of a source the site does not have', () => {
    const { see, detectors } = sampledScene()
    detectors.observeSampled({ ...scope(), source: 'other' })
    expect(told(see())).toEqual([])
  })
})
