import type { BreakerModel } from '../../../../shared/electrical/breaker/model.ts'
import { breakerModel } from '../../../../shared/electrical/breaker/breaker-model.ts'
import { advanceBounds, coldBounds, usedBand } from '../../../../shared/electrical/breaker/thermal-bounds.ts'
import type { PoleEvidence } from '../../../../shared/forensics/evidence.ts'
import { phases } from '../../../../shared/model/phase.ts'
import type { SiteBreaker, SiteCircuit } from '../../../../shared/site/site.ts'
import type { History, Reading } from '../history.ts'
import type { Fall } from './locate-fall.ts'

/** As warm and full as boards come: 15 % less rating (electrical.md 4.4: 0.85 at 60 °C, or with six and more loaded neighbours). */
const warmFactor = 0.85
/** A reading is held this long, s; what is unseen for longer heats as the last one did (gap rule of 4.5, [E]). */
const longestStepS = 120

const rms = (readings: readonly Reading[]): number | null =>
  readings.length === 0
    ? null
    : Math.sqrt(readings.reduce((sum, { value }) => sum + value * value, 0) / readings.length)

/** Long enough that every element is as warm as its load makes it, s. */
const settledS = 7200

/** What is said before there is history: the load before the first reading is taken to be that of its first minute. */
const usedBy = (readings: readonly Reading[], model: BreakerModel, factor: number) => {
  const known = readings.filter(({ value }) => !Number.isNaN(value))
  const [begin] = known
  if (begin === undefined || known.length < 3) return null
  const minute = known.filter(({ atMs }) => atMs - begin.atMs <= 60_000)
  let bounds = advanceBounds(coldBounds, factor * (rms(minute) ?? 0), settledS, model)
  let last = begin
  for (const reading of known.slice(1)) {
    const stepS = Math.min(longestStepS, (reading.atMs - last.atMs) / 1000)
    // The mean square of both ends: an arithmetic mean understates the heat.
    bounds = advanceBounds(bounds, factor * Math.sqrt((last.value ** 2 + reading.value ** 2) / 2), stepS, model)
    last = reading
  }
  return usedBand(bounds)
}

const heatOf = (readings: readonly Reading[], breaker: SiteBreaker | undefined) => {
  const model = breaker === undefined ? null : breakerModel(breaker)
  if (model === null || 'why' in model) return { earlyPercent: null, latePercent: null, warmPercent: null }
  const declared = usedBy(readings, model, 1)
  return {
    earlyPercent: declared?.early.hot ?? null,
    latePercent: declared?.late.hot ?? null,
    warmPercent: usedBy(readings, model, 1 / warmFactor)?.early.hot ?? null,
  }
}

/** How long the readings were above a level without a break up to the last one, s; one reading below within 3 s is no break. */
export const lastedAbove = (
  readings: readonly Reading[],
  levelA: number,
): { readonly lastedS: number; readonly sinceMs: number } => {
  const last = readings.at(-1)
  if (last === undefined) return { lastedS: 0, sinceMs: 0 }
  let sinceMs = Infinity
  for (const { atMs, value } of [...readings].reverse()) {
    if (value > levelA) sinceMs = atMs
    else if ((sinceMs === Infinity ? last.atMs : sinceMs) - atMs > 3000) break
  }
  return sinceMs === Infinity
    ? { lastedS: 0, sinceMs: last.atMs }
    : { lastedS: Math.max(0.5, (last.atMs - sinceMs) / 1000), sinceMs }
}

/** Every pole of the circuit up to the moment, from the readings kept. */
export const gatherPoles = (
  history: History,
  circuit: SiteCircuit,
  fall: Fall | null,
  atMs: number,
): readonly PoleEvidence[] =>
  phases.flatMap((phase, index): readonly PoleEvidence[] => {
    const untilMs = fall?.beforeMs ?? atMs
    const readings = history
      .circuitCurrent(circuit.id, index, -Infinity, untilMs + 20)
      .filter(({ value, atMs: readMs }) => !Number.isNaN(value) && readMs <= untilMs + 20)
    const fallen = fall?.poles.find((pole) => pole.phase === phase)
    const last = readings.at(-1)
    if (last === undefined && fallen === undefined) return []
    const recent = readings.filter((reading) => untilMs - reading.atMs <= 120_000)
    const tenMinutes = readings.filter((reading) => untilMs - reading.atMs <= 600_000)
    const ratingA = circuit.breaker?.tripUnit?.ir ?? circuit.breaker?.rating ?? null
    return [
      {
        phase,
        beforeA: fallen?.beforeA ?? last?.value ?? null,
        afterA: fallen?.afterA ?? null,
        fell: fallen?.fell ?? false,
        peakA: recent.length === 0 ? null : Math.max(...recent.map(({ value }) => value)),
        rms10minA: rms(tenMinutes),
        seen10minS: tenMinutes.length < 2 ? 0 : (untilMs - (tenMinutes[0]?.atMs ?? untilMs)) / 1000,
        ...heatOf(readings, circuit.breaker),
        aboveRatingS: ratingA === null || last === undefined ? null : lastedAbove(readings, ratingA).lastedS,
      },
    ]
  })
