import type { BreakerState, TripKind } from '../protection/protection-profile.ts'
import type { Phase } from '../model/phase.ts'
import type { ChargerStatus } from '../model/image.ts'

/**
 * All that the judging of causes may look at: numbers gathered from what was kept around one moment. Plain data, so that it is kept with
 * the incident and every verdict can be made again from it. `null` always means "not known", never zero. Currents amperes, voltages
 * volts line to neutral, times UTC epoch ms, durations seconds.
 */
export interface IncidentEvidence {
  readonly kind: IncidentKind
  /** The moment: of the first reading without the load, or what a person said. */
  readonly atMs: number
  /** How far the moment may lie before that, s: the gap between the two readings around it. */
  readonly withinS: number
  readonly circuit: CircuitFacts | null
  readonly poles: readonly PoleEvidence[]
  readonly chargers: readonly ChargerEvidence[]
  readonly supply: SupplyEvidence
  readonly neutral: NeutralEvidence
  readonly overload: OverloadEvidence
  readonly starts: StartEvidence
  readonly phaseMap: PhaseMapEvidence
  readonly stiffness: readonly StiffnessEvidence[]
  readonly board: BoardEvidence
  readonly inrush: InrushEvidence
  readonly leakage: LeakageEvidence
  /** Missing: kept by a version that did not read protective devices here. */
  readonly device?: DeviceEvidence
  readonly data: DataEvidence
  /** Earlier incidents of the same circuit and their highest pole, as a multiple of the rating; newest last. */
  readonly earlier: readonly { readonly atMs: number; readonly multiple: number | null; readonly cause: string }[]
}

/**
 * trip: all loaded poles of a circuit; pole: some of them; charger-stop: one charger stopped by itself; window: charging stopped while the
 * voltage was outside its window; supply: voltage and current went together; dark:
 * all that is read fell silent at once under load; sight: a loaded circuit is not seen any more; said: only
 * a person says so.
 */
export const incidentKinds = ['trip', 'pole', 'charger-stop', 'window', 'supply', 'dark', 'sight', 'said'] as const
export type IncidentKind = (typeof incidentKinds)[number]

export interface CircuitFacts {
  readonly id: string
  readonly name: string
  /** Ir where a trip unit told its settings, else the rating; null: the site file names no breaker. */
  readonly ratingA: number | null
  /** Rating after the declared ambient and grouping. */
  readonly effectiveA: number | null
  readonly breaker: string | null
  /** What the site file itself allows on this circuit before the breaker's rating is counted in; null: no limit of its own. */
  readonly declaredLimitA: number | null
  /** The limit that control holds it to. */
  readonly limitA: number
  /** What one charger alone on it may draw. */
  readonly largestChargerA: number | null
  readonly chargersOnIt: number
  /** Settings read from a trip unit that differ from the site file, in words with numbers. */
  readonly settingDiffers: string | null
  /** One of them makes it trip earlier than declared. */
  readonly isSetLower?: boolean
  /** A residual-current device is declared here; null: the site file says nothing. */
  readonly hasRcd: boolean | null
}

export interface PoleEvidence {
  readonly phase: Phase
  /** Last reading with the load and first without; null: not read. */
  readonly beforeA: number | null
  readonly afterA: number | null
  readonly fell: boolean
  /** Highest reading of the last 120 s. */
  readonly peakA: number | null
  /** Root of the mean square over the last 10 min that were seen. */
  readonly rms10minA: number | null
  readonly seen10minS: number
  /** Thermal margin used just before, percent, of the fastest and the slowest breaker of the type. */
  readonly earlyPercent: number | null
  readonly latePercent: number | null
  /** The same with 15 % less rating: as warm and full as boards come. */
  readonly warmPercent: number | null
  /** How long it was above its rating without a break, up to the moment. */
  readonly aboveRatingS: number | null
}

export interface ChargerEvidence {
  readonly id: string
  readonly name: string
  readonly phases: readonly Phase[]
  /** On L1, L2, L3 just before; null or missing: not read. */
  readonly currentsA?: readonly [number, number, number] | null
  /** Highest phase before and after. */
  readonly beforeA: number | null
  readonly afterA: number | null
  /** The limit it confirmed before. */
  readonly limitA: number | null
  /** How long it drew more than that limit by 10 % and 0.5 A, while the limit stood; null: no current or no limit of it is read. */
  readonly aboveLimitS: number | null
  readonly worstAboveLimitA: number | null
  readonly statusBefore: ChargerStatus | null
  readonly statusAfter: ChargerStatus | null
  readonly code: string | null
  readonly answersAfter: boolean | null
  readonly voltageAfterV: number | null
  /** Its limit was brought below 6 A before it stopped. */
  readonly wasTold: boolean
  /** Seconds before the moment at which its current began; null: earlier than what is kept, or not seen. */
  readonly startedBeforeS: number | null
  /** For so long before the moment it may have begun without being read, s: a car was or may have been there and did not draw. Missing: none. */
  readonly unseenS?: number
  /** Seconds after the moment at which it drew again. */
  readonly againAfterS: number | null
}

