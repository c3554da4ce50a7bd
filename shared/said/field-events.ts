import type { DataVolume } from '../model/health.ts'
import { siteClock } from '../site/site-time.ts'
import { beyondMessage, setBackMessage, type BeyondPolling, type SetBack } from './extreme-news.ts'
import { lineProblemText, type LineProblem } from './line-problem.ts'
import type { Sentences } from './sentences.ts'

/** Conditions of an M-Bus meter's status byte (EN 13757-3, 7.5.6) that a person must act on. */
export type MbusCondition = 'powerLow' | 'permanentError' | 'temporaryError' | 'applicationError'

/** What happens on lines and to meters. `meter` is its name for people. */
export interface FieldFacts {
  readonly 'line-connected': { readonly lineId: string }
  readonly 'line-disconnected': LineProblem
  readonly 'meter-extreme': Omit<BeyondPolling, 'kind'> & { readonly meter: string; readonly timezone: string }
  /** `untold`: resets since the last such row. */
  readonly 'meter-extreme-reset': {
    readonly meter: string
    readonly changes: readonly SetBack[]
    readonly untold: number
  }
  /** `is` and `was`: what it calls itself, and what answered there before. */
  readonly 'meter-found': {
    readonly meter: string
    readonly is: string
    readonly was: string | null
    /** Meters found by SunSpec say their model at every start; an M-Bus meter is told when another one answers. */
    readonly by: 'sunspec' | 'mbus'
    readonly found: object
  }
  readonly 'meter-status': {
    readonly meter: string
    readonly condition: MbusCondition
    readonly isSet: boolean
    readonly status: number
  }
  readonly 'data-budget': DataVolume & { readonly line: string }
}

const conditions: Readonly<Record<MbusCondition, readonly [begins: string, ends: string]>> = {
  powerLow: ['reports low power: check its battery or supply', 'no longer reports low power'],
  permanentError: [
    'reports a permanent error: have it checked or replaced, and do not bill by it',
    'no longer reports a permanent error',
  ],
  temporaryError: ['reports a temporary error', 'no longer reports a temporary error'],
  applicationError: ['reports an application error: its values may be wrong', 'no longer reports an application error'],
}

export const fieldSentences: Sentences<FieldFacts> = {
  'line-connected': ({ lineId }) => `line ${lineId} connected`,
  'line-disconnected': lineProblemText,
  'meter-extreme': ({ meter, timezone, ...news }) => beyondMessage(meter, news, siteClock(timezone)),
  'meter-extreme-reset': ({ meter, changes, untold }) => setBackMessage(meter, changes, untold),
  'meter-found': ({ meter, is, was, by }) => {
    if (by === 'mbus')
      return `${meter}: another meter answers, ${is}; before it was ${was ?? 'unknown'}. Its registers count from elsewhere`
    return `${meter}: ${is}${was === null ? '' : `; before it was ${was}`}`
  },
  'meter-status': ({ meter, condition, isSet }) => `${meter} ${conditions[condition][isSet ? 0 : 1]}`,
  'data-budget': ({ line, advice }) => `line ${line}: ${advice ?? 'the volume of its data is over its budget'}`,
}
