import type { ChargerReading, CircuitPhaseReading, CircuitReading, MeterReading } from '../../../shared/model/image.ts'
import { phases as allPhases, type Phase } from '../../../shared/model/phase.ts'
import { missingSample, sampleAgeMs, type Sample } from '../../../shared/model/sample.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import type { Protection } from '../../../shared/protection/protection-profile.ts'
import type { TripUnitSettings } from '../../../shared/protection/read-protection.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { createProtectionWatch } from './protection-watch.ts'
import { createCircuitCurrents } from './circuit-currents.ts'
import { currentKey } from './phase-keys.ts'
import { own } from '../../../shared/own.ts'
import { forgetful, type Memory } from '../site/memory.ts'
import { createThermalTracker, newPole, type ThermalState } from './thermal-tracker.ts'

export interface Circuits {
  /** Optional: every reply of a meter, so that the heating uses all readings and not one a cycle. */
  readonly observe: (meterId: string, samples: Readonly<Partial<Record<string, Sample>>>) => void
  /** Every circuit's currents, headroom and thermal margin at `nowMs` (UTC ms), by circuit id. */
  readonly step: (
    meters: Readonly<Record<string, MeterReading>>,
    chargers: Readonly<Record<string, ChargerReading>>,
    nowMs: number,
  ) => Record<string, CircuitReading>
  /** Seconds until the earliest trip of a pole, as warm as it is now, if this current stayed; null: its heat is not known. */
  readonly tripIn: (circuitId: string, phase: Phase, amperes: number) => { readonly earlyS: number | null } | null
}

/** A meter input without a transformer shows less than this, A: more is a conductor of this circuit that the site file does not name. */
const leastMeasuredA = 0.5

/**
 * Headroom counts magnitudes: a conductor heats whichever way the power flows. A missing current has no headroom. A
 * phase that the circuit's own meter measures and the site file does not name is watched all the same, from the first current on it.
 */
export const createCircuits = (
  site: Site,
  memory: Memory = forgetful,
  profiles: ReadonlyMap<string, { readonly protection?: Protection | undefined }> = new Map(),
): Circuits => {
  const currentsOf = createCircuitCurrents(site)
  const heat = memory.keep(
    'thermal-images',
    new Map(
      site.circuits.map(({ id, phases }) => [
        id,
        new Map<Phase, ThermalState>(phases.map((phase) => [phase, newPole()])),
      ]),
    ),
  )
  /** The latest settings of trip units by circuit: what was read stays in force while the device is silent. */
  const settings = memory.keep('trip-unit-settings', new Map<string, TripUnitSettings>())
  const protectionOf = ({ meter }: SiteCircuit): Protection | undefined =>
    profiles.get(site.meters.find(({ id }) => id === meter)?.profile ?? '')?.protection
  const circuits = site.circuits.map((circuit) => {
    const states = heat.get(circuit.id) ?? new Map<Phase, ThermalState>()
    const poleOf = (phase: Phase, state: ThermalState) => ({
      phase,
      tracker: createThermalTracker(circuit.breaker, state),
    })
    return {
      circuit,
      protect: createProtectionWatch(circuit, protectionOf(circuit), settings),
      limitA: circuitLimitA(site, circuit),
      states,
      poleOf,
      poles: [...states].map(([phase, state]) => poleOf(phase, state)),
    }
  })

  const noteUndeclared = (meterId: string, samples: Readonly<Partial<Record<string, Sample>>>): void => {
    for (const { circuit, states, poles, poleOf } of circuits) {
      if (circuit.meter !== meterId || poles.length === allPhases.length) continue
      for (const phase of allPhases) {
        const value = samples[currentKey[phase]]?.value
        if (value == null || Math.abs(value) < leastMeasuredA || poles.some((pole) => pole.phase === phase)) continue
        const state = newPole()
        states.set(phase, state)
        poles.push(poleOf(phase, state))
      }
    }
  }

  return {
    tripIn: (circuitId, phase, amperes) =>
      circuits
        .find(({ circuit }) => circuit.id === circuitId)
        ?.poles.find((pole) => pole.phase === phase)
        ?.tracker.tripIn(amperes) ?? null,
    observe: (meterId, samples) => {
      noteUndeclared(meterId, samples)
      for (const { circuit, poles } of circuits) {
        if (circuit.meter !== meterId) continue
        for (const { phase, tracker } of poles) {
          const value = samples[currentKey[phase]]?.value
          if (value != null) tracker.noteSample(value)
        }
      }
    },
    step: (meters, chargers, nowMs) => {
      for (const [meterId, { samples }] of Object.entries(meters)) noteUndeclared(meterId, samples)
      const currents = currentsOf(meters, chargers)
      const readings: Record<string, CircuitReading> = {}
      for (const { circuit, limitA, poles, protect } of circuits) {
        const current = currents.get(circuit.id)
        const phases: Partial<Record<Phase, CircuitPhaseReading>> = {}
        let ageMs: number | null = null
        const said = protect(circuit.meter === undefined ? undefined : own(meters, circuit.meter)?.samples)
        for (const { phase, tracker } of poles) {
          if (said !== null && said.breaker !== undefined) tracker.setBreaker(said.breaker)
          const sample =
            current?.phases[phase] ??
            (circuit.meter === undefined ? undefined : own(meters, circuit.meter)?.samples[currentKey[phase]]) ??
            missingSample('absent', null)
          const age = sampleAgeMs(sample, nowMs)
          if (age !== null) ageMs = Math.max(ageMs ?? 0, age)
          const thermal = tracker.step(sample, nowMs)
          phases[phase] = {
            currentA: sample,
            limitA,
            headroomA: sample.value === null ? null : limitA - Math.abs(sample.value),
            thermalUsedPercent: thermal.percent,
            thermal: thermal.band,
            thermalUnknownWhy: thermal.why,
          }
        }
        readings[circuit.id] = {
          source: current?.source ?? 'none',
          meterId: current?.meterId ?? null,
          phases,
          ...(said === null ? {} : { protection: said.reading }),
          ageMs,
        }
      }
      return readings
    },
  }
}
