/** What flows out of a circuit into what it feeds, by the meters there, and how far that may be from what its own meter says. */
import type { ChargerReading } from '../../../shared/model/image.ts'
import { perPhase, phases, type PerPhase, type Phase } from '../../../shared/model/phase.ts'
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
  /** The chargers counted in it. */
  readonly chargers: readonly string[]
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
        chargers: [id],
        amperes: perPhase((phase) => {
          const { value } = reading.siteCurrentA[phase]
          return value === null ? null : Math.abs(value)
        }),
      },
    ]
  })

/** What they draw together on one phase, which chargers are counted in it, and by which meters. */
export const drawnBelow = (
  fed: readonly Fed[],
  phase: Phase,
): { readonly drawnA: number; readonly who: string; readonly by: string } => {
  const counted = fed.filter(({ amperes }) => amperes[phase] !== null)
  return {
    drawnA: counted.reduce((sum, { amperes }) => sum + (amperes[phase] ?? 0), 0),
    who: counted
      .flatMap(({ chargers }) => chargers)
      .sort()
      .join(),
    by: counted.map(({ id }) => id).join(),
  }
}

/**
 * A circuit by its own meter. Only its active current counts: loads of other phase
 * angles add up to less in the circuit above (a capacitor bank there takes off more), active currents never do. null: its meter does
 * not say on every phase, or shows less than the chargers it feeds, which tell more then.
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
  const total = (of: (phase: Phase) => number): number => phases.reduce((sum, phase) => sum + of(phase), 0)
  const drawnA = total((phase) => drawnBelow(chargers, phase).drawnA)
  // All phases together, since theirs may be declared wrongly.
  const showsThem = total((phase) => active[phase] ?? 0) >= drawnA - tolerance(drawnA, 0)
  if (!showsThem || !circuit.phases.every((phase) => active[phase] !== null)) return null
  return {
    id: `circuit ${circuit.id}`,
    isCircuit: true,
    chargers: chargers.flatMap((charger) => charger.chargers),
    amperes: active,
  }
}

/** `stepA`: the smallest step of the meter's register. */
export const tolerance = (drawnA: number, stepA: number): number => toleranceA + toleranceShare * drawnA + stepA