export interface SupplyEvidence {
  readonly isKnown: boolean
  /** Voltage above the circuit, lowest phase, around the moment. */
  readonly beforeV: number | null
  readonly afterV: number | null
  readonly isGone: boolean
  /** Voltage of the circuit's own meter afterwards, where it has one that answers. */
  readonly belowV: number | null
  /** The voltage came back this long before the moment after having been lost. */
  readonly returnedBeforeS: number | null
  /** Outside 90 to 110 % of the nominal voltage for so long, ending less than 15 s before the moment; 0: it was not. */
  readonly outsideS: number | null
  readonly outsideV: number | null
  /** Back inside so long after the moment; null: not yet seen. */
  readonly insideAgainS: number | null
  readonly nominalV: number
  /** Deepest dip or interruption that samples show in the moment; null: none there. Missing: kept by a version that did not look. */
  readonly sampledDip?: SampledDipEvidence | null
}

/** A dip as samples show it (one-cycle RMS, IEC 61000-4-30), too short for polls. */
export interface SampledDipEvidence {
  readonly sourceName: string
  readonly lowestV: number
  /** null: its end was not seen yet. */
  readonly lastedS: number | null
  /** How many channels it was on. */
  readonly channels: number
}

export interface NeutralEvidence {
  readonly measuredA: number | null
  /** From the phase currents alone, unity power factor: the fundamental part only. */
  readonly fundamentalA: number | null
  readonly largestPhaseA: number | null
  readonly thdPercent: number | null
}

export interface OverloadEvidence {
  readonly isKnown: boolean
  readonly phase: Phase | null
  /** Above the circuit's limit without a break up to the moment; 0: it was not. */
  readonly lastedS: number
  readonly worstA: number | null
  /** A charger began, or a limit was raised, within 20 s before it began. */
  readonly cameWithStart: boolean
  /** Limits of chargers below were lowered while it lasted or just after the moment; null: no limit is read. */
  readonly wasLowered: boolean | null
  readonly lowestLoweredS: number | null
}

export interface StartEvidence {
  readonly within3S: readonly string[]
  readonly within15S: readonly string[]
  readonly within60S: readonly string[]
  /** Chargers that had been charging for longer. */
  readonly others: number
  readonly isKnown: boolean
  /** Which of them may have begun without being read, and for how long before the moment at most. Missing: kept by an older version. */
  readonly unseen?: { readonly names: readonly string[]; readonly longestS: number }
}

export interface PhaseMapEvidence {
  /** Steps of a charger's current against the meter above it. */
  readonly contradicting: number
  readonly agreeing: number
  readonly said: string | null
  /** A finding of the program that a phase map is contradicted. */
  readonly hasFinding: boolean
  /** What the chargers drew on their declared phases against the meter just before, without any step; null: not known. */
  readonly standing?: 'agrees' | 'contradicts' | null
}

/** Source impedance seen by load steps, per phase. */
export interface StiffnessEvidence {
  readonly phase: Phase
  readonly milliohm: number
  /** Standard error, from how the steps scatter. */
  readonly errorMilliohm: number
  readonly steps: number
}

export interface BoardEvidence {
  readonly ambientC: number | null
  readonly groupedWith: number | null
  /** Other circuits of the same board that carried more than half of their limit. */
  readonly loadedNeighbours: number
  readonly neighbours: number
  readonly localHour: number
}

export interface InrushEvidence {
  /** How often the currents are read, s, and whether some register keeps extremes. */
  readonly pollS: number | null
  readonly hasExtremes: boolean
  readonly jumpA: number | null
  /** Highest one-cycle RMS of the sampled current around the moment, A; null: nothing is sampled here. */
  readonly sampledA: number | null
  /** In the very moment in which the load ended; null or missing: not sampled here or above, or the samples do not show the fall. */
  readonly surge?: SurgeEvidence | null
}

/** What samples show of the moment in which a circuit's load ended, at the circuit itself or at the nearest one above it. */
export interface SurgeEvidence {
  /** Where it is sampled. */
  readonly circuitId: string
  readonly circuitName: string
  readonly isOwn: boolean
  /** By the front end's clock, UTC epoch ms; to a tenth of a second. */
  readonly atMs: number
  /** Where the highest one-cycle RMS was, and how far above what had flowed there in the half second before, A. */
  readonly phase: Phase
  readonly aboveA: number
  /** Names of other circuits there whose load fell in the same moment: the surge may be theirs. */
  readonly fellAtOnce: readonly string[]
}

/** What a trip unit, a residual current monitor or an auxiliary contact told of the breaker itself. */
export interface DeviceEvidence {
  /** Before and after the moment; null: nothing here tells it. */
  readonly before: BreakerState | null
  readonly after: BreakerState | null
  /** A trip unit tells a trip from an opening by hand; an auxiliary contact does not. */
  readonly tellsTrips: boolean
  /** Told after the moment and not before it. */
  readonly kinds: readonly TripKind[]
  readonly words: readonly string[]
  readonly alarms: readonly string[]
}

export interface LeakageEvidence {
  readonly milliampere: number | null
  readonly isMeasured: boolean
}

export interface DataEvidence {
  /** Share of the seconds of the five minutes before that were seen. */
  readonly coverage: number
  readonly keptBeforeS: number
  readonly meterSilent: boolean
  readonly meterFrozen: boolean
  readonly silentChargers: number
  /** Load of the circuit when it was first seen again, as a share of that before; null: not seen again, or it never was unseen. */
  readonly backShare: number | null
  readonly drawingChargers: number
  /** What else is missing, for a person. */
  readonly gaps: readonly string[]
}
