import { createTurnReader } from './turn-line.ts'
import { tapeFormat, tapeHeadSchema, tapeVersion, type TapeHead } from './tape-head.ts'
import type { Saved } from '../../site/memory.ts'
import type { Turn } from '../../site/site-input.ts'
import type { Witness } from './witness.ts'

/** What stands in a record behind its head, in order, each with its line. */
export type TapeEntry =
  | { readonly kind: 'turn'; readonly line: number; readonly turn: Turn }
  | { readonly kind: 'witness'; readonly line: number; readonly witness: Witness }
  /** The state of the site at this place: a record may begin here. */
  | { readonly kind: 'saved'; readonly line: number; readonly saved: Saved }
  /** What comes before was made of stored seconds (deck/thinned.ts): the site begins anew here. */
  | { readonly kind: 'anew'; readonly line: number }

/** What is wrong with a record, where, and what to do. */
export class BadTape extends Error {
  constructor(line: number, what: string) {
    super(`line ${String(line)} of the record: ${what}`)
    this.name = 'BadTape'
  }
}

const parse = (text: string, line: number): Readonly<Record<string, unknown>> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadTape(line, 'it is not JSON: the file was cut or changed; export the snapshot anew')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadTape(line, 'it is no JSON object, as every line of a record is')
  return value as Readonly<Record<string, unknown>>
}

/** The first line. Throws `BadTape`. */
export const readTapeHead = (text: string): TapeHead => {
  const value = parse(text, 1)
  if (value['format'] !== tapeFormat)
    throw new BadTape(1, `it does not say "format": "${tapeFormat}": this is no record of Tripscope`)
  if (value['version'] !== tapeVersion)
    throw new BadTape(
      1,
      `version ${JSON.stringify(value['version'])} is not known here, only ${String(tapeVersion)}: use the program that wrote it (${JSON.stringify(value['program'])}) or a newer one`,
    )
  const head = tapeHeadSchema.safeParse(value)
  if (head.success) return head.data
  const [issue] = head.error.issues
  throw new BadTape(1, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`)
}

const witnessKinds: readonly string[] = ['finding', 'decision', 'write'] satisfies Witness['kind'][]

/** Reads the lines behind the head one after the other. Throws `BadTape`. */
export const createEntryReader = (): ((text: string, line: number) => TapeEntry | null) => {
  let readTurn = createTurnReader()
  return (text, line) => {
    const value = parse(text, line)
    if (value['saved'] !== undefined) {
      readTurn = createTurnReader()
      if (typeof value['saved'] !== 'object') throw new BadTape(line, 'it has no state of a site')
      return { kind: 'saved', line, saved: value['saved'] as Saved }
    }
    if (value['anew'] === true) {
      readTurn = createTurnReader()
      return { kind: 'anew', line }
    }
    const witness = value['w'] as Witness | undefined
    if (witness !== undefined) {
      if (!witnessKinds.includes(witness.kind)) throw new BadTape(line, 'it has a witness of an unknown kind')
      return { kind: 'witness', line, witness }
    }
    try {
      const turn = readTurn(value)
      return turn === null ? null : { kind: 'turn', line, turn }
    } catch (error) {
      throw new BadTape(line, error instanceof Error ? error.message : String(error))
    }
  }
}
