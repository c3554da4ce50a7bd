/** What flows out of a circuit into what it feeds, by the meters there, and how far that may be from what its own meter says. */
import type { ChargerReading } from '../../../shared/model/image.ts'
import { perPhase, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { own } from '../../../shared/own.ts'
import { powerKey, voltageKey } from '../derive/phase-keys.ts'
import { trackOf, type Memory } from './memory.ts'

/** Both meters' tolerance together: a charger's own meter is good to 5 % and 1 A (assumption; MID allows far less). */
const toleranceShare = 0.05
const toleranceA = 1
/** A voltage that is not measured is taken to be this much of the declared one: EN 50160 +10 %. */
const highestShare = 1.1

/** A charger or a metered circuit fed by a circuit, with what it draws at least; null where its meter does not say. */
export interface Fed {
  readonly id: string
  readonly isCircuit: boolean
  readonly amperes: PerPhase<number | null>
}

export interface BelowInput {
  readonly fed: readonly Fed[]
  /** Something below is declared to feed in: then the circuit may carry less than its chargers draw. */
  readonly feedsIn: boolean
  readonly nowMs: number
}

/** The currents of chargers that say they charge, or whose status is not known. */
export const fedChargers = (
  chargers: Readonly<Record<string, ChargerReading | undefined>>,
  ids: readonly string[],
): readonly Fed[] =>
  ids.flatMap((id) => {
    const reading = own(chargers, id)
    const status = reading?.status.value ?? null
    if (reading === undefined || (status !== null && status !== 'charging')) return []
    return [
      {
        id,
        isCircuit: false,
        amperes: perPhase((phase) => {
          const { value } = reading.siteCurrentA[phase]
          return value === null ? null : Math.abs(value)
        }),
      },
    ]
  })

/** What they draw together on one phase, and who was counted. */
export const drawnBelow = (fed: readonly Fed[], phase: Phase): { readonly drawnA: number; readonly who: string } => {
  const counted = fed.filter(({ amperes }) => amperes[phase] !== null)
  return {
    drawnA: counted.reduce((sum, { amperes }) => sum + (amperes[phase] ?? 0), 0),
    who: counted.map(({ id }) => id).join(),
  }
}

/**
 * A circuit by its own meter, and by the chargers it feeds where those say more. Only its active current counts: loads of other phase
 * angles add up to less in the circuit above (a capacitor bank there takes off more), active currents never do. null: its meter does
 * not say on every phase.
 */
export const fedCircuit = (
  circuit: Pick<SiteCircuit, 'id' | 'phases'>,
  memory: Memory,
  nominalVoltage: number,
  chargers: readonly Fed[],
): Fed | null => {
  const active = perPhase((phase) => {
    const watts = circuit.phases.includes(phase) ? trackOf(memory, powerKey[phase])?.value : undefined
    const volts = trackOf(memory, voltageKey[phase])?.value ?? highestShare * nominalVoltage
    return watts === undefined || volts < 0.5 * nominalVoltage ? null : Math.max(0, watts) / volts
  })
  if (!circuit.phases.every((phase) => active[phase] !== null)) return null
  return {
    // Who is counted below is part of it: a charger that is read again is no move.
    id: [`circuit ${circuit.id}`, ...chargers.map(({ id }) => id)].join('+'),
    isCircuit: true,
    amperes: perPhase((phase) => {
      const { drawnA, who } = drawnBelow(chargers, phase)
      return active[phase] === null && who === '' ? null : Math.max(active[phase] ?? 0, drawnA)
    }),
  }
}

/** `stepA`: the smallest step of the meter's register. */
export const tolerance = (drawnA: number, stepA: number): number => toleranceA + toleranceShare * drawnA + stepA
