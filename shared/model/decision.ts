import { z } from 'zod'
import { boundSchema } from './bound.ts'
import { phaseSchema } from './image.ts'
import { phaseSwitchSchema } from './phase-switch.ts'
import { overrideSchema } from './override.ts'
import { countedPhasesSchema } from '../said/counted-phases.ts'

export const chargerDecisionSchema = z.object({
  /** The limit this cycle decided, A; 0 means paused. */
  targetA: z.number(),
  state: z.enum(['allocated', 'paused', 'fallback', 'override', 'idle']),
  /** Site phases the charger is counted on in this cycle. */
  phases: z.array(phaseSchema),
  /** Why it is counted where one would not look for it (`countedPhasesText`); left out where there is nothing of the kind. */
  counted: z.array(countedPhasesSchema).optional(),
  boundBy: z.array(boundSchema),
  /** "12 A, bound by feeder F2, L2 (limit 63 A, other load 21.4 A, shared by 4)": what the screen prints. */
  why: z.string(),
  /** Age of the oldest measurement the target rests on, ms; null when it rests on none (fallback). */
  inputAgeMs: z.number().nullable(),
  /** Age of what the charger said last, ms; null when it never said anything; absent in decisions of older versions. */
  ageMs: z.number().nullable().optional(),
  /** Where it stands between one phase and three; left out where it may not be switched. */
  phaseSwitch: phaseSwitchSchema.optional(),
})
export type ChargerDecision = Readonly<z.infer<typeof chargerDecisionSchema>>

export const circuitDecisionPhaseSchema = z.object({
  limitA: z.number(),
  /** Load that is not a controlled charger, A; null when the circuit has no usable measurement. */
  otherLoadA: z.number().nullable(),
  /**
   * The most it was in the last seconds, what may be a car's current counted as other load, A: raises fit beside this one. Absent where it is
   * not more than `otherLoadA`, and in older decisions.
   */
  otherLoadMostA: z.number().optional(),
  /** Sum of the targets given to chargers on this phase, A. */
  allocatedA: z.number(),
  /** Age of the oldest reading behind the other load, ms; null when nothing measured is behind it; absent in older decisions. */
  ageMs: z.number().nullable().optional(),
})

export type CircuitDecisionPhase = Readonly<z.infer<typeof circuitDecisionPhaseSchema>>

export const decisionSchema = z.object({
  id: z.string(),
  seq: z.number().int(),
  atMs: z.number(),
  trigger: z.enum(['cycle', 'overload', 'override', 'arm', 'shutdown']),
  mode: z.enum(['monitoring', 'armed']),
  /** Time of the frozen image it was made on. */
  imageAtMs: z.number(),
  chargers: z.record(z.string(), chargerDecisionSchema),
  circuits: z.record(z.string(), z.partialRecord(phaseSchema, circuitDecisionPhaseSchema)),
  /** What was wrong with the inputs, e.g. "meter feeder-2 silent for 5.4 s: chargers cp5-cp8 at their fallback". */
  notes: z.array(z.string()),
})
export type Decision = Readonly<z.infer<typeof decisionSchema>>

/** A limit on its way to a charger: nothing is done until it is read back. */
export const writeSchema = z.object({
  id: z.string(),
  chargerId: z.string(),
  atMs: z.number(),
  limitA: z.number(),
  reason: z.enum(['decision', 'override', 'fallback', 'heartbeat', 'shutdown', 'disarm']),
  decisionId: z.string().nullable(),
  state: z.enum(['pending', 'written', 'verified', 'failed', 'superseded']),
  /** What was read back, A; null until it was, or when the charger cannot be read back. */
  readBackA: z.number().nullable(),
  why: z.string().nullable(),
  settledAtMs: z.number().nullable(),
})
export type Write = Readonly<z.infer<typeof writeSchema>>

/** What became of writing a charger's own fallback: what was read back (null: it does not say), and whether both fit the site file. */
export const fallbackWrittenSchema = z.object({
  chargerId: z.string(),
  fallbackA: z.number().nullable(),
  timeoutS: z.number().nullable(),
  isProtected: z.boolean(),
  why: z.string().nullable(),
})
export type FallbackWritten = Readonly<z.infer<typeof fallbackWrittenSchema>>

/** What control does on trial for an acceptance test: a watchdog left unfed on purpose, a limit lowered for a while. */
export const trialStateSchema = z.object({
  withheld: z.array(
    z.object({
      chargerId: z.string(),
      who: z.string(),
      /** Its watchdog must have fired by then. */
      silentUntilMs: z.number(),
      /** Until then it may be asked again, and is not written to. */
      endsAtMs: z.number(),
    }),
  ),
  lowered: z.array(z.object({ circuitId: z.string(), who: z.string(), limitA: z.number(), endsAtMs: z.number() })),
})
export type TrialState = z.infer<typeof trialStateSchema>

export const controlStateSchema = z.object({
  mode: z.enum(['monitoring', 'armed']),
  /** Read-only: another instance holds the site, or the site has no controllable charger. */
  readOnly: z.object({ why: z.string() }).nullable(),
  armed: z.object({ who: z.string(), reason: z.string(), atMs: z.number() }).nullable(),
  decision: decisionSchema.nullable(),
  overrides: z.array(overrideSchema),
  /** The latest write of each charger, by charger id. */
  writes: z.record(z.string(), writeSchema),
  /** Left out where nothing is on trial. */
  trials: trialStateSchema.optional(),
})
export type ControlState = Readonly<z.infer<typeof controlStateSchema>>
