import { tripKinds } from '../protection/protection-profile.ts'
import { describe, expect, it } from 'vitest'
import { causeIds } from './cause.ts'
import { likelihoods } from './likelihood-table.ts'
import { rankCauses, readSigns } from './rank-causes.ts'
import { calmEvidence } from './test-support/calm-evidence.ts'
import { verdictOf } from './verdict.ts'

const top = (evidence: Parameters<typeof rankCauses>[0]) => rankCauses(evidence)[0]

describe('ranking of causes', () => {
  it('probabilities are one together, and every cause is told', () => {
    const ranked = rankCauses(calmEvidence())
    expect(ranked.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9)
    expect(new Set(ranked.map(({ cause }) => cause))).toEqual(new Set(causeIds))
  })
  it('a light load that fell with nothing else is not explained by current, and the verdict says so', () => {
    const evidence = calmEvidence()
    expect(verdictOf(evidence, rankCauses(evidence)).byCurrent).toBe('not-explained')
    expect(rankCauses(evidence).findIndex(({ cause }) => cause === 'not-explained')).toBeLessThan(3)
    expect(rankCauses(evidence).findIndex(({ cause }) => cause === 'thermal-overload')).toBeGreaterThan(5)
  })
  it('a minute above the curve is a thermal overload', () => {
    const base = calmEvidence()
    const poles = base.poles.map((pole) => ({
      ...pole,
      beforeA: 42,
      peakA: 43,
      rms10minA: 40,
      aboveRatingS: 180,
      earlyPercent: 118,
      latePercent: 80,
      warmPercent: 160,
    }))
    const evidence = {
      ...base,
      poles,
      overload: { ...base.overload, lastedS: 180, worstA: 43, phase: 'L1' as const },
    }
    expect(top(evidence)?.cause).toBe('thermal-overload')
    expect(
      top(evidence)
        ?.evidenceFor.map(({ says }) => says)
        .join(),
    ).toContain('118 %')
  })
  it('a meter that falls silent under far more than the rating may have lost its supply to the breaker', () => {
    const base = calmEvidence()
    const silent = (beforeA: number) => ({
      ...base,
      kind: 'sight' as const,
      data: { ...base.data, meterSilent: true, drawingChargers: 0, backShare: null },
      poles: base.poles.map((pole) => ({ ...pole, beforeA, peakA: beforeA, afterA: null })),
    })
    const rating = base.circuit?.ratingA ?? 0
    const [light, over] = [silent(0.3 * rating), silent(2.2 * rating)].map(
      (evidence) => rankCauses(evidence).find(({ cause }) => cause === 'telemetry-only')?.probability ?? 0,
    )
    expect(rating).toBeGreaterThan(0)
    expect(light).toBeGreaterThan(0.9)
    expect(over).toBeLessThan(0.7)
  })
  it('a supply that came back weighs for an inrush as long as its surge, or as its chargers begin again', () => {
    const base = calmEvidence()
    const after = (
      returnedBeforeS: number | null,
      {
        begunS = null,
        beforeA = 0,
        ...starts
      }: Partial<typeof base.starts> & { begunS?: number | null; beforeA?: number } = {},
    ) => {
      const evidence = {
        ...base,
        chargers: base.chargers.map((one) => ({ ...one, startedBeforeS: begunS, beforeA })),
        supply: { ...base.supply, returnedBeforeS },
        starts: { ...base.starts, ...starts },
      }
      const inrush = rankCauses(evidence).find(({ cause }) => cause === 'magnetic-inrush')
      return { state: readSigns(evidence).find(({ id }) => id === 'start')?.state, share: inrush?.probability ?? 0 }
    }
    const began = { within15S: ['cp1'], within60S: ['cp1'] }
    const [never, soon] = [after(null), after(3)]
    expect(soon.share).toBeGreaterThan(3 * never.share)
    // Nothing began since, or it is long ago: the return brought nothing to this moment.
    expect(after(40)).toEqual(never)
    expect([after(73), after(73, began)]).toEqual([never, after(null, began)])
    expect(after(40, began).state).toBe(soon.state)
    expect(after(40, { begunS: 18 }).state).toBe(soon.state)
    // Nobody read when they began again.
    const drew = { beforeA: 12, begunS: 300 }
    expect(after(40, drew).share).toBeLessThan(after(3, drew).share)
    expect(after(40, drew).share).toBeGreaterThan(after(null, drew).share)
    expect(after(40, { unseen: { names: ['cp1'], longestS: 9 } }).state).toBe('return-unseen')
  })
  it('polled values can not show an inrush, and it says so where it would decide', () => {
    const inrush = rankCauses(calmEvidence()).find(({ cause }) => cause === 'magnetic-inrush')
    expect(inrush?.missing.join()).toContain("can't show a current of some milliseconds")
  })
  it('a missing number is missing, and speaks for nothing', () => {
    const evidence = calmEvidence()
    const ranked = rankCauses({
      ...evidence,
      poles: [],
      neutral: { measuredA: null, fundamentalA: null, largestPhaseA: null, thdPercent: null },
    })
    const neutral = ranked.find(({ cause }) => cause === 'neutral-overload')
    expect(neutral?.evidenceAgainst.map(({ sign }) => sign)).not.toContain('neutral')
    expect(neutral?.missing.join()).toContain('no meter reads it')
  })
  it('every state of every sign is in the table, and no state is there that no sign has', () => {
    for (const sign of readSigns(calmEvidence())) expect(Object.keys(likelihoods)).toContain(sign.id)
    expect(Object.keys(likelihoods).sort()).toEqual([...new Set(readSigns(calmEvidence()).map(({ id }) => id))].sort())
  })

  it.each([
    ['short-circuit', 'magnetic-inrush'],
    ['earth-fault', 'rcd-leakage'],
    ['neutral', 'neutral-overload'],
    ['commanded', 'not-explained'],
  ] as const)('a trip unit that tells %s is believed against polled currents that show nothing', (kind, cause) => {
    const device = {
      before: 'closed',
      after: 'tripped',
      tellsTrips: true,
      kinds: [kind],
      words: [kind],
      alarms: [],
    } as const
    const [first] = rankCauses({ ...calmEvidence(), device })
    expect(first?.cause).toBe(cause)
    expect(first?.evidenceFor[0]?.says).toContain('the trip unit says that the breaker has tripped')
  })
  it('names within the sentence of a verdict keep their abbreviations', () => {
    const base = calmEvidence()
    if (base.circuit === null) throw new Error('no circuit')
    const evidence = { ...base, circuit: { ...base.circuit, hasRcd: true } }
    expect(verdictOf(evidence, rankCauses(evidence)).sentence).toContain('residual current (RCD)')
  })
  it('samples above that show no surge in the moment speak against an inrush, and a surge there for it', () => {
    const evidenceOf = (aboveA: number) => {
      const base = calmEvidence()
      const surge = {
        ...{ circuitId: 'main', circuitName: 'Main', isOwn: false, atMs: base.atMs, fellAtOnce: [] },
        ...{ phase: 'L3' as const, aboveA },
      }
      return { ...base, inrush: { ...base.inrush, surge } }
    }
    const of = (aboveA: number) => rankCauses(evidenceOf(aboveA)).find(({ cause }) => cause === 'magnetic-inrush')
    const plain = rankCauses(calmEvidence()).find(({ cause }) => cause === 'magnetic-inrush')?.probability ?? 1
    expect(of(2)?.probability).toBeLessThan(plain / 3)
    expect(of(200)?.probability).toBeGreaterThan(0.6)
    expect(of(200)?.evidenceFor[0]?.says).toContain('Main')
    const shown = evidenceOf(200)
    expect(verdictOf(shown, rankCauses(shown)).sentence).toContain('an inrush that the samples at Main show')
  })
  it('one step that stands far out of its uncertainty shows a loose terminal, one within it shows nothing', () => {
    const of = (milliohm: number) => {
      const stiffness = (['L1', 'L2', 'L3'] as const).map((phase) => ({
        ...{ phase, errorMilliohm: 18, steps: 1 },
        milliohm: phase === 'L2' ? milliohm : 12,
      }))
      return readSigns({ ...calmEvidence(), stiffness }).find(({ id }) => id === 'stiffness')?.state
    }
    expect([of(140), of(60)]).toEqual(['one-high-once', 'unknown'])
  })
  it('every cause that a profile can tell has its row', () => {
    for (const kind of tripKinds) expect(Object.keys(likelihoods['device'] ?? {})).toContain(kind)
  })
  it('a breaker that still says that it is closed has not tripped on heat', () => {
    const device = { before: 'closed', after: 'closed', tellsTrips: false, kinds: [], words: [], alarms: [] } as const
    const plain = rankCauses(calmEvidence())
    const told = rankCauses({ ...calmEvidence(), device })
    const of = (ranked: typeof plain) => ranked.find(({ cause }) => cause === 'magnetic-inrush')?.probability ?? 0
    expect(of(told)).toBeLessThan(of(plain) / 3)
    expect(told[0]?.cause).toBe('not-explained')
  })
  it('a trip unit set lower than declared is a cause, one set higher is none', () => {
    const base = calmEvidence()
    if (base.circuit === null) throw new Error('no circuit')
    const says = 'Ir is set to 20 A, the site file says 32 A'
    const rank = (isSetLower: boolean) =>
      rankCauses({ ...base, circuit: { ...base.circuit, settingDiffers: says, isSetLower } as typeof base.circuit })
    const of = (isSetLower: boolean) => rank(isSetLower).find(({ cause }) => cause === 'undersized-breaker')
    expect(of(true)?.evidenceFor.map((reason) => reason.says)).toContain(says)
    expect(of(false)?.evidenceAgainst.map((reason) => reason.says)).toContain(says)
    expect(of(true)?.probability ?? 0).toBeGreaterThan(10 * (of(false)?.probability ?? 1))
  })
})
