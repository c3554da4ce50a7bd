import type { Log } from '../../ports.ts'
import type { Saved } from '../../site/memory.ts'
import type { Moment } from '../../site/site-input.ts'
import { settled } from '../../site/site-runner.ts'
import type { SiteFold } from '../../site/site.ts'
import { BadTape, type TapeEntry } from './read-tape.ts'
import { createTapeFold, type TapeFoldOutputs } from './tape-fold.ts'
import type { TapeHead } from './tape-head.ts'
import { asWritten, firstDifference, type Difference, type Witness } from './witness.ts'

export interface ReplayOutputs extends TapeFoldOutputs {
  readonly witness?: (witness: Witness) => void
  /** Behind every turn: `save` answers the state of the site, or null while it can't be saved. */
  readonly rest?: (line: number, save: () => Saved | null) => void
}

/** What was recorded and what came of it now are not the same. */
export interface Mismatch extends Difference {
  /** Of the record. */
  readonly line: number
  /** UTC of the turn. */
  readonly atMs: number
}

export interface ReplayResult {
  readonly turns: number
  readonly witnesses: number
  /** The first; null where the record and the replay are the same, field by field. */
  readonly mismatch: Mismatch | null
}

/**
 * Plays a record through the same site that made it, and compares what comes of it with what was recorded (the replay law: the same
 * inputs give the same findings, decisions and writes). Its chargers take no orders; what the real ones answered is in the record.
 * Throws `BadTape` where the record can't be one.
 */
export const createReplay = (head: TapeHead, log: Log, out: ReplayOutputs = {}) => {
  let now: Moment = { monotonicMs: 0, siteMs: 0, utcMs: 0, aheadMs: 0 }
  /** Came of the turns and not compared yet. */
  const produced: Witness[] = []
  let mismatch: Mismatch | null = null
  let turns = 0
  let witnesses = 0

  const came = (witness: Witness): void => {
    produced.push(witness)
    out.witness?.(witness)
  }

  const make = (saved?: Saved): SiteFold =>
    createTapeFold({ head, log, world: () => now, saved: saved ?? null }, out, (kind, value) =>
      came({ kind, value } as Witness),
    )
  let fold: SiteFold | null = null

  const differs = (line: number, recorded: unknown, replayed: unknown, field: string): void => {
    const difference = firstDifference(recorded, replayed, field)
    if (difference !== null) mismatch ??= { ...difference, line, atMs: now.utcMs }
  }

  const compare = (line: number, recorded: Witness): void => {
    const replayed = produced.shift()
    witnesses += 1
    if (replayed === undefined) {
      differs(line, recorded.value, undefined, recorded.kind)
      return
    }
    if (replayed.kind !== recorded.kind) differs(line, recorded.kind, replayed.kind, 'kind')
    else differs(line, recorded.value, asWritten(replayed.value), recorded.kind)
  }

  /** What a turn brought and the record does not have, before the next turn begins. */
  const compareRest = (line: number): void => {
    for (const replayed of produced.splice(0)) differs(line, undefined, replayed.value, replayed.kind)
  }

  return {
    take: async (entry: TapeEntry): Promise<void> => {
      switch (entry.kind) {
        case 'witness':
          compare(entry.line, entry.witness)
          return
        case 'saved':
          compareRest(entry.line)
          // A record may begin with the state of a site; one within it must be the state that the turns before it led to.
          if (fold === null) fold = make(entry.saved)
          else differs(entry.line, entry.saved, asWritten(fold.save()), 'state')
          return
        case 'anew':
          // What was made of stored seconds proves nothing: only what follows is compared.
          produced.splice(0)
          fold = null
          mismatch = null
          turns = 0
          witnesses = 0
          return
        case 'turn': {
          compareRest(entry.line)
          fold ??= make()
          now = entry.turn.at
          turns += 1
          try {
            const { answer, isUnsettled } = fold.step(entry.turn)
            // What a person was answered, a refusal too, is no part of the record: what it changed is.
            answer?.catch(() => undefined)
            if (isUnsettled) await settled()
          } catch (error) {
            throw new BadTape(entry.line, `the site can't take it: ${String(error)}`)
          }
          fold.rest()
          out.rest?.(entry.line, fold.save)
          return
        }
      }
    },
    end: (line: number): ReplayResult => {
      compareRest(line)
      return { turns, witnesses, mismatch }
    },
  }
}
