import { describe, expect, it } from 'vitest'
import type { ChangedRule } from '../../../shared/alarms/alarm-rules.ts'
import { createDetectors } from './detectors.ts'
import { clear, type Outcome, type StartDetector, type Verdict } from './detector.ts'
import { createScene, sceneSite } from './test-support/scene.ts'

const by: ChangedRule['by'] = { who: 'E. Engineer', atMs: 1000, reason: 'as agreed' }
const rule = (change: Omit<ChangedRule, 'by'>): ChangedRule => ({ ...change, by })

/** A detector that says what it is told to, of the site. */
const begin = () => {
  const now = { verdict: clear as Verdict }
  const start: StartDetector = (setup) => ({
    id: 'undervoltage',
    step: (): readonly Outcome[] => [{ subject: { kind: 'site', id: setup.site.id }, key: '', verdict: now.verdict }],
  })
  let ids = 0
  const detectors = createDetectors({
    site: sceneSite(),
    newId: () => `finding-${String((ids += 1))}`,
    detectors: [start],
  })
  const image = (atMs: number) => ({ atMs, meters: {}, chargers: {}, circuits: {} }) as never
  const active = (severity: 'warning' | 'critical' = 'critical'): Verdict => ({
    kind: 'active',
    facts: {
      phase: 'L1',
      severity,
      title: 'Undervoltage',
      message: 'L1 138 V',
      numbers: [],
      evidence: 'polled RMS',
      blindMs: 1000,
      identity: '',
    },
  })
  return {
    detectors,
    say: (verdict: Verdict, atMs: number) => {
      now.verdict = verdict
      return detectors.step(image(atMs))
    },
    active,
  }
}

describe('the rules of alarms', () => {
  it('a threshold that a person sets holds from the next image on, and goes back with the rule', () => {
    const scene = createScene()
    const at = (u: number) => scene.see({ meters: { 'm-main': { u: [u, u, u] }, 'm-f1': { u: [u, u, u] } } })
    const titles = (assessment: ReturnType<typeof at>) => assessment.active.map(({ detector }) => detector)
    expect(titles(at(216))).not.toContain('undervoltage')
    scene.detectors.setRules({ undervoltage: rule({ thresholds: { undervoltage: 0.95, hysteresis: 0.01 } }) })
    expect(titles(at(216))).toContain('undervoltage')
    scene.detectors.setRules({})
    expect(titles(at(216))).not.toContain('undervoltage')
  })

  it('what is switched off is not told, ends what was, and says who did it under what is not assessed', () => {
    const { detectors, say, active } = begin()
    expect(say(active(), 1000).active).toHaveLength(1)
    detectors.setRules({ undervoltage: rule({ isOn: false }) })
    const off = say(active(), 2000)
    expect(off.active).toEqual([])
    expect(off.changes.map(({ kind }) => kind)).toEqual(['cleared'])
    expect(off.notAssessed).toMatchObject([{ detector: 'undervoltage', why: 'switched off by E. Engineer: as agreed' }])
    detectors.setRules({})
    expect(say(active(), 3000).active).toHaveLength(1)
  })

  it('has the severity of its rule at once, also a lesser one', () => {
    const { detectors, say, active } = begin()
    expect(say(active('critical'), 1000).active[0]?.severity).toBe('critical')
    detectors.setRules({ undervoltage: rule({ severity: 'info' }) })
    expect(say(active('critical'), 2000).active[0]?.severity).toBe('info')
    expect(say(active('critical'), 3000).active[0]?.severity).toBe('info')
  })

  it('waits and holds as its rule says, and a finding that stands already is not taken away by a new delay', () => {
    const { detectors, say, active } = begin()
    say(active(), 1000)
    detectors.setRules({ undervoltage: rule({ raiseDelayS: 5, clearDelayS: 2 }) })
    expect(say(active(), 2000).active).toHaveLength(1)
    expect(say(clear, 3000).active).toHaveLength(1)
    expect(say(clear, 5000).active).toEqual([])
    expect(say(active(), 6000).active).toEqual([])
    expect(say(active(), 11_000).active).toHaveLength(1)
  })
})

describe('an alarm put aside', () => {
  const shelved = { who: 'E. Engineer', atMs: 2000, untilMs: 10_000, reason: 'works on the feeder' }

  it('is still held, is aside again when it comes back meanwhile, and calls again when its time is over', () => {
    const { detectors, say, active } = begin()
    const [found] = say(active(), 1000).active
    expect(detectors.shelve(found?.id ?? '', shelved)?.shelved).toEqual(shelved)
    expect(say(active(), 3000).active[0]?.shelved).toEqual(shelved)
    expect(say(clear, 4000).cleared[0]?.shelved).toEqual(shelved)
    expect(say(active(), 5000).active[0]?.shelved).toEqual(shelved)
    expect(detectors.backFromShelf()).toEqual([])
    expect(say(active(), 10_000).active[0]?.shelved).toBeUndefined()
    expect(detectors.backFromShelf().map(({ title }) => title)).toEqual(['Undervoltage'])
    expect(say(active(), 11_000).active[0]?.shelved).toBeUndefined()
    expect(detectors.backFromShelf()).toEqual([])
  })

  it('can be taken back, and a clock set back never makes its time longer', () => {
    const { detectors, say, active } = begin()
    const [found] = say(active(), 3000).active
    detectors.shelve(found?.id ?? '', shelved)
    expect(detectors.shelve(found?.id ?? '', null)?.shelved).toBeUndefined()
    detectors.shelve(found?.id ?? '', shelved)
    expect(say(active(), 1000).active[0]?.shelved).toBeUndefined()
    expect(detectors.shelve('another', shelved)).toBeNull()
  })
})
