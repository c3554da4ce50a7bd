/** Reads a JSON Schema (made from zod) to tell a person what belongs at a path. */
import type { Path } from './problem.ts'
import { own } from '../own.ts'

export interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

const variants = (schema: JsonSchema): readonly JsonSchema[] => schema.oneOf ?? schema.anyOf ?? []

/** The variant of a tagged union that the value says it is, else the schema itself. */
const chosen = (schema: JsonSchema, value: unknown): JsonSchema => {
  const candidates = variants(schema).filter((variant) => variant.properties !== undefined)
  if (typeof value !== 'object' || value === null) return schema
  const fits = candidates.find((variant) =>
    Object.entries(variant.properties ?? {}).some(
      ([key, property]) =>
        property.const !== undefined && own(value as Record<string, unknown>, key) === property.const,
    ),
  )
  return fits ?? schema
}

/** The schema at a path of `value`, or null where the path leads outside. */
export const schemaAt = (root: JsonSchema, value: unknown, path: Path): JsonSchema | null => {
  let schema: JsonSchema | null = chosen(root, value)
  let here: unknown = value
  for (const part of path) {
    if (schema === null) return null
    const step: JsonSchema = schema
    const next: JsonSchema | boolean | undefined =
      typeof part === 'number'
        ? (step.prefixItems?.[part] ?? step.items)
        : (own(step.properties, part) ?? step.additionalProperties)
    here = typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[part] : undefined
    schema = typeof next === 'object' ? chosen(next, here) : null
  }
  return schema
}

export const keysOf = (schema: JsonSchema | null): readonly string[] => Object.keys(schema?.properties ?? {})

/** The literals a place takes, where it takes only those. */
export const choicesOf = (schema: JsonSchema | null): readonly (string | number)[] => {
  if (schema === null) return []
  const own =
    schema.enum ?? (schema.const === undefined ? variants(schema).map((variant) => variant.const) : [schema.const])
  return own.filter((choice): choice is string | number => typeof choice === 'string' || typeof choice === 'number')
}

// Integers carry the range of safe integers, which nobody means.
const bound = (value: number | undefined): number | undefined =>
  value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value

/** "amperes > 0": the kind of value with its lower bound, or with both for a number out of range. */
export const expectationOf = (schema: JsonSchema | null, unit: string | null, bothBounds: boolean): string => {
  const choices = choicesOf(schema)
  if (choices.length > 0) return choices.length === 1 ? String(choices[0]) : `one of ${choices.join(', ')}`
  const kind = schema?.type
  if (kind === 'number' || kind === 'integer') {
    const noun =
      unit === null ? (kind === 'integer' ? 'a whole number' : 'a number') : kind === 'integer' ? `whole ${unit}` : unit
    const above = bound(schema?.exclusiveMinimum)
    const least = bound(schema?.minimum)
    const most = bound(schema?.maximum)
    const low = above !== undefined ? ` > ${above}` : least !== undefined ? ` >= ${least}` : ''
    return `${noun}${low}${bothBounds && most !== undefined ? `${low === '' ? '' : ' and'} <= ${most}` : ''}`
  }
  return (
    { string: 'text', boolean: 'true or false', array: 'a list', object: 'a group of keys' }[kind ?? ''] ??
    'another value'
  )
}
