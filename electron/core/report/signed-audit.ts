import type { AuditRow } from '../../../shared/model/event.ts'
import type { Signer } from '../archive-port.ts'

/** Where the chain of audit rows stood when a file was made. */
export interface AuditHead {
  readonly seq: number
  readonly atMs: number
  readonly hash: string
}

/** What is signed of it. */
export const headText = ({ seq, atMs, hash }: AuditHead): string =>
  `tripscope-audit-head 1 ${String(seq)} ${String(atMs)} ${hash}`

/** The audit rows of a stretch with the head of the whole chain, signed: rows that are cut off at the end are missed. */
export const signedAudit = (rows: readonly AuditRow[], newest: AuditRow | null, signer: Signer | null) => {
  const head: AuditHead | null = newest === null ? null : { seq: newest.seq, atMs: newest.atMs, hash: newest.hash }
  return {
    rows,
    head,
    publicKey: signer?.publicKey ?? null,
    signature: head === null ? null : (signer?.sign(headText(head)) ?? null),
  }
}
