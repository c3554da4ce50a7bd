import { z } from 'zod'
import { usedNumberSchema, type UsedNumber } from '../model/finding.ts'

/** Every passive check of a meter (electrical.md 6.3 and 6.4), in the order the page shows them. */
export const wiringCheckIds = [
  'signature',
  'open-transformer',
  'ratio',
  'neutral',
  'rotation',
  'voltages',
  'frequency',
  'power-sum',
  'reactive-sum',
  'apparent-power',
  'power-factor',
  'energy',
  'children',
  'stuck',
  'clock',
  'transformer-size',
  'burden',
] as const
export type WiringCheckId = (typeof wiringCheckIds)[number]

/** good: assessed and right. check: look at it. wrong: this is connected, set or sized wrongly. not-assessed: with the reason in `says`. */
export const wiringStates = ['good', 'check', 'wrong', 'not-assessed'] as const
export type WiringState = (typeof wiringStates)[number]

export const wiringCheckSchema = z.object({
  id: z.enum(wiringCheckIds),
  state: z.enum(wiringStates),
  /** Which of its kinds: two that differ are two findings, not one that goes on. */
  kind: z.string(),
  /** A short name of what it found, e.g. "current transformer L2 reversed". */
  title: z.string(),
  /** One sentence with the numbers. */
  says: z.string(),
  /** What a person should look at; null where nothing is wrong. */
  toCheck: z.string().nullable(),
  phase: z.string().nullable(),
  numbers: z.array(usedNumberSchema),
  /** 0 to 1, effect against noise; null where nothing was assessed. */
  confidence: z.number().nullable(),
})
export type WiringCheck = Readonly<z.infer<typeof wiringCheckSchema>>

export const used = (label: string, value: number, unit: string): UsedNumber => ({ label, value, unit })

interface Said {
  readonly kind?: string
  readonly title: string
  readonly says: string
  readonly toCheck?: string
  readonly phase?: string | null
  readonly numbers?: readonly UsedNumber[]
  readonly confidence?: number
}

const made = (id: WiringCheckId, state: WiringState, said: Said): WiringCheck => ({
  id,
  state,
  kind: said.kind ?? state,
  title: said.title,
  says: said.says,
  toCheck: said.toCheck ?? null,
  phase: said.phase ?? null,
  numbers: [...(said.numbers ?? [])],
  confidence: state === 'not-assessed' ? null : Math.min(mostConfident, said.confidence ?? confidentEnough),
})
/** Where a check has a tolerance and nothing else to weigh: being within it, or far outside, is as good as this. */
const confidentEnough = 0.95
/** Nothing that was only looked at is certain. */
const mostConfident = 0.99

export const good = (id: WiringCheckId, said: Said): WiringCheck => made(id, 'good', said)
export const check = (id: WiringCheckId, said: Said): WiringCheck => made(id, 'check', said)
export const wrong = (id: WiringCheckId, said: Said): WiringCheck => made(id, 'wrong', said)
export const notAssessed = (id: WiringCheckId, title: string, why: string): WiringCheck =>
  made(id, 'not-assessed', { title, says: why })

/** How sure a deviation is that reaches `effect` where noise would make `noise`: 0.5 at three times the noise, 0.99 at ten. */
export const confidenceOf = (effect: number, noise: number): number => {
  const ratio = noise <= 0 ? Infinity : effect / noise
  return ratio === Infinity ? 1 : 1 / (1 + Math.exp(-(ratio - 3) * 0.66))
}
