/**
 * One frame of OCPP-J (OCPP-J 1.6, 4.2; 2.0.1 part 4, 4.2): CALL `[2,id,action,{}]`, CALLRESULT `[3,id,{}]`, CALLERROR
 * `[4,id,code,text,{}]`. Read as tolerantly as chargers in the field need it, and never thrown.
 */
import { textOf } from './numbers.ts'
import { withoutEmptyMembers } from './repair-json.ts'

export const ocppVersions = ['1.6', '2.0.1'] as const
export type OcppVersion = (typeof ocppVersions)[number]

/** As it came: the standard wants text, some chargers count. It is answered as it was written. */
export type MessageId = string | number
export type Payload = Readonly<Record<string, unknown>>

export type Frame =
  | { readonly kind: 'call'; readonly id: MessageId; readonly action: string; readonly payload: Payload }
  | { readonly kind: 'result'; readonly id: MessageId; readonly payload: Payload }
  | { readonly kind: 'error'; readonly id: MessageId; readonly code: string; readonly text: string }
  | UnreadableFrame

/** What could be told of a frame that is none: its id by a scan, and what it says where leaving out an empty member makes it JSON. */
export interface UnreadableFrame {
  readonly kind: 'unreadable'
  /** 2, 3 or 4; null where not even that can be told. */
  readonly type: number | null
  readonly id: MessageId | null
  readonly action: string | null
  readonly why: string
  readonly repaired: Payload | null
}

/** Longest id that is answered or kept; the standard allows 36. */
const longestId = 255
/** Longest code of an error that is kept; the longest of the standard has 29 letters (OccurenceConstraintViolation). */
const longestCode = 60
/** No message of the standard is nested deeper than 10; what is a hundred deep would break whoever walks it. */
const deepest = 64
/** How a frame begins, as far as its action. */
const beginning = /^\s*\[\s*(\d+)\s*,\s*(?:"((?:[^"\\]|\\.){0,255})"|(-?\d{1,15}))\s*(?:,\s*"([^"\\]{0,100})")?/

export const isPayload = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const payloadOf = (value: unknown): Payload | null => {
  if (value === undefined || value === null) return {}
  return isPayload(value) ? value : null
}

const idOf = (value: unknown): MessageId | null => {
  // A number that is not kept to its last digit could not be answered by it.
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value) ? value : null
  return typeof value === 'string' && value !== '' && value.length <= longestId ? value : null
}

const unreadable = (text: string, why: string): UnreadableFrame => {
  const [, type, id, number, action] = beginning.exec(text) ?? []
  return {
    kind: 'unreadable',
    type: type === undefined ? null : Number(type),
    id: id === undefined || id === '' ? (number === undefined ? null : Number(number)) : id,
    action: action ?? null,
    why,
    repaired: null,
  }
}

const ofList = (list: readonly unknown[], text: string): Frame => {
  const [type, rawId, third, fourth] = list
  const id = idOf(rawId)
  if (id === null) return unreadable(text, 'its message id is empty, too long or no text')
  switch (type) {
    case 2: {
      if (typeof third !== 'string' || third === '') return unreadable(text, 'it names no action')
      const payload = payloadOf(fourth)
      return payload === null
        ? unreadable(text, `what it sends with ${third} is no object`)
        : { kind: 'call', id, action: third, payload }
    }
    case 3: {
      const payload = payloadOf(third)
      return payload === null ? unreadable(text, 'its answer is no object') : { kind: 'result', id, payload }
    }
    case 4:
      return {
        kind: 'error',
        id,
        code: textOf(third, longestCode) ?? '',
        text: typeof fourth === 'string' ? fourth : '',
      }
    default:
      return unreadable(text, `${String(type).slice(0, 20)} is no message type (2, 3 or 4)`)
  }
}

/** Lists and objects within each other, outside of its texts. */
const isTooDeep = (text: string): boolean => {
  let depth = 0
  let isInside = false
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]
    if (isInside) {
      if (letter === '\\') at += 1
      else if (letter === '"') isInside = false
    } else if (letter === '"') isInside = true
    else if (letter === '[' || letter === '{') {
      depth += 1
      if (depth > deepest) return true
    } else if (letter === ']' || letter === '}') depth -= 1
  }
  return false
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // A SyntaxError is how JSON.parse says that it is none; what it says of the place differs from runtime to runtime.
    return undefined
  }
}

export const readFrame = (text: string): Frame => {
  if (isTooDeep(text)) return unreadable(text, `it is nested deeper than ${deepest} levels`)
  const value = parsed(text)
  if (Array.isArray(value)) return ofList(value, text)
  if (value !== undefined) return unreadable(text, 'it is no list')
  const broken = unreadable(text, 'it is not JSON')
  const mended: unknown = parsed(withoutEmptyMembers(text))
  const frame = Array.isArray(mended) ? ofList(mended, text) : null
  return frame?.kind === 'call' ? { ...broken, id: frame.id, action: frame.action, repaired: frame.payload } : broken
}

export const callText = (id: string, action: string, payload: Payload): string =>
  JSON.stringify([2, id, action, payload])
export const resultText = (id: MessageId, payload: Payload): string => JSON.stringify([3, id, payload])
export const errorText = (id: MessageId, code: string, text: string): string =>
  // OCPP-J 1.6, 4.2.3: at most 255 characters of text.
  JSON.stringify([4, id, code, text.slice(0, 255), {}])

/** The standard's own spelling: 1.6 says "FormationViolation", 2.0.1 "FormatViolation" (OCPP-J 1.6 table 7; part 4, 4.3). */
export const formatViolation = (version: OcppVersion): string =>
  version === '1.6' ? 'FormationViolation' : 'FormatViolation'
