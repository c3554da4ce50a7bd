import { z } from 'zod'
import { phaseSwitchSchema } from '../model/phase-switch.ts'
import { boundSchema, type Bound } from '../model/bound.ts'
import { type Decision } from '../model/decision.ts'
import { phaseSchema } from '../model/image.ts'
import { own } from '../own.ts'
import { countedPhasesText } from '../said/counted-phases.ts'
import { pathUp } from '../site/path-up.ts'
import type { Site } from '../site/site.ts'
import { sayA } from './bounds.ts'

/** One phase of one circuit above a charger, as a decision saw it; amperes. */
export const whyPlaceSchema = z.object({
  circuitId: z.string(),
  name: z.string(),
  phase: phaseSchema,
  limitA: z.number(),
  otherLoadA: z.number().nullable(),
  allocatedA: z.number(),
  /** limit - other load - what chargers are given; null where the other load is not known. */
  headroomA: z.number().nullable(),
  /** Age of the reading behind it when it was decided, ms; null: nothing measured is behind it, or it was not kept. */
  ageMs: z.number().nullable(),
  /** It is named among what bound the charger. */
  binds: z.boolean(),
})
export type WhyPlace = Readonly<z.infer<typeof whyPlaceSchema>>

export const whySchema = z.object({
  chargerId: z.string(),
  decisionId: z.string(),
  /** When it was decided, and how old that was at the time asked about, ms. */
  decidedAtMs: z.number(),
  agoMs: z.number(),
  trigger: z.string(),
  mode: z.enum(['monitoring', 'armed']),
  targetA: z.number(),
  state: z.string(),
  sentence: z.string(),
  /** Why it is counted on phases where one would not look for it; one sentence each. */
  counted: z.array(z.string()),
  bounds: z.array(boundSchema),
  /** From its own circuit to the grid connection. */
  places: z.array(whyPlaceSchema),
  /** What it rests on, each with its age. */
  inputs: z.array(z.object({ what: z.string(), ageMs: z.number().nullable() })),
  /** What the next ampere would need; one sentence each, empty where nothing more is possible. */
  next: z.array(z.string()),
  notes: z.array(z.string()),
  /** Where it stands between one phase and three; null: it may not be switched. */
  phaseSwitch: phaseSwitchSchema.nullable(),
})
export type Why = Readonly<z.infer<typeof whySchema>>

const placesOf = (site: Site, decision: Decision, chargerId: string): readonly WhyPlace[] => {
  const charger = site.chargers.find(({ id }) => id === chargerId)
  const decided = own(decision.chargers, chargerId)
  if (charger === undefined || decided === undefined) return []
  return pathUp(site, charger.circuit).flatMap((circuit) =>
    decided.phases.flatMap((phase) => {
      const at = own(decision.circuits, circuit.id)?.[phase]
      if (at === undefined) return []
      const headroomA = at.otherLoadA === null ? null : at.limitA - at.otherLoadA - at.allocatedA
      return [
        {
          circuitId: circuit.id,
          name: circuit.name ?? circuit.id,
          phase,
          limitA: at.limitA,
          otherLoadA: at.otherLoadA,
          allocatedA: at.allocatedA,
          headroomA: headroomA === null ? null : Math.round(headroomA * 1000) / 1000,
          ageMs: at.ageMs ?? null,
          binds: decided.boundBy.some((bound) => bound.circuitId === circuit.id && bound.phase === phase),
        },
      ]
    }),
  )
}

