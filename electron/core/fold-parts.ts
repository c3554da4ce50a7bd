import type { Distinct, Folded } from '../../shared/fold-named.ts'
import { foldNamed } from '../../shared/fold-named.ts'
import { reasonOf, type FailingPart } from './detectors/failed-parts.ts'
import type { Part } from './part.ts'
import type { Log } from './ports.ts'

/** Any part: which handlers it has is kept by the type of the list. */
export type AnyPart = Omit<Part<never>, 'handlers'> & { readonly handlers: object }
type HandlersOf<P extends readonly AnyPart[]> = { readonly [At in keyof P]: P[At]['handlers'] }

export interface FoldedParts<P extends readonly AnyPart[]> {
  readonly handlers: Folded<HandlersOf<P>>
  /** In the order of the list. One that can't start is told by `failing`, and the others start. */
  readonly start: () => void
  /** In the opposite order, each after the one before is done. One that can't stop is logged, and the others stop. */
  readonly stop: (why: string) => Promise<void>
  /** Parts that do not do what they should, and why. */
  readonly failing: () => readonly FailingPart[]
}

/** The parts of the program as one. A handler that two of them have does not compile, and throws at the start where types were evaded. */
export const foldParts = <const P extends readonly AnyPart[]>(
  parts: P & Distinct<HandlersOf<P>>,
  log: Log,
): FoldedParts<P> => {
  const list: readonly AnyPart[] = parts as P
  const broken = new Map<string, string>()
  const handlers = foldNamed(
    list.map((part) => part.handlers),
    'parts of the program',
  )
  const whyOf = (part: AnyPart): string | null => {
    try {
      return broken.get(part.name) ?? part.health?.() ?? null
    } catch (error) {
      return reasonOf(error)
    }
  }
  return {
    handlers: handlers as Folded<HandlersOf<P>>,
    start: () => {
      for (const part of list)
        try {
          part.start?.()
        } catch (error) {
          broken.set(part.name, `it could not be started: ${reasonOf(error)}`)
          log.error(`${part.name} could not be started`, { error: reasonOf(error) })
        }
    },
    stop: async (why) => {
      for (const part of list.toReversed())
        try {
          await part.stop?.(why)
        } catch (error) {
          log.error(`${part.name} could not be stopped`, { error: reasonOf(error) })
        }
    },
    failing: () =>
      list.flatMap((part): readonly FailingPart[] => {
        const why = whyOf(part)
        return why === null ? [] : [{ part: part.name, why }]
      }),
  }
}
