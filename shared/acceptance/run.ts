import { z } from 'zod'
import { breakerSchema } from '../site/site-breaker.ts'
import { tripUnitSettingsSchema } from '../protection/read-protection.ts'
import { subjectSchema } from '../model/finding.ts'
import { photoSchema } from './photo.ts'
import { stepKinds } from './step-kinds.ts'

/** One run of a site acceptance test, as it is kept, shown and put into the protocol. Times are UTC, epoch ms. */

export const runFormat = 'tripscope-acceptance'
export const runVersion = 1

/** A number a step rests on: where it came from and how old it was when it was taken. `value` null: `why` says why. */
export const evidenceSchema = z.object({
  label: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  unit: z.string(),
  source: z.string(),
  /** Age of the reading behind it, ms; null: it is no reading (a count, a declared value). */
  ageMs: z.number().nullable(),
  why: z.string().nullable(),
})
export type Evidence = Readonly<z.infer<typeof evidenceSchema>>

/** What a later run is compared by. */
export const measureKinds = ['impedance', 'gain', 'error-rate', 'interval', 'reaction', 'ratio', 'fallback'] as const
export const measureSchema = z.object({
  kind: z.enum(measureKinds),
  /** Of the site: names the same thing in every run. */
  subject: subjectSchema,
  /** Narrows it: a phase, "seen by main-meter", "from cp-1". */
  where: z.string(),
  value: z.number(),
  unit: z.string(),
})
export type Measure = Readonly<z.infer<typeof measureSchema>>

export const remarkSchema = z.object({ atMs: z.number(), who: z.string(), text: z.string() })

/** not-done is a result too, with its reason; `open` has none yet. */
export const stepStates = ['open', 'running', 'pass', 'fail', 'not-done'] as const
export type StepState = (typeof stepStates)[number]

export const planNumbersSchema = z.strictObject({
  communicationMinutes: z
    .number()
    .min(0.05)
    .max(7 * 24 * 60)
    .describe('How long each device is watched'),
  mostErrorsPercent: z.number().min(0).max(20).describe('Of all requests of a device'),
  longestSilenceS: z.number().min(1).max(3600).describe('Without a good reply of a device'),
  settleS: z.number().min(5).max(300).describe('A limit must be read back and followed within this'),
  overloadS: z.number().min(15).max(600).describe('How long the limit is lowered'),
  overrideS: z.number().min(30).max(600).describe('How long the override lasts'),
  socketRepeats: z.number().int().min(3).max(10).describe('Steps of the wiring test'),
})
export type PlanNumbers = Readonly<z.infer<typeof planNumbersSchema>>

export const stepSchema = z.object({
  id: z.string(),
  kind: z.enum(stepKinds),
  subject: subjectSchema,
  /** "Communication of Main meter". */
  title: z.string(),
  /** What exactly is looked at here, with the numbers of the plan. */
  wants: z.string(),
  state: z.enum(stepStates),
  /** What it does now, or how it came out. */
  says: z.string(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  who: z.string().nullable(),
  evidence: z.array(evidenceSchema),
  measures: z.array(measureSchema),
  remarks: z.array(remarkSchema),
  photos: z.array(photoSchema),
  /** Of a step that watches for long: what it saw so far, kept over pauses and restarts; null: nothing. */
  watched: z
    .object({ watchedMs: z.number(), requests: z.number(), bad: z.number(), longestSilenceMs: z.number() })
    .nullable(),
  /** How often it was begun. */
  tries: z.number().int(),
})
export type AcceptanceStep = Readonly<z.infer<typeof stepSchema>>

/** What a device says of itself, as it was read at the run. null: it has no such register, or gave no answer. */
export const deviceIdentitySchema = z.object({
  id: z.string(),
  kind: z.enum(['meter', 'charger']),
  name: z.string(),
  profile: z.string(),
  /** What its model register or its connection says. */
  says: z.string().nullable(),
  serial: z.string().nullable(),
  firmware: z.string().nullable(),
  /** Current transformers as they are set in the meter, A. */
  ctPrimaryA: z.number().nullable(),
  ctSecondaryA: z.number().nullable(),
  /** Why what is null is not known. */
  why: z.string().nullable(),
})
export type DeviceIdentity = Readonly<z.infer<typeof deviceIdentitySchema>>

export const protectionFactsSchema = z.object({
  circuitId: z.string(),
  name: z.string(),
  declared: breakerSchema.nullable(),
  /** As its trip unit has them; null: it has none that is read. */
  read: tripUnitSettingsSchema.nullable(),
})
export type ProtectionFacts = Readonly<z.infer<typeof protectionFactsSchema>>

/** The state of the installation that a later look is compared with. */
export const baselineSchema = z.object({
  atMs: z.number(),
  /** Without secrets. */
  siteText: z.string(),
  devices: z.array(deviceIdentitySchema),
  protection: z.array(protectionFactsSchema),
})
export type Baseline = Readonly<z.infer<typeof baselineSchema>>

export const witnessSchema = z.object({
  name: z.string(),
  role: z.string(),
  atMs: z.number(),
})

export const runStates = ['prepared', 'running', 'paused', 'finished', 'abandoned'] as const
export const runSchema = z.object({
  format: z.literal(runFormat),
  version: z.literal(runVersion),
  id: z.string(),
  siteId: z.string(),
  siteName: z.string(),
  timezone: z.string(),
  program: z.string(),
  state: z.enum(runStates),
  /** Why it stands still, for a person; null: it does not. */
  says: z.string().nullable(),
  who: z.string(),
  reason: z.string(),
  createdAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  numbers: planNumbersSchema,
  steps: z.array(stepSchema),
  witnesses: z.array(witnessSchema),
  /** Left out of the plan, and why. */
  leftOut: z.array(z.object({ title: z.string(), why: z.string() })),
  /** Taken when it was finished. */
  baseline: baselineSchema.nullable(),
})
export type AcceptanceRun = Readonly<z.infer<typeof runSchema>>

export const runSummarySchema = runSchema
  .pick({ id: true, state: true, who: true, reason: true, createdAtMs: true, finishedAtMs: true })
  .extend({ counts: z.record(z.enum(stepStates), z.number()) })
export type RunSummary = Readonly<z.infer<typeof runSummarySchema>>

export const countsOf = (steps: readonly Pick<AcceptanceStep, 'state'>[]): RunSummary['counts'] => {
  const counts: Record<StepState, number> = { open: 0, running: 0, pass: 0, fail: 0, 'not-done': 0 }
  for (const { state } of steps) counts[state] += 1
  return counts
}

export const summaryOf = (run: AcceptanceRun): RunSummary => ({
  id: run.id,
  state: run.state,
  who: run.who,
  reason: run.reason,
  createdAtMs: run.createdAtMs,
  finishedAtMs: run.finishedAtMs,
  counts: countsOf(run.steps),
})

/** The whole in one word, for the head of the protocol. */
export const verdictOf = (steps: readonly Pick<AcceptanceStep, 'state'>[]): 'passed' | 'failed' | 'incomplete' => {
  const { fail, open, running, 'not-done': notDone } = countsOf(steps)
  return fail > 0 ? 'failed' : open + running + notDone > 0 ? 'incomplete' : 'passed'
}
