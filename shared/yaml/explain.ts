import type { z } from 'zod'
import { readMeasure } from './measure.ts'
import { nearest } from './near.ts'
import { pathText, shown, type Path, type Problem } from './problem.ts'
import type { ReadDocument } from './read-document.ts'
import { own } from '../own.ts'
import { choicesOf, expectationOf, keysOf, schemaAt, type JsonSchema } from './schema-guide.ts'
import { plainWord, unknownKeyRemedy } from './unknown-key.ts'

/** What a reader knows of its file beyond the schema. */
export interface Guide {
  readonly schema: JsonSchema
  /** The unit of a number by its key, `rating` is in amperes; or by its group and key, where '' says that it has none. */
  readonly units: Readonly<Record<string, string>>
  /** What people write for one of the words a key allows: "modbus-tcp" means tcp. Small letters and digits only. */
  readonly synonyms?: Readonly<Record<string, string>>
  /** Keys that people mean by another word, in the order they are tried; small letters and digits only. */
  readonly keyWords?: Readonly<Record<string, readonly string[]>>
  /** What is said of a key that is not known yet but may be one day, by its group and itself: `chargers.ocpp`. */
  readonly notYet?: Readonly<Record<string, { readonly message: string; readonly remedy: string }>>
}

const looksSecret = /pass(word|wd|phrase)?$|secret|token|api.?key|credential|private.?key|^pin$/i

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (here, part) =>
      typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[part] : undefined,
    value,
  )

/** As many as a person mends before asking again; finding the place of each costs a walk through the file. */
const mostProblems = 100
/** Of one group of keys, so that a file of another kind does not hide what else is wrong. */
const mostUnknownKeys = 20

/** zod's findings as problems a person can act on, in the order of the file; of very many the first, and how many more there are. */
export const explainIssues = (
  issues: readonly z.core.$ZodIssue[],
  document: ReadDocument,
  file: string,
  guide: Guide,
): Problem[] => {
  const told = issues
    .slice(0, mostProblems)
    .flatMap((issue) => explain(issue, document, file, guide))
    .sort((a, b) => a.line - b.line || a.column - b.column)
  const last = told.at(-1)
  return issues.length > mostProblems && last !== undefined
    ? [
        ...told,
        {
          ...last,
          path: '',
          message: `${issues.length - mostProblems} more problems are not shown`,
          remedy: 'mend these first',
        },
      ]
    : told
}

