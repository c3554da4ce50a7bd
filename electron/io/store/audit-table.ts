import type { AuditRow } from '../../../shared/model/event.ts'
import type { TimeRange } from '../../core/record/recorder.ts'
import { canonicalJson, chainHash, chainStart } from './audit-chain.ts'
import type { TellDamage } from './damage.ts'
import type { Database, Row, SqlValue } from './database.ts'

export interface AuditHead {
  readonly seq: number
  readonly hash: string
}
export interface AuditTable {
  /** Inside a transaction, so that another program on the same file cannot fork the chain. */
  append(row: Omit<AuditRow, 'seq' | 'hash'>): AuditRow
  read(range: TimeRange, limit: number, mostBytes: number): AuditRow[]
  head(): AuditHead | null
  /** The hash of a row; null where there is none. */
  hashOf(seq: number): string | null
  /** Null when the chain is whole, else what is wrong with the first row that does not follow. */
  check(): string | null
}

const pageRows = 200
const text = (value: SqlValue | undefined): string => String(value)

/** Rows are only ever added; each carries the hash of the one before it (audit-chain.ts). */
export const createAuditTable = (database: Database, tell: TellDamage): AuditTable => {
  const last = database.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
  const one = database.prepare('SELECT hash FROM audit WHERE seq = ?')
  const insert = database.prepare(
    'INSERT INTO audit (seq, at_ms, who, action, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const newest = database.prepare(
    `SELECT * FROM audit WHERE at_ms >= ? AND (at_ms, seq) < (?, ?) ORDER BY at_ms DESC, seq DESC LIMIT ${pageRows}`,
  )
  const inOrder = database.prepare(`SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ${pageRows}`)

  /** The chain hashes the detail as it is stored; an earlier version hashed what it had parsed, which is the same text. */
  const build = (row: Row): AuditRow | null => {
    try {
      const detail: unknown = JSON.parse(text(row['detail']))
      if (typeof detail !== 'object' || detail === null) throw new Error('its detail is no object')
      return {
        seq: Number(row['seq']),
        atMs: Number(row['at_ms']),
        who: text(row['who']),
        action: text(row['action']),
        subject: text(row['subject']),
        detail: detail as AuditRow['detail'],
        hash: text(row['hash']),
      }
    } catch (error) {
      tell({
        table: 'audit',
        place: `row ${text(row['seq'])}`,
        rows: 1,
        why: error instanceof Error ? error.message : String(error),
      })
      return null
    }
  }
  const hashFor = (before: string, row: Row): string =>
    chainHash(before, {
      seq: Number(row['seq']),
      atMs: Number(row['at_ms']),
      who: text(row['who']),
      action: text(row['action']),
      subject: text(row['subject']),
      detailJson: text(row['detail']),
    })

  return {
    append: (row) => {
      const before = last.get()
      const seq = Number(before?.['seq'] ?? 0) + 1
      const atMs = Math.round(row.atMs)
      const detailJson = canonicalJson(row.detail)
      const hash = chainHash(before === null ? chainStart : text(before['hash']), { ...row, atMs, seq, detailJson })
      insert.run(seq, atMs, row.who, row.action, row.subject, detailJson, hash)
      return { ...row, atMs, detail: JSON.parse(detailJson) as AuditRow['detail'], seq, hash }
    },
    read: (range, limit, mostBytes) => {
      const found: AuditRow[] = []
      let bytes = 0
      let [toMs, toSeq] = [Math.round(range.toMs), Number.MIN_SAFE_INTEGER]
      for (;;) {
        const rows = newest.all(Math.round(range.fromMs), toMs, toSeq)
        for (const row of rows) {
          bytes += text(row['detail']).length + 200
          if (found.length >= limit || (bytes > mostBytes && found.length > 0)) return found.reverse()
          const built = build(row)
          if (built !== null) found.push(built)
        }
        const end = rows.at(-1)
        if (end === undefined || rows.length < pageRows) return found.reverse()
        toMs = Number(end['at_ms'])
        toSeq = Number(end['seq'])
      }
    },
    head: () => {
      const row = last.get()
      return row === null ? null : { seq: Number(row['seq']), hash: text(row['hash']) }
    },
    hashOf: (seq) => {
      const row = one.get(seq)
      return row === null ? null : text(row['hash'])
    },
    check: () => {
      let before = chainStart
      let seq = 1
      for (;;) {
        const rows = inOrder.all(seq - 1)
        for (const row of rows) {
          if (Number(row['seq']) !== seq) return `row ${seq} is missing`
          if (hashFor(before, row) !== row['hash'])
            return `row ${seq} does not match its hash: it was changed after it was written`
          before = text(row['hash'])
          seq += 1
        }
        if (rows.length < pageRows) return null
      }
    },
  }
}
