import { lineProblemText } from '../../shared/said/line-problem.ts'
import type { Journal } from './journal.ts'
import type { FieldLine } from './lines/field-line.ts'
import type { Stop } from './ports.ts'

/**
 * Tells the site's history when a line comes and goes. A line that stays away is tried again every few seconds, and each attempt
 * fails with an event of its own: told is the first, and what is new of a reason, not every attempt.
 */
export const journalLine = (line: Pick<FieldLine, 'id' | 'onEvent'>, journal: Pick<Journal, 'write'>): Stop => {
  const told = new Set<string>()
  return line.onEvent((event) => {
    if (event.kind === 'connected') {
      told.clear()
      journal.write('line-connected', 'info', { kind: 'line', id: line.id }, { lineId: line.id })
    }
    const text = event.kind === 'disconnected' ? lineProblemText(event.problem) : ''
    if (event.kind === 'disconnected' && !told.has(text)) {
      told.add(text)
      journal.write('line-disconnected', 'warning', { kind: 'line', id: line.id }, event.problem)
    }
  })
}
