import { eventText } from '../../shared/said/event.ts'
import { lineProblemText, type LineProblem } from '../../shared/said/line-problem.ts'
import { describe, expect, it } from 'vitest'
import { journalLine } from './line-journal.ts'
import type { LineEvent } from './lines/field-line.ts'

const refused: LineProblem = { kind: 'refused', where: 'h:502', peer: 'modbus' }
const noRoute: LineProblem = { kind: 'unreachable', where: 'h:502', code: 'EHOSTUNREACH' }

describe('a line in the history', () => {
  it('that stays away for a day is told once for each reason, and anew after it was there', () => {
    const rows: string[] = []
    let tell: (event: LineEvent) => void = () => undefined
    journalLine(
      {
        id: 'bus',
        onEvent: (listener) => {
          tell = listener
          return () => undefined
        },
      },
      {
        write: (kind, _, __, facts) => {
          rows.push(`${kind}: ${eventText(kind, facts)}`)
          return {} as never
        },
      },
    )
    for (let attempt = 0; attempt < 43_200; attempt += 1)
      tell({ kind: 'disconnected', atMs: attempt, problem: attempt % 2 === 0 ? refused : noRoute })
    expect(rows).toEqual([
      `line-disconnected: ${lineProblemText(refused)}`,
      `line-disconnected: ${lineProblemText(noRoute)}`,
    ])
    tell({ kind: 'connected', atMs: 1 })
    tell({ kind: 'disconnected', atMs: 2, problem: refused })
    expect(rows.slice(2)).toEqual([
      'line-connected: line bus connected',
      `line-disconnected: ${lineProblemText(refused)}`,
    ])
  })
})
