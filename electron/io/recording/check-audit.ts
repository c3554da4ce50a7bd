import { z } from 'zod'
import type { DeckNote } from '../../../shared/api/deck-contract.ts'
import { auditRowSchema } from '../../../shared/model/event.ts'
import type { TimeRange } from '../../core/record/recorder.ts'
import { headText } from '../../core/report/signed-audit.ts'
import { canonicalJson, chainHash } from '../store/audit-chain.ts'
import { isSignedBy } from '../signer.ts'

const part = 'audit.json'
const auditSchema = z.object({
  rows: z.array(auditRowSchema),
  head: z.object({ seq: z.number().int(), atMs: z.number(), hash: z.string() }).nullable(),
  publicKey: z.string().nullable(),
  signature: z.string().nullable(),
})
export type SignedAudit = Readonly<z.infer<typeof auditSchema>>

export const readSignedAudit = (value: unknown): SignedAudit | null => {
  const parsed = auditSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}

const bad = (text: string): DeckNote => ({ tone: 'alarm', part, text })

/**
 * Whether the audit's rows follow from each other and lead to the signed head. A head before the stretch that they are of, or behind it, is
 * of a row that is rightly not here.
 */
export const checkAudit = (
  { rows, head, publicKey, signature }: SignedAudit,
  { fromMs, toMs }: TimeRange,
): readonly DeckNote[] => {
  const notes: DeckNote[] = []
  for (const [index, row] of rows.entries()) {
    const before = index === 0 ? null : (rows[index - 1] ?? null)
    if (before === null) continue
    if (row.seq !== before.seq + 1) notes.push(bad(`Row ${String(before.seq + 1)} is missing.`))
    else if (chainHash(before.hash, { ...row, detailJson: canonicalJson(row.detail) }) !== row.hash)
      notes.push(bad(`Row ${String(row.seq)} does not follow from the one before it: it was changed.`))
  }
  const last = rows.at(-1)
  if (head === null) {
    if (last !== undefined) notes.push(bad('It has rows and no head: the head was taken away.'))
    return notes
  }
  if (head.atMs >= fromMs && head.atMs < toMs && (last === undefined || last.seq !== head.seq))
    notes.push(
      bad(`Its rows end at ${String(last?.seq ?? 0)}, its head is row ${String(head.seq)}: the end was cut off.`),
    )
  if (last?.seq === head.seq && last.hash !== head.hash) notes.push(bad('Its last row is not the one of its head.'))
  if (publicKey !== null && signature !== null && !isSignedBy(headText(head), publicKey, signature))
    notes.push(bad('The signature of its head does not fit: the head was changed.'))
  return notes
}
