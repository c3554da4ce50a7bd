import type { ExchangeOutcome, ModbusLine } from './lines/modbus-line.ts'
import type { FieldLine } from './lines/field-line.ts'
import type { MbusLine, MbusOutcome } from './lines/mbus-line.ts'
import type { SiteTime } from './site-time.ts'

/** A line stamps by the calendar; what acquisition keeps of it has an age. Events and frames stay as they are: people read them. */
const fieldLine = (line: FieldLine): FieldLine => ({
  id: line.id,
  status: () => line.status(),
  onEvent: (listener) => line.onEvent(listener),
  onFrame: (listener) => line.onFrame(listener),
  close: () => line.close(),
})

const stamped = <O extends ExchangeOutcome | MbusOutcome>(outcome: O, time: SiteTime): O => ({
  ...outcome,
  atMs: time.ofStamp(outcome.atMs),
})

export const inSiteTime = (line: ModbusLine, time: SiteTime): ModbusLine => ({
  ...fieldLine(line),
  transact: async (request, options) => stamped(await line.transact(request, options), time),
})

export const mbusInSiteTime = (line: MbusLine, time: SiteTime): MbusLine => ({
  ...fieldLine(line),
  answerMs: line.answerMs,
  exchange: async (frame, options) => stamped(await line.exchange(frame, options), time),
  converse: (task) =>
    line.converse((exchange) => task(async (frame, options) => stamped(await exchange(frame, options), time))),
})
