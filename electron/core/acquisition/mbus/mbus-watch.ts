import type { EventFacts } from '../../../../shared/said/event.ts'
import type { MbusHeader } from '../../../../shared/mbus/header.ts'
import type { Telegram } from '../../../../shared/mbus/decoded-telegram.ts'

export type TellMbus = <K extends 'meter-status' | 'meter-found'>(
  kind: K,
  severity: 'info' | 'warning',
  facts: EventFacts[K],
) => void

/** The status bits that a person must act on; busy comes and goes and is no news. */
const conditions = ['powerLow', 'permanentError', 'temporaryError', 'applicationError'] as const

const identityOf = ({ id, manufacturer, version, mediumName }: MbusHeader): string =>
  `${manufacturer} ${id}, version ${String(version)}, ${mediumName}`.trim()

/** What is new of one meter from reading to reading: its status bits, told when they are set and when they are gone, and another meter in its place. */
export const createMbusWatch = (meter: string, tell: TellMbus) => {
  const set = new Set<string>()
  let identity: string | null = null
  return {
    step(telegrams: readonly Telegram[]): void {
      const headers = telegrams.flatMap(({ header }) => (header === null ? [] : [header]))
      const [first] = headers
      if (first === undefined) return
      const seen = identityOf(first)
      if (identity !== null && identity !== seen) {
        const { id, manufacturer, version, medium } = first
        const found = { id, manufacturer, version, medium }
        tell('meter-found', 'warning', { meter, is: seen, was: identity, by: 'mbus', found })
      }
      identity = seen
      for (const condition of conditions) {
        const isSet = headers.some(({ status }) => status[condition])
        if (isSet === set.has(condition)) continue
        if (isSet) set.add(condition)
        else set.delete(condition)
        tell('meter-status', isSet ? 'warning' : 'info', { meter, condition, isSet, status: first.status.code })
      }
    },
  }
}
