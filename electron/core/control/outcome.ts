import type { AllocationResult } from '../../../shared/allocation/problem.ts'
import type { Bound } from '../../../shared/model/bound.ts'
import type { ChargerDecision, Decision } from '../../../shared/model/decision.ts'
import type { PhaseSwitchState } from '../../../shared/model/phase-switch.ts'
import type { DecisionNote } from '../../../shared/said/decision-note.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import type { Site } from '../../../shared/site/site.ts'
import { createCircuitSums, type CircuitSums } from './circuit-sums.ts'
import { usableLimitA } from './controlled-charger.ts'
import { explain } from './explain.ts'
import type { OtherLoad } from './other-load.ts'
import type { Shares } from './ways.ts'
import type { Standing } from './problem.ts'
import { own } from '../../../shared/own.ts'

/** What a decision comes to, in the words of the contract. */
export interface Outcome {
  readonly chargers: Decision['chargers']
  readonly circuits: Decision['circuits']
  readonly notes: readonly DecisionNote[]
}

type Loads = ReadonlyMap<string, OtherLoad>

const stateOf = (standing: Standing, targetA: number): ChargerDecision['state'] => {
  if (standing.fixed !== null || standing.blind !== null) return 'fallback'
  if (standing.override !== null) return 'override'
  if (!standing.view.wants) return 'idle'
  return targetA === 0 ? 'paused' : 'allocated'
}

/** How old the readings of each circuit are, in the order of the site, ms; null where there is none. */
export type Ages = readonly (number | null)[]
export const agesOf = (site: Site, loads: Loads): Ages => site.circuits.map(({ id }) => loads.get(id)?.ageMs ?? null)

/** Age of the oldest reading a limit rests on, ms; null: none. */
const oldestMs = ({ view }: Standing, ages: Ages): number | null => {
  let oldest = view.ageMs
  for (const place of view.charger.places) {
    const ageMs = ages[place] ?? null
    if (ageMs !== null && (oldest === null || ageMs > oldest)) oldest = ageMs
  }
  return oldest
}

export const chargerDecision = (
  site: Site,
  standing: Standing,
  targetA: number,
  bounds: readonly Bound[],
  ages: Ages,
  /** Where it stands between one phase and three; null: it may not be switched. */
  phaseSwitch: PhaseSwitchState | null = null,
): ChargerDecision => {
  const { view } = standing
  const state = stateOf(standing, targetA)
  return {
    targetA,
    state,
    phases: [...(standing.fixed === null ? view.countedOn : view.mayUse)],
    ...(view.whyCounted.length === 0 ? {} : { counted: [...view.whyCounted] }),
    boundBy: [...bounds],
    why: explain(targetA, state, bounds, site, standing.place),
    inputAgeMs: state === 'fallback' ? null : oldestMs(standing, ages),
    ageMs: view.ageMs,
    ...(phaseSwitch === null ? {} : { phaseSwitch }),
  }
}

const givenOn = (site: Site, standings: readonly Standing[], targetsA: readonly number[]): CircuitSums => {
  const given = createCircuitSums(site.circuits.length)
  let index = 0
  for (const { view, fixed } of standings) {
    const amperes = fixed?.currentA ?? targetsA[index] ?? 0
    index += 1
    for (const phase of fixed === null ? view.countedOn : view.mayUse) given.addAbove(view.charger, phase, amperes)
  }
  return given
}

const inOrder: readonly Phase[] = ['L1', 'L2', 'L3']

export const circuitsOf = (
  site: Site,
  { now, worst }: Shares,
  standings: readonly Standing[],
  /** In the order of the standings. */
  targetsA: readonly number[],
  ages: Ages,
): Decision['circuits'] => {
  const given = givenOn(site, standings, targetsA)
  return Object.fromEntries(
    site.circuits.map((circuit, place) => {
      const node = own(now.nodes, circuit.id)
      const mostNode = own(worst.nodes, circuit.id)
      const ageMs = ages[place] ?? null
      const byPhase: Decision['circuits'][string] = {}
      for (const phase of inOrder) {
        if (!circuit.phases.includes(phase)) continue
        const otherLoadA = node?.[phase]?.otherLoadA ?? null
        const mostA = mostNode?.[phase]?.otherLoadA ?? null
        byPhase[phase] = {
          limitA: node?.[phase]?.limitA ?? usableLimitA(site, circuit),
          otherLoadA,
          ...(otherLoadA !== null && mostA !== null && mostA > otherLoadA ? { otherLoadMostA: mostA } : {}),
          allocatedA: Math.round(given.at(place, phase) * 1000) / 1000,
          ageMs,
        }
      }
      return [circuit.id, byPhase]
    }),
  )
}

const blindNotes = (standings: readonly Standing[]): readonly DecisionNote[] => {
  const byCause = new Map<string, string[]>()
  for (const { blind, view } of standings) {
    if (blind === null) continue
    const chargers = byCause.get(blind.cause)
    if (chargers === undefined) byCause.set(blind.cause, [view.charger.id])
    else chargers.push(view.charger.id)
  }
  return [...byCause].map(([cause, chargers]) => ({ kind: 'fallback', cause, chargers }))
}

export const notesOf = (
  site: Site,
  standings: readonly Standing[],
  loads: Loads,
  shares: AllocationResult,
): readonly DecisionNote[] => {
  const notes: DecisionNote[] = [...blindNotes(standings)]
  for (const circuit of site.circuits) {
    const load = loads.get(circuit.id)
    if (load === undefined) continue
    const name = circuit.name ?? circuit.id
    if (load.meter === 'late') notes.push({ kind: 'meter-late', meterId: circuit.meter ?? '', ageMs: load.ageMs ?? 0 })
    if (load.hiddenLoad.length > 0) notes.push({ kind: 'hidden-load', circuit: name, phases: load.hiddenLoad })
    if (load.unlikelyExport.length > 0)
      notes.push({ kind: 'unlikely-export', circuit: name, phases: load.unlikelyExport })
  }
  for (const { fixed } of standings) if (fixed !== null) notes.push({ kind: 'set-aside', why: fixed.why })
  return [...notes, ...shares.notes.map((text): DecisionNote => ({ kind: 'sharing', text }))]
}