/** Bounds that no room on any circuit removes, each as what would have to happen first. */
const beforeRoom = (bound: Bound): string | null => {
  switch (bound.kind) {
    case 'charger-maximum':
      return `nothing: it is at the most it may have (${bound.detail})`
    case 'override':
      return `the end of the override, or a higher one (${bound.detail})`
    case 'fallback':
      return `sight of what it rests on (${bound.detail})`
    case 'no-demand':
      return `a vehicle that takes it (${bound.detail})`
    case 'ramp':
    case 'resume-delay':
      return `time: ${bound.detail}`
    case 'step':
      return `a whole step of the charger (${bound.detail})`
    case 'circuit-limit':
    case 'charger-minimum':
      return null
    case 'phase-switch':
      return `its word that it is on the other number of phases (${bound.detail})`
    case 'plan':
      return `the time the plan gives it (${bound.detail})`
    default:
      return bound.detail
  }
}

/**
 * What one more step would need: on every phase of every circuit above that has less than the step left, how much is missing; and
 * what stands before it whatever the room is. `stepA`: the next step of the charger, or its minimum while it is paused.
 */
const nextOf = (places: readonly WhyPlace[], bounds: readonly Bound[], stepA: number): readonly string[] => {
  const missing = places.flatMap(({ name, phase, headroomA, otherLoadA, allocatedA, limitA, binds }) => {
    if (headroomA === null) return [`${name}, ${phase}: its other load must be seen before anything more is given`]
    // It is shared out in full: what is left over belongs to others, who rise in steps, or is too little for everybody alike.
    if (binds && headroomA >= stepA - 1e-6)
      return [
        `${name}, ${phase}: a larger share; the ${sayA(headroomA)} left there are for others that have not risen to theirs yet, or no step for everybody`,
      ]
    if (headroomA >= stepA - 1e-6) return []
    return [
      `${name}, ${phase}: ${sayA(stepA - headroomA)} more room for the next ${sayA(stepA)} (${sayA(limitA)} may be used, other load ${sayA(otherLoadA ?? 0)}, given ${sayA(allocatedA)})`,
    ]
  })
  // Its maximum is the answer only where nothing tighter holds it.
  const held = bounds.filter(({ kind }, index) => kind !== 'charger-maximum' || index === 0)
  return [...missing, ...held.flatMap((bound) => beforeRoom(bound) ?? [])]
}

/**
 * The chain of sentences and numbers behind one charger's limit in one decision, made from nothing but the decision and the site file, so
 * that it can be told of any decision that was kept. null: the decision knows nothing of this charger.
 */
export const whyOf = (site: Site, decision: Decision, chargerId: string, askedAtMs: number): Why | null => {
  const charger = site.chargers.find(({ id }) => id === chargerId)
  const decided = own(decision.chargers, chargerId)
  if (charger === undefined || decided === undefined) return null
  const places = placesOf(site, decision, chargerId)
  const meters = new Map(
    places.flatMap(({ circuitId, ageMs, name }) => {
      const circuit = site.circuits.find(({ id }) => id === circuitId)
      const meter = site.meters.find(({ id }) => id === circuit?.meter)
      const what =
        meter === undefined
          ? `${name}: no meter, bounded by what is declared and what its parts show`
          : `${meter.name ?? meter.id}, meter of ${name}`
      return [[circuitId, { what, ageMs }] as const]
    }),
  )
  return {
    chargerId,
    decisionId: decision.id,
    decidedAtMs: decision.atMs,
    agoMs: Math.max(0, askedAtMs - decision.atMs),
    trigger: decision.trigger,
    mode: decision.mode,
    targetA: decided.targetA,
    state: decided.state,
    sentence: decided.why,
    counted: (decided.counted ?? []).map((each) =>
      countedPhasesText(each, (circuitId) => site.circuits.find(({ id }) => id === circuitId)?.name ?? circuitId),
    ),
    bounds: [...decided.boundBy],
    places: [...places],
    inputs: [{ what: charger.name ?? charger.id, ageMs: decided.ageMs ?? null }, ...meters.values()],
    next: [...nextOf(places, decided.boundBy, decided.targetA === 0 ? charger.minimum : 1)],
    notes: [...decision.notes],
    phaseSwitch: decided.phaseSwitch ?? null,
  }
}
