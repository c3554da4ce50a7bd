import type { MeterEventData } from '../meter-records/meter-event.ts'
import type { RecordEvent } from '../meter-records/record-layout.ts'
import type { Sentences } from './sentences.ts'

/** What is told of meters' own records. `meter` is its name for people. */
export interface RecordFacts {
  readonly 'meter-event': MeterEventData & { readonly meter: string }
  /** `failed`: why it was not set; null: it was, and was read back `errorMs` off. */
  readonly 'meter-clock-set': {
    readonly meter: string
    readonly who: string
    readonly reason: string
    readonly failed: string | null
    readonly errorMs: number | null
  }
}

const words: Readonly<Record<RecordEvent, string>> = {
  dip: 'voltage dip',
  swell: 'voltage swell',
  interruption: 'interruption',
  'rapid-change': 'rapid voltage change',
  'power-failure': 'power failure of the meter',
  inrush: 'inrush',
  transient: 'transient',
  trip: 'trip',
  overload: 'overload',
  alarm: 'alarm',
  entry: 'entry',
}

const seconds = (ms: number): string => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`)

/** What an alarm or an entry is about is known to its maker's manual alone. */
const aboutText = ({ about, hasOccurred }: RecordFacts['meter-event']): string =>
  [
    about === undefined ? '' : ` with code ${about} of its manual`,
    hasOccurred === undefined ? '' : hasOccurred ? ', came' : ', over',
  ].join('')

const recordText = ({ meter, ...data }: RecordFacts['meter-event']): string => {
  const { event, phases, extremeV, extremePercent, durationMs, log, uncertaintyMs, isClockKnown } = data
  const on = phases.length === 0 ? '' : ` on ${phases.join(', ')}`
  const isOver = event === 'swell'
  const depth =
    extremeV === null || extremePercent === null
      ? ''
      : `, ${isOver ? 'highest' : 'lowest'} ${extremeV.toFixed(1)} V (${extremePercent.toFixed(1)} %)`
  const lasted = durationMs === null ? '' : `, ${seconds(durationMs)}`
  const time = isClockKnown
    ? `its time is known to ±${seconds(uncertaintyMs)}`
    : 'the error of its clock is not known, so its time is taken as it stands'
  return `${meter}, from its own log (${log}): ${words[event]}${aboutText({ meter, ...data })}${on}${depth}${lasted}; ${time}`
}

export const recordSentences: Sentences<RecordFacts> = {
  'meter-event': recordText,
  'meter-clock-set': ({ meter, who, reason, failed, errorMs }) =>
    failed === null
      ? `${meter}: its clock was set by ${who} (${reason}) and read back, ${((errorMs ?? 0) / 1000).toFixed(1)} s off`
      : `${meter}: its clock was not set by ${who} (${reason}): ${failed}`,
}
