import { contract, type TripscopeContract } from '../../../../shared/api/contract.ts'
import type { OutputOf } from '../../../../shared/api/define.ts'

/** What the site answered when the snapshot was made, for views that rest on more than the record: one line of JSON for each. */
export const answersFileName = 'answers.ndjson'

/** What of the contract is kept so; each is asked once, or once for each wave source. */
export const keptMethods = [
  'alarms.rules',
  'commissioning.tests',
  'demand.read',
  'trips.patterns',
  'waves.sources',
  'waves.captures',
  'quality.watch',
] as const
export type KeptMethod = (typeof keptMethods)[number]

/** What each is, for a reader of the remarks. */
export const keptWords: Readonly<Record<KeptMethod, string>> = {
  'alarms.rules': 'the rules of the alarms',
  'commissioning.tests': 'the list of socket tests',
  'demand.read': 'the state of demand and prices',
  'trips.patterns': 'the pattern of the trips',
  'waves.sources': 'the list of wave sources',
  'waves.captures': 'the list of captures of a wave source',
  'quality.watch': 'the power quality of that moment',
}

export interface KeptAnswer<M extends KeptMethod = KeptMethod> {
  readonly method: M
  readonly atMs: number
  /** Canonical text of what was asked. */
  readonly input: string
  readonly output: OutputOf<TripscopeContract[M]>
}

/** Bytes as JSON carries them. */
interface PlainBytes {
  readonly $bytes: readonly number[]
}
const isPlainBytes = (value: unknown): value is PlainBytes =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as { readonly $bytes?: unknown }).$bytes) &&
  Object.keys(value).length === 1

const toText = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown): unknown => (each instanceof Uint8Array ? { $bytes: [...each] } : each))
const fromText = (text: string): unknown =>
  JSON.parse(text, (_key, each: unknown): unknown =>
    isPlainBytes(each) ? Uint8Array.from(each.$bytes.map(Number)) : each,
  )

export const inputText = (input: object): string =>
  JSON.stringify(Object.fromEntries(Object.entries(input).sort(([one], [other]) => (one < other ? -1 : 1))))

export const answerLine = (method: KeptMethod, atMs: number, input: object, output: unknown): string =>
  toText({ method, atMs, input: inputText(input), output })

const isKept = (method: unknown): method is KeptMethod => (keptMethods as readonly unknown[]).includes(method)

/** One line read back; null: it is none of ours, or not as the contract has it. */
export const readAnswer = (line: string): KeptAnswer | null => {
  let value: unknown
  try {
    value = fromText(line)
  } catch {
    return null
  }
  const { method, atMs, input, output } = (value ?? {}) as Partial<Record<keyof KeptAnswer, unknown>>
  if (!isKept(method) || typeof atMs !== 'number' || typeof input !== 'string') return null
  const parsed = contract[method].output.safeParse(output)
  return parsed.success ? ({ method, atMs, input, output: parsed.data } as KeptAnswer) : null
}

/** The kept answer to a question; undefined: none is in this file. */
export const answerTo = <M extends KeptMethod>(
  answers: readonly KeptAnswer[],
  method: M,
  input: object = {},
): KeptAnswer<M> | undefined => {
  const text = inputText(input)
  return answers.find((answer) => answer.method === method && answer.input === text) as KeptAnswer<M> | undefined
}
