import type { Log } from '../core/ports.ts'

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

const toStandardError = (line: string) => {
  process.stderr.write(line)
}

/** Logs go to standard error, so that standard output stays free for data. */
export const createLog = ({ format, level, nowMs, write = toStandardError }: LogOptions): Log => {
  const lowest = logLevels.indexOf(level)
  const line = (of: LogLevel) => (message: string, data?: Record<string, unknown>) => {
    if (logLevels.indexOf(of) < lowest) return
    const at = new Date(nowMs()).toISOString()
    if (format === 'json') return write(`${plain({ at, level: of, message, ...data })}\n`)
    write(
      `${at.slice(11, 23)} ${of.padEnd(5)} ${message}${data && Object.keys(data).length > 0 ? ` ${plain(data)}` : ''}\n`,
    )
  }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
