import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { AuditRow } from '../../../shared/model/event.ts'
import { signedAudit } from '../../core/report/signed-audit.ts'
import { openSigner } from '../signer.ts'
import { canonicalJson, chainHash } from '../store/audit-chain.ts'
import { checkAudit, readSignedAudit, type SignedAudit } from './check-audit.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const folder = mkdtempSync(join(tmpdir(), 'tripscope-audit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const signer = openSigner(folder, quiet)
const minute = 60_000

/** Rows as the store chains them, one a minute. */
const rows = Array.from({ length: 8 }).reduce<AuditRow[]>((before, _none, index) => {
  const row = {
    ...{ seq: index + 1, atMs: (index + 1) * minute, who: 'Ann', action: 'override', subject: 'cp1' },
    detail: { limit: index },
  }
  const hash = chainHash(before.at(-1)?.hash ?? '', { ...row, detailJson: canonicalJson(row.detail) })
  return [...before, { ...row, hash }]
}, [])
const audit = (kept: readonly AuditRow[], newest: AuditRow | null = rows.at(-1) ?? null): SignedAudit => {
  const read = readSignedAudit(JSON.parse(JSON.stringify(signedAudit(kept, newest, signer))))
  if (read === null) throw new Error('it can’t be read back')
  return read
}
const texts = (of: SignedAudit, range = { fromMs: 0, toMs: 100 * minute }): string =>
  checkAudit(of, range)
    .map(({ text }) => text)
    .join(' ')

describe('the audit of a snapshot', () => {
  it('is sound as it was written, whole or a stretch of it', () => {
    expect(texts(audit(rows))).toBe('')
    expect(texts(audit(rows.slice(3)), { fromMs: 3.5 * minute, toMs: 100 * minute })).toBe('')
    expect(texts(audit(rows.slice(0, 4)), { fromMs: 0, toMs: 4.5 * minute })).toBe('')
  })

  it('of a time in which nobody did anything is sound too', () => {
    expect(texts(audit([]), { fromMs: 20 * minute, toMs: 100 * minute })).toBe('')
    expect(texts(audit([], null))).toBe('')
  })

  it('whose tail was cut, by any number of rows, is found', () => {
    for (let left = 0; left < rows.length; left += 1)
      expect(texts(audit(rows.slice(0, left))), `${left} left`).toContain('the end was cut off')
  })

  it('with a row changed, or taken out of its middle, says which', () => {
    for (let index = 1; index < rows.length; index += 1) {
      const changed = rows.map((row, at) => (at === index ? { ...row, who: 'Ben' } : row))
      expect(texts(audit(changed))).toContain(`Row ${index + 1} does not follow`)
    }
    expect(texts(audit(rows.filter(({ seq }) => seq !== 4)))).toContain('Row 4 is missing')
  })

  it('whose head was changed to hide a cut does not pass for signed', () => {
    const cut = rows.slice(0, 5)
    const [head] = cut.slice(-1)
    const forged = { ...audit(cut), head: { seq: 5, atMs: head?.atMs ?? 0, hash: head?.hash ?? '' } }
    expect(texts(forged)).toContain('The signature of its head does not fit')
  })
})
