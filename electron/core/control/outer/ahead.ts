import { sayA } from '../../../../shared/allocation/bounds.ts'
import { currentKey } from '../../derive/phase-keys.ts'
import type { Image } from '../../../../shared/model/image.ts'
import { own } from '../../../../shared/own.ts'
import { controlLimitA } from '../../../../shared/site/circuit-limit.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { forgetful, type Memory } from '../../site/memory.ts'
import type { PhaseLimit } from './outer.ts'

interface Point {
  readonly atMs: number
  readonly amperes: number
}
interface Start {
  readonly atMs: number
  readonly stepA: number
}
interface Followed {
  points: Point[]
  starts: Start[]
}

/** A slope is taken over this long, and carried on for as long as a car needs to follow a lower limit. Editable assumptions. */
const slopeMs = 3000
const aheadS = 6
/** Slower than this is no load that starts, A/s. */
const leastSlope = 1
/** A start that is known: so often within so long, with much the same step. */
const knownStarts = 3
const knownWithinMs = 1_800_000
const leastStepA = 5
const sameShare = 0.25

const rounded = (limitA: number): number => Math.round(limitA * 10) / 10

const slopeOf = (points: readonly Point[]): number => {
  const last = points.at(-1)
  const first = points.find(({ atMs }) => last !== undefined && last.atMs - atMs <= slopeMs)
  if (last === undefined || first === undefined || last.atMs - first.atMs < 1000) return 0
  return ((last.amperes - first.amperes) * 1000) / (last.atMs - first.atMs)
}

/** The step of a load that comes again and again (a lift, a compressor) and may come now, A; 0: none is known. */
const knownStep = (starts: readonly Start[]): number => {
  const last = starts.at(-1)
  if (last === undefined) return 0
  const alike = starts.filter(({ stepA }) => Math.abs(stepA - last.stepA) <= sameShare * last.stepA)
  return alike.length >= knownStarts ? Math.max(...alike.map(({ stepA }) => stepA)) : 0
}

/**
 * Loads about to come: a current that rises is taken to rise on for as long as a car needs to follow, and a start that came at least three
 * times in half an hour with much the same step is kept free for the next. Both lower the limit of that phase before anything is above it. Off where the
 * site file does not ask for it: what it costs in charging is the price of breaches that do not happen.
 */
export const createAhead = (site: Site, memory: Memory = forgetful) => {
  const followed = memory.keep('ahead', new Map<string, Followed>())
  const mode = site.control.ahead

  const follow = (key: string, point: Point): Followed => {
    const known = followed.get(key) ?? { points: [], starts: [] }
    followed.set(key, known)
    const before = known.points.at(-1)
    if (before !== undefined && before.atMs >= point.atMs) return known
    known.points = [...known.points.filter(({ atMs }) => point.atMs - atMs <= slopeMs), point]
    const stepA = before === undefined || point.atMs - before.atMs > slopeMs ? 0 : point.amperes - before.amperes
    known.starts = known.starts.filter(({ atMs }) => point.atMs - atMs <= knownWithinMs)
    if (stepA >= leastStepA) known.starts.push({ atMs: point.atMs, stepA })
    return known
  }

  return {
    step: (
      image: Image,
      _utcMs: number,
      special: ReadonlyMap<string, Readonly<Partial<Record<string, PhaseLimit>>>>,
    ): ReadonlyMap<string, Readonly<Partial<Record<string, PhaseLimit>>>> => {
      const limits = new Map<string, Partial<Record<string, PhaseLimit>>>()
      if (mode === 'off') return limits
      for (const circuit of site.circuits) {
        if (circuit.meter === undefined) continue
        const samples = own(image.meters, circuit.meter)?.samples
        for (const phase of circuit.phases) {
          const sample = samples?.[currentKey[phase]]
          if (sample?.value == null || sample.atMs === null) continue
          const known = follow(`${circuit.id} ${phase}`, { atMs: sample.atMs, amperes: Math.abs(sample.value) })
          const slope = slopeOf(known.points)
          const risesA = slope >= leastSlope ? slope * aheadS : 0
          const startsA = mode === 'slope-and-starts' ? knownStep(known.starts) : 0
          if (risesA === 0 && startsA === 0) continue
          const usableA = special.get(circuit.id)?.[phase]?.limitA ?? controlLimitA(site, circuit) * site.control.margin
          const keptA = Math.max(risesA, startsA)
          const limitA = rounded(Math.max(0, usableA - keptA))
          const text = `${sayA(limitA)}: ${sayA(keptA)} kept for ${risesA >= startsA ? 'a load that rises' : 'a load that starts again and again'}`
          limits.set(circuit.id, { ...limits.get(circuit.id), [phase]: { limitA, kind: 'load-ahead', text } })
        }
      }
      return limits
    },
  }
}
