import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml'
import { unseenIn } from '../text/visible.ts'
import { notTextIn, oddDashesIn, oddSpacesIn, tooDeepAt } from './odd-text.ts'
import { parserWords } from './parser-words.ts'
import type { Path, Problem } from './problem.ts'

export interface Place {
  readonly line: number
  readonly column: number
}

/** A YAML file as plain values, with the place of each. */
export interface ReadDocument {
  readonly value: unknown
  /** Where the value (or, with `key`, its key) stands; of the nearest group around it where it is missing. */
  readonly placeOf: (path: Path, of?: 'value' | 'key') => Place
}

/** Longer files are no site or profile; a parser must not be fed without end. */
const longest = 2_000_000
/** A file written by hand needs few references; "anchor bombs" need many. */
const mostAliases = 100

/** Problems of one kind told at once. */
const mostTold = 50

interface ReadOptions {
  /** Every text is one line, as in a site file; notes of profiles may hold several. */
  readonly singleLine?: boolean
}

const shortened = (name: string): string => (name.length > 60 ? `${name.slice(0, 57)}...` : name)

/** Texts and keys in which a character stands that nobody can see, and keys that stand twice. One walk over the whole file. */
const oddScalars = (
  document: Document,
  { singleLine = false }: ReadOptions,
  tell: (message: string, remedy: string, offset: number) => Problem,
): Problem[] => {
  const problems: Problem[] = []
  visit(document, {
    Scalar: (_, { value, range }) => {
      if (problems.length >= mostTold) return visit.BREAK
      if (typeof value !== 'string') return undefined
      const unseen = unseenIn(singleLine ? value : value.replaceAll(/[\n\t]/g, ' '))
      if (unseen !== null)
        problems.push(
          tell(
            `the text holds a character that can't be seen: ${unseen}`,
            unseen.startsWith('a line feed') ? 'write it on one line' : 'write it anew without that character',
            range?.[0] ?? 0,
          ),
        )
      return undefined
    },
    // The parser's own look for keys that stand twice compares each with each: seconds for some thousand keys.
    Map: (_, { items }) => {
      const seen = new Set<string>()
      for (const { key } of items) {
        if (problems.length >= mostTold) return visit.BREAK
        if (!isScalar(key)) continue
        const name = String(key.value)
        if (name === '<<')
          problems.push(
            tell('merge keys (<<) are not read here', 'write the values out where they are used', key.range?.[0] ?? 0),
          )
        if (seen.has(name))
          problems.push(
            tell(`'${shortened(name)}' stands twice in this group`, 'keep one of them', key.range?.[0] ?? 0),
          )
        seen.add(name)
      }
      return undefined
    },
  })
  return problems
}

/** Reads YAML 1.2 with its places. What is wrong with the text is returned, all of it, never thrown. */
export const readDocument = (
  text: string,
  file: string,
  options: ReadOptions = {},
): { readonly ok: true; readonly document: ReadDocument } | { readonly ok: false; readonly problems: Problem[] } => {
  const problem = (message: string, remedy: string, place: Place = { line: 1, column: 1 }): Problem => ({
    file,
    ...place,
    path: '',
    message,
    remedy,
    severity: 'error',
  })
  const refuse = (message: string, remedy: string) => ({ ok: false as const, problems: [problem(message, remedy)] })

  if (text.length > longest)
    return refuse(
      `the file has ${text.length} characters; at most ${longest} are read`,
      'check that it is the right file',
    )
  const unreadable = notTextIn(text)
  if (unreadable !== null) return refuse(unreadable.message, unreadable.remedy)

  const lines = new LineCounter()
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const deep = tooDeepAt(text)
  if (deep !== null)
    return {
      ok: false,
      problems: [problem('more than 64 brackets stand inside each other', 'check that it is the right file', at(deep))],
    }
  let document: Document
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      version: '1.2',
      uniqueKeys: false,
    })
  } catch (error) {
    // The parser recurses: thousands of nested brackets end in a RangeError of the stack.
    return refuse(
      `the file can't be read (${error instanceof RangeError ? 'nested too deeply' : String(error)})`,
      'write it with the example as a model',
    )
  }
  const faults = [...document.errors, ...document.warnings]
  const dashes = faults.length > 0 ? oddDashesIn(text, mostTold) : []
  if (dashes.length > 0)
    return {
      ok: false,
      problems: dashes.map(({ offset, sign }) =>
        problem(`a '${sign}' stands where an entry of a list begins`, "type '- ' (hyphen and space)", at(offset)),
      ),
    }
  const spaces = faults.length > 0 ? oddSpacesIn(text, mostTold) : []
  if (spaces.length > 0)
    return {
      ok: false,
      problems: spaces.map((offset) =>
        problem('a space that is none (a no-break space, as web pages have it)', 'type a plain space', at(offset)),
      ),
    }
  if (faults.length > 0) {
    return {
      ok: false,
      problems: faults.slice(0, mostTold).map((fault) => {
        const { message, remedy } = parserWords(fault.code, fault.message)
        return problem(message, remedy, at(fault.pos[0]))
      }),
    }
  }
  const odd = oddScalars(document, options, (message, remedy, offset) => problem(message, remedy, at(offset)))
  if (odd.length > 0) return { ok: false, problems: odd }
  const lost: Problem[] = []
  let aliases = 0
  visit(document, {
    Alias: (_, node) => {
      aliases += 1
      // Each look-up walks the file again, so their number is bounded before.
      if (aliases > mostAliases) return visit.BREAK
      if (node.resolve(document) === undefined)
        lost.push(
          problem(
            `'*${node.source}' refers to nothing before it`,
            'write the value out instead',
            at(node.range?.[0] ?? 0),
          ),
        )
      return undefined
    },
  })
  if (aliases > mostAliases)
    return refuse(`the file has more than ${mostAliases} references (*name)`, 'write the values out instead')
  if (lost.length > 0) return { ok: false, problems: lost.slice(0, mostTold) }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: mostAliases })
  } catch (error) {
    return refuse(
      /alias count/i.test(String(error))
        ? 'references (*name) lead to so many others that the file would become far too large'
        : `references (*name) can't be followed (${sentence(error instanceof Error ? error.message : String(error))})`,
      'write the values out instead',
    )
  }
  return { ok: true, document: { value, placeOf: (path, of = 'value') => at(offsetOf(document, path, of)) } }
}

const sentence = (message: string): string =>
  message.charAt(0).toLowerCase() + message.slice(1).replace(/\s+$/, '').replace(/\.$/, '')

const offsetOf = (document: Document, path: Path, of: 'value' | 'key'): number => {
  let node: Node | null = document.contents as Node | null
  let offset = node?.range?.[0] ?? 0
  for (const [index, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null
    let next: Node | null = null
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      )
      const key = isScalar(pair?.key) ? pair.key.range?.[0] : undefined
      if (key !== undefined && of === 'key' && index === path.length - 1) return key
      next = (pair?.value ?? null) as Node | null
      // A key without a value stands where its key does.
      if (key !== undefined && (next === null || next.range === undefined)) return key
    } else if (isSeq(node)) next = (node.items[Number(part)] ?? null) as Node | null
    if (next === null) return offset
    node = next
    offset = node.range?.[0] ?? offset
  }
  return offset
}