const explain = (issue: z.core.$ZodIssue, document: ReadDocument, file: string, guide: Guide): Problem[] => {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  const value = valueAt(document.value, path)
  const schema = tagSchema(issue, path, document, guide) ?? schemaAt(guide.schema, document.value, path)
  const key = path.findLast((part) => typeof part === 'string') ?? ''
  const group = path.slice(0, path.lastIndexOf(key)).findLast((part) => typeof part === 'string') ?? ''
  const unit = (guide.units[`${group}.${key}`] ?? own(guide.units, key) ?? '') || null
  const problem = (message: string, remedy: string, at: Path = path, of: 'value' | 'key' = 'value'): Problem => ({
    file,
    ...document.placeOf(at, of),
    path: pathText(at),
    message,
    remedy,
    severity: 'error',
  })

  switch (issue.code) {
    case 'unrecognized_keys': {
      const told = issue.keys.slice(0, mostUnknownKeys).map((unknown) => {
        const at = [...path, unknown]
        if (looksSecret.test(unknown)) return problem('secrets have no place in this file', 'remove it', at, 'key')
        const later = own(guide.notYet, `${key}.${unknown}`)
        if (later !== undefined) return problem(later.message, later.remedy, at, 'key')
        const allowed = keysOf(schema)
        const comma = decimalComma(
          unknown,
          value,
          (other) => document.placeOf([...path, other], 'key'),
          document.placeOf(at, 'key'),
        )
        if (comma !== null)
          return problem(`a comma ends an entry here, so ${comma.written} are two`, `write ${comma.meant}`, at, 'key')
        return problem('unknown key', unknownKeyRemedy(unknown, allowed, guide.schema, guide.keyWords ?? {}), at, 'key')
      })
      const more = issue.keys.length - told.length
      if (more === 0) return told
      const rest = `${more} more unknown keys in this group are not shown`
      return [
        ...told,
        problem(rest, 'check that it is the right file', [...path, issue.keys[mostUnknownKeys] ?? ''], 'key'),
      ]
    }
    case 'invalid_key':
      return [
        problem(
          `'${String(path.at(-1))}' is not known here (${issue.issues.map((inner) => inner.message).join(', ')})`,
          'check its spelling',
          path,
          'key',
        ),
      ]
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_union':
      return [
        value === undefined
          ? missing(problem, schema, key, unit)
          : mismatch(problem, value, schema, unit, guide.synonyms ?? {}),
      ]
    case 'too_small':
    case 'too_big':
      if (typeof value === 'number')
        return [problem(`expected ${expectationOf(schema, unit, true)}, got ${value}`, 'correct the number')]
      return [
        problem(
          `${Array.isArray(value) ? 'the list' : 'the text'} is too ${issue.code === 'too_small' ? 'short' : 'long'} (${shown(value)})`,
          issue.code === 'too_small'
            ? `give at least ${String(issue.minimum)}`
            : `give at most ${String(issue.maximum)}`,
        ),
      ]
    case 'invalid_format':
      if (key === 'id' && typeof value === 'string' && value.length > mostOfId)
        return [problem(`the id has ${value.length} characters`, `give at most ${mostOfId}`)]
      return [
        problem(
          `expected ${issue.message}, got ${shown(value)}`,
          typeof value === 'string' && key === 'id' ? `write ${slug(value)}` : 'correct the text',
        ),
      ]
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom':
      return [problem(issue.message, remedyOf(issue))]
  }
}

/** A rule of a schema may say what to do in its params. */
const remedyOf = (issue: z.core.$ZodIssue): string => {
  const told: unknown = issue.code === 'custom' ? issue.params?.['remedy'] : undefined
  return typeof told === 'string' ? told : 'correct the value'
}

type Tell = (message: string, remedy: string) => Problem

const missing = (problem: Tell, schema: JsonSchema | null, key: string, unit: string | null): Problem => {
  const hint = schema?.description === undefined ? '' : ` (${schema.description})`
  return problem(`is missing: expected ${expectationOf(schema, unit, false)}`, `add '${key}: ...'${hint}`)
}

/** { limit: 63,5 } is read as limit: 63 and a key 5: the number with a comma that a person meant, or null. */
const decimalComma = (
  unknown: string,
  group: unknown,
  placeOf: (key: string) => { readonly line: number; readonly column: number },
  here: { readonly line: number; readonly column: number },
): { readonly written: string; readonly meant: string } | null => {
  if (!/^\d+$/.test(unknown) || typeof group !== 'object' || group === null) return null
  if (own(group as Record<string, unknown>, unknown) !== null) return null
  const before = Object.entries(group as Record<string, unknown>)
    .filter(([, value]) => typeof value === 'number' && Number.isInteger(value))
    .map(([key, value]) => ({ value, place: placeOf(key) }))
    .filter(({ place }) => place.line === here.line && place.column < here.column)
    .sort((a, b) => b.place.column - a.place.column)[0]
  return before === undefined
    ? null
    : { written: `${String(before.value)},${unknown}`, meant: `${String(before.value)}.${unknown}` }
}

