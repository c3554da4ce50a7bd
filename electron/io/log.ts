import { visible } from '../../shared/text/visible.ts'
import type { Log } from '../core/ports.ts'
import { createLogGate } from './log-gate.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogOptions {
  /** `text` for a person at a terminal, `json` for a collector: one object per line. */
  readonly format: 'text' | 'json'
  readonly level: LogLevel
  readonly nowMs: () => number
  /** Takes one line with its line end; standard error unless told otherwise. */
  readonly write?: (line: string) => void
}

/** A log line must never take the program down: what JSON cannot hold is said as text. */
const plain = (data: Record<string, unknown>): string => {
  try {
    return JSON.stringify(data, (_key, value: unknown) => {
      if (typeof value === 'bigint') return String(value)
      return value instanceof Error ? value.message : value
    })
  } catch (error) {
    return JSON.stringify({ unprintable: String(error) })
  }
}

/**
 * What is said of one kind of trouble in ten seconds, and of all kinds: a person reads no more, and a peer that breaks frames as fast
 * as it can must not fill a disk. Editable assumption.
 */
const gate = { windowMs: 10_000, perKind: 20, inAll: 200 }

const toStandardError = (line: string) => {
  process.stderr.write(line)
}

/** Logs go to standard error, so that standard output stays free for data. */
export const createLog = ({ format, level, nowMs, write = toStandardError }: LogOptions): Log => {
  const lowest = logLevels.indexOf(level)
  const gates = createLogGate(gate)
  const put = (atMs: number, of: LogLevel, message: string, data?: Record<string, unknown>) => {
    const at = new Date(atMs).toISOString()
    // Both formats go to terminals: whatever a device or a peer said stays one line, and moves no cursor.
    if (format === 'json') return write(`${visible(plain({ at, level: of, message, ...data }))}\n`)
    const more = data && Object.keys(data).length > 0 ? ` ${plain(data)}` : ''
    write(`${at.slice(11, 23)} ${of.padEnd(5)} ${visible(`${message}${more}`)}\n`)
  }
  const line = (of: LogLevel) => (message: string, data?: Record<string, unknown>) => {
    if (logLevels.indexOf(of) < lowest) return
    const atMs = nowMs()
    // Who asked for every detail gets it.
    if (of === 'debug') return put(atMs, of, message, data)
    const { write: admitted, leftOut } = gates.admit(message, atMs)
    for (const { kind, count } of leftOut) put(atMs, 'warn', `${count} more of '${kind}' were left out`)
    if (admitted) put(atMs, of, message, data)
  }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
