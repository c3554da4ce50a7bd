import type { PerPhase, Phase } from '../model/phase.ts'

/** What is declared of a meter and known of its place. */
export interface MeterFacts {
  readonly name: string
  readonly nominalVoltage: number
  readonly nominalHz: number
  /** Site phases it measures. */
  readonly phases: readonly Phase[]
  readonly transformer: TransformerFacts | null
  /** Something at or below its circuit may feed in. */
  readonly feedsIn: boolean
  /** Chargers under its circuit. */
  readonly chargers: number
  /** Metered circuits directly under its own, by name. */
  readonly children: readonly string[]
  /** Under its circuit nothing draws that has neither a meter nor a charger's own; else at most this, A a phase; null: not declared. */
  readonly otherLoadA: number | null
  /** It counts imports only, so energy that flowed back is not in its register. */
  readonly hasExportRegister: boolean
}

export interface TransformerFacts {
  readonly primaryA: number
  readonly secondaryA: number
  readonly class: string | null
  readonly cable: CableFacts | null
}
/** Secondary cable, one way, and what else the transformer has to feed. */
export interface CableFacts {
  readonly lengthM: number
  readonly crossSectionMm2: number
  readonly meterVA: number
  readonly ratedVA: number | null
}

/** A step of the chargers below as the meter saw it: its share, 1 where it showed all of it. */
export interface SeenStep {
  readonly share: number
}

/** A stretch over which the energy register and the power were compared. */
export interface EnergyStretch {
  readonly hours: number
  /** Of the stretch, how long there was no power to add up. */
  readonly gapShare: number
  readonly registerKWh: number
  readonly integratedKWh: number
  /** Smallest change the register was seen to make. */
  readonly stepKWh: number
}

/** One meter as the passive checks look at it: smoothed over some seconds, so that registers read one after the other agree. */
export interface MeterView {
  readonly facts: MeterFacts
  /** Whether the meter's profile has this quantity at all. */
  readonly has: (key: string) => boolean
  /** Smoothed; null where it is not known now. */
  readonly mean: (key: string) => number | null
  /** As it was read last, for codes and flags; null where it is not known. */
  readonly last: (key: string) => number | null
  /** Why nothing of the meter may be judged now, e.g. that it repeats old values; null: it may. */
  readonly blockedBy: string | null
  /** What chargers below say they draw, A, smoothed; null where one of them does not say. */
  readonly chargersA: PerPhase<number | null>
  /** Active power of the metered circuits directly below, W, smoothed; null where one does not say or there are none. */
  readonly childrenW: PerPhase<number | null>
  readonly steps: PerPhase<readonly SeenStep[]>
  readonly energy: EnergyStretch | null
  /** Quantities that stood still while what must move with them moved, and for how long, ms. */
  readonly stuck: readonly { readonly key: string; readonly moved: string; readonly forMs: number }[]
  /** Median of all meters of the site, Hz; null with fewer than two. */
  readonly siteHz: number | null
  /** Largest and typical current of the loaded phases since the program started, A; null: none yet. */
  readonly load: { readonly typicalA: number; readonly mostA: number; readonly hours: number } | null
}

export const keysOf = (phase: Phase) => {
  const mark = phase.toLowerCase()
  return { u: `u_${mark}n`, i: `i_${mark}`, p: `p_${mark}`, q: `q_${mark}`, s: `s_${mark}`, pf: `pf_${mark}` }
}
