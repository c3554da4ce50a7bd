import { describe, expect, it } from 'vitest'
import { createDetectors } from './detectors.ts'
import { clear, type Facts, type Outcome, type StartDetector, type Verdict } from './detector.ts'
import { createHeldFindings } from './held-findings.ts'
import { sceneSite } from './test-support/scene.ts'

const facts = (severity: Facts['severity'], identity = ''): Facts => ({
  phase: 'L1',
  severity,
  title: 'Undervoltage at incomer',
  message: 'L1: lowest reading 138.0 V',
  numbers: [],
  evidence: 'polled RMS every 1.0 s',
  blindMs: 1000,
  identity,
})
const outcome = (verdict: Verdict, id = 'incomer'): Outcome => ({ subject: { kind: 'meter', id }, key: '', verdict })
const active = (severity: Facts['severity'] = 'critical') => outcome({ kind: 'active', facts: facts(severity) })

const createHeld = () => {
  let ids = 0
  return createHeldFindings(() => `finding-${String((ids += 1))}`)
}

describe('the alarm list', () => {
  it('keeps an alarm that cleared before anyone looked, until it is acknowledged', () => {
    const held = createHeld()
    held.judge('undervoltage', active(), 1000)
    held.judge('undervoltage', outcome(clear), 5000)
    expect(held.active()).toEqual([])
    expect(held.cleared()).toMatchObject([
      { state: 'cleared', raisedAtMs: 1000, clearedAtMs: 5000, severity: 'critical' },
    ])
    const seen = held.acknowledge('finding-1', 'E. Engineer', 'looked at it', 9000)
    expect(seen?.acknowledged).toEqual({ who: 'E. Engineer', atMs: 9000, note: 'looked at it' })
    expect(held.cleared()).toEqual([])
    expect(held.acknowledge('finding-1', 'E. Engineer', '', 9001)).toBeNull()
  })
  it('lets go of what was acknowledged while it was so, and of what is only told', () => {
    const held = createHeld()
    held.judge('undervoltage', active(), 1000)
    held.acknowledge('finding-1', 'E. Engineer', '', 2000)
    held.judge('undervoltage', outcome(clear), 5000)
    held.judge('undervoltage', active('info'), 6000)
    held.judge('undervoltage', outcome(clear), 7000)
    expect(held.cleared()).toEqual([])
  })
  it('counts repeats of the same in one entry, with the worst severity there was', () => {
    const held = createHeld()
    for (const severity of ['critical', 'warning', 'warning'] as const) {
      held.judge('undervoltage', active(severity), 1000)
      held.judge('undervoltage', outcome(clear), 2000)
    }
    held.judge('undervoltage', outcome({ kind: 'active', facts: facts('warning') }, 'feeder'), 3000)
    held.judge('undervoltage', outcome(clear, 'feeder'), 4000)
    expect(held.cleared().map(({ subject, severity, repeats }) => [subject.id, severity, repeats])).toEqual([
      ['feeder', 'warning', undefined],
      ['incomer', 'critical', 2],
    ])
  })
  it('who acknowledges that it is so again has seen that it was so before', () => {
    const held = createHeld()
    held.judge('undervoltage', active(), 1000)
    held.judge('undervoltage', outcome(clear), 2000)
    held.judge('undervoltage', active(), 3000)
    expect([held.active().length, held.cleared().length]).toEqual([1, 1])
    held.acknowledge('finding-2', 'E. Engineer', '', 4000)
    expect([held.active().length, held.cleared().length]).toEqual([1, 0])
  })
  it('is bounded, and takes over what an earlier run left', () => {
    const held = createHeld()
    for (let index = 0; index < 600; index += 1) {
      const subject = `meter-${String(index)}`
      held.judge('undervoltage', outcome({ kind: 'active', facts: facts('warning') }, subject), index)
      held.judge('undervoltage', outcome(clear, subject), index)
    }
    expect(held.cleared()).toHaveLength(500)
    const later = createHeld()
    later.restore(held.cleared().slice(0, 3))
    expect(later.cleared().map(({ id }) => id)).toEqual(
      held
        .cleared()
        .slice(0, 3)
        .map(({ id }) => id),
    )
    expect(later.acknowledge('finding-600', 'E. Engineer', '', 1)?.id).toBe('finding-600')
  })
})

describe('a detector that throws', () => {
  const broken: StartDetector = () => ({
    id: 'broken',
    step: ({ image }) => {
      if (image.seq < 3) throw new TypeError('undefined is not a voltage')
      return []
    },
  })
  const sound: StartDetector = () => ({ id: 'sound', step: () => [active()] })
  it('is a critical finding that names it, the others go on, and it ends when the detector works again', () => {
    let ids = 0
    const detectors = createDetectors({
      site: sceneSite(),
      newId: () => `finding-${String((ids += 1))}`,
      detectors: [broken, sound],
    })
    const see = (seq: number) => detectors.step({ seq, atMs: seq * 1000, meters: {}, chargers: {}, circuits: {} })
    const first = see(1)
    expect(first.active.map(({ detector, severity }) => [detector, severity])).toEqual([
      ['sound', 'critical'],
      ['program-fault', 'critical'],
    ])
    expect(first.active[1]?.message).toMatch(/"broken".*TypeError: undefined is not a voltage/)
    expect(detectors.failing()).toHaveLength(1)
    expect(see(2).changes).toEqual([])
    expect(see(3).changes.map(({ kind, finding }) => [kind, finding.detector])).toEqual([['cleared', 'program-fault']])
    expect(detectors.failing()).toEqual([])
  })
})
