import type { Decision } from '../../../../shared/model/decision.ts'
import type { PerPhase, Phase } from '../../../../shared/model/phase.ts'
import { perPhase } from '../../../../shared/model/phase.ts'
import { own } from '../../../../shared/own.ts'
import type { Site, SiteCharger } from '../../../../shared/site/site.ts'

/** One vehicle at a charger: from when, until when, on which phases, how much it takes at most (A) and in all (kWh). */
export interface CarStay {
  readonly chargerId: string
  readonly fromS: number
  readonly toS: number
  readonly phases: readonly Phase[]
  readonly maximumA: number
  readonly energyKWh: number
}
/** What a circuit carries beside its chargers, from a moment on, A. */
export interface LoadStep {
  readonly fromS: number
  readonly amperes: PerPhase<number>
}
/** What happened outside of control in a stretch of time: the same for every way of steering. Seconds since its beginning. */
export interface Stretch {
  readonly startMs: number
  readonly seconds: number
  readonly loads: ReadonlyMap<string, readonly LoadStep[]>
  readonly cars: readonly CarStay[]
}

/** What it may have used: on one phase, or on its way, a charger that is switched tells nothing of what its vehicle would use on three. */
const usable = (charger: SiteCharger, { phases, phaseSwitch }: Decision['chargers'][string]): readonly Phase[] =>
  phaseSwitch !== undefined && phaseSwitch.on !== 3 ? charger.phases : phases

const known = (value: number | null | undefined): number => Math.max(0, value ?? 0)

/**
 * A recorded stretch from the decisions that were kept (when something changed, and once a minute): what flowed beside the chargers, and
 * who wanted to charge. What a vehicle would have taken beyond what it was given nobody knows: it counts as taking all its charger and its phases can,
 * or what it was seen to leave unused; and so the energies of two ways of steering compare, their absolute values do not.
 */
export const stretchOf = (site: Site, decisions: readonly Decision[], fromMs: number, toMs: number): Stretch => {
  const rows = [...decisions].filter(({ atMs }) => atMs < toMs).sort((one, other) => one.atMs - other.atMs)
  const second = (atMs: number) => Math.max(0, Math.round((atMs - fromMs) / 1000))
  const loads = new Map(
    site.circuits.map((circuit) => [
      circuit.id,
      rows.map((decision): LoadStep => ({
        fromS: second(decision.atMs),
        amperes: perPhase((phase) => known(own(decision.circuits, circuit.id)?.[phase]?.otherLoadA)),
      })),
    ]),
  )
  const cars = site.chargers.flatMap((charger) => {
    const stays: CarStay[] = []
    let open: CarStay | null = null
    const close = (toS: number): void => {
      if (open !== null && toS > open.fromS) stays.push({ ...open, toS })
      open = null
    }
    for (const decision of rows) {
      const decided = own(decision.chargers, charger.id)
      const isThere = decided !== undefined && decided.state !== 'idle'
      if (!isThere) {
        close(second(decision.atMs))
        continue
      }
      const unused = decided.boundBy.find(({ kind }) => kind === 'no-demand')?.limitA
      const before: CarStay | null = open
      open ??= {
        chargerId: charger.id,
        fromS: second(decision.atMs),
        toS: 0,
        phases: usable(charger, decided),
        maximumA: charger.maximum,
        energyKWh: Infinity,
      }
      open = {
        ...open,
        phases: usable(charger, decided).length < open.phases.length ? usable(charger, decided) : open.phases,
        maximumA: unused === undefined ? open.maximumA : Math.min(open.maximumA, Math.max(charger.minimum, unused)),
      }
      if (before === null) continue
    }
    close(Math.round((toMs - fromMs) / 1000))
    return stays
  })
  return { startMs: fromMs, seconds: Math.round((toMs - fromMs) / 1000), loads, cars }
}
