import { describe, expect, it } from 'vitest'
import type { SampledVoltageObservation } from '../../../../shared/model/observation.ts'
import { rankCauses, readSigns } from '../../../../shared/forensics/rank-causes.ts'
import { calmEvidence } from '../../../../shared/forensics/test-support/calm-evidence.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { sceneSite } from '../../detectors/test-support/scene.ts'
import { createHistory } from '../history.ts'
import { gatherDip } from './gather-dip.ts'

const site: Site = { ...sceneSite(), waves: [{ id: 'scope', host: '192.0.2.9', port: 7110, circuit: 'f1' }] }
const circuit = (id: string) => site.circuits.find((one) => one.id === id) ?? null
const dip = (fromMs: number, toMs: number | null, extremeV: number): SampledVoltageObservation => ({
  kind: 'sampled-voltage',
  source: 'scope',
  event: { kind: 'dip', fromMs, toMs, isCut: false, extremeV, channels: ['u1', 'u2'] },
})
const fall = { atMs: 100_000, beforeMs: 99_000, poles: [] }
const dipOf = (circuitId: string, ...events: readonly SampledVoltageObservation[]) => {
  const history = createHistory(site)
  for (const event of events) history.noteSampled(event)
  return gatherDip(history, circuit(circuitId), fall, fall.atMs)
}

describe('a dip that only samples show', () => {
  it('is found in the moment, the deepest of them, with its length once it is over', () => {
    const events = [dip(99_200, null, 150), dip(99_200, 99_450, 92), dip(98_000, 98_100, 200)]
    expect(dipOf('f1', ...events)).toEqual({ sourceName: 'scope', lowestV: 92, lastedS: 0.25, channels: 2 })
  })
  it('of another time, or of a feeder beside, says nothing', () => {
    expect(dipOf('f1', dip(80_000, 80_300, 92))).toBeNull()
    expect(dipOf('f2', dip(99_200, 99_450, 92))).toBeNull()
  })
  it('speaks for the supply although every poll showed it there, and does not where a surge of the circuit made it', () => {
    const base = calmEvidence()
    const of = (surgeA: number, lowestV = 92) => {
      const surge = {
        ...{ circuitId: 'f1', circuitName: 'f1', isOwn: true, atMs: base.atMs, fellAtOnce: [] },
        ...{ phase: 'L1' as const, aboveA: surgeA },
      }
      const sampledDip = { sourceName: 'scope', lowestV, lastedS: 0.25, channels: 2 }
      return { ...base, supply: { ...base.supply, sampledDip }, inrush: { ...base.inrush, surge } }
    }
    const stateOf = (evidence: ReturnType<typeof of>) => readSigns(evidence).find(({ id }) => id === 'supply')?.state
    expect([stateOf(of(2)), stateOf(of(300)), stateOf(of(2, 200))]).toEqual(['dipped', 'there', 'there'])
    const share = (evidence: Parameters<typeof rankCauses>[0]) =>
      rankCauses(evidence).find(({ cause }) => cause === 'supply-event')?.probability ?? 0
    expect(share(of(2))).toBeGreaterThan(10 * share(base))
  })
})