/** What to write for a group of keys: a ratio as on a nameplate, 250/5, fills a primary and a secondary. */
const groupRemedy = (value: unknown, schema: JsonSchema | null): string | null => {
  const keys = keysOf(schema)
  if (keys.length === 0) return null
  const ratio = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s*[/:]\s*(\d+(?:\.\d+)?)\s*A?$/i.exec(value.trim()) : null
  if (ratio !== null && keys.includes('primary') && keys.includes('secondary'))
    return `write { primary: ${ratio[1] ?? ''}, secondary: ${ratio[2] ?? ''} }`
  return `write { ${keys
    .slice(0, 3)
    .map((key) => `${key}: ...`)
    .join(', ')} }`
}

/** The one of the words allowed that people write so; null where none is meant. */
const meantBy = (
  value: unknown,
  choices: readonly (string | number)[],
  synonyms: Readonly<Record<string, string>>,
): string | null => {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const meant = own(synonyms, plainWord(String(value)))
  return meant !== undefined && choices.includes(meant) ? meant : null
}

/** One value where a list is wanted is the list of that one. */
const listRemedy = (value: unknown, schema: JsonSchema, synonyms: Readonly<Record<string, string>>): string => {
  const choices = choicesOf(schema.items ?? null)
  const parts = typeof value === 'string' ? value.split(/[\s,;/+]+/).filter((part) => part !== '') : []
  const each = parts.map((part) => (choices.includes(part) ? part : meantBy(part, choices, synonyms)))
  return each.length > 0 && each.every((part) => part !== null)
    ? `write [${each.join(', ')}]`
    : "write a list: '[...]' or lines beginning with '- '"
}

const mismatch = (
  problem: Tell,
  value: unknown,
  schema: JsonSchema | null,
  unit: string | null,
  synonyms: Readonly<Record<string, string>>,
): Problem => {
  const choices = choicesOf(schema)
  const message = `expected ${expectationOf(schema, unit, false)}, got ${shown(value)}`
  const meant = meantBy(value, choices, synonyms)
  if (meant !== null) return problem(message, `write ${meant}`)
  if (typeof value === 'string') {
    const wantsNumber =
      schema?.type === 'number' ||
      schema?.type === 'integer' ||
      (choices.length > 0 && choices.every((choice) => typeof choice === 'number'))
    if (wantsNumber) {
      const measure = readMeasure(value, unit)
      if (measure === null) return problem(message, 'write a plain number')
      return problem(
        message,
        'number' in measure
          ? `write ${measure.number}`
          : `give it in ${unit ?? 'the unit asked for'}, as a plain number`,
      )
    }
    const near = nearest(value, choices.map(String))
    if (near !== null) return problem(message, `did you mean '${near}'?`)
    if (schema?.type === 'boolean')
      return problem(message, /^(yes|on|y)$/i.test(value) ? 'write true' : 'write true or false')
  }
  const group = typeof value === 'object' || schema?.type !== 'object' ? null : groupRemedy(value, schema)
  if (group !== null) return problem(message, group)
  if (schema?.type === 'array') return problem(message, listRemedy(value, schema, synonyms))
  if (choices.length === 0 && schema?.type === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return problem(message, `put it in quotes: '${String(value)}'`)
  return problem(
    message,
    choices.length > 0 ? `write ${choices.length === 1 ? String(choices[0]) : 'one of these'}` : 'correct the value',
  )
}

/** For a tagged union whose tag is wrong or missing: the tags there are, as a schema of their own. */
const tagSchema = (issue: z.core.$ZodIssue, path: Path, document: ReadDocument, guide: Guide): JsonSchema | null => {
  if (issue.code !== 'invalid_union' || typeof issue.discriminator !== 'string') return null
  const tag = issue.discriminator
  const union = schemaAt(guide.schema, document.value, path.at(-1) === tag ? path.slice(0, -1) : path)
  return { enum: (union?.oneOf ?? union?.anyOf ?? []).map((variant) => own(variant.properties, tag)?.const) }
}

/** An id names files and rows; site.ts takes no longer one. */
const mostOfId = 63

const slug = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, mostOfId) || 'a-short-name'
