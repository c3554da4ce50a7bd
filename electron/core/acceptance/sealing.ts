import { summaryOf, type AcceptanceRun, type AcceptanceStep } from '../../../shared/acceptance/run.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { AcceptancePorts } from './acceptance-ports.ts'
import type { createMaintenance } from './maintenance.ts'
import { makeProtocol } from './protocol.ts'
import type { RunBook } from './run-book.ts'

export interface SealingParts extends Pick<
  AcceptancePorts,
  'clock' | 'shelf' | 'host' | 'archive' | 'signer' | 'audit'
> {
  readonly book: RunBook
  readonly maintenance: Pick<ReturnType<typeof createMaintenance>, 'baseline'>
  readonly nameOf: (subject: AcceptanceStep['subject']) => string
}

/** Ends the run that is prepared: the devices are asked who they are, and its protocol is made, sealed and kept. */
export const createSealing = ({ book, maintenance, nameOf, ...ports }: SealingParts) => {
  const { clock, shelf } = ports
  const lastBefore = (run: AcceptanceRun): AcceptanceRun | null =>
    book
      .all()
      .find(
        (other) => other.state === 'finished' && other.siteId === run.siteId && other.createdAtMs < run.createdAtMs,
      ) ?? null

  return async ({ who, reason }: { readonly who: string; readonly reason: string }): Promise<AcceptanceRun> => {
    const { host } = ports
    if (host === null) throw refusal('no-protocol-made', {})
    const run = book.need()
    const baseline = await maintenance.baseline()
    const finished: AcceptanceRun = {
      ...run,
      state: 'finished',
      says: reason,
      finishedAtMs: clock.nowMs(),
      baseline,
      steps: run.steps.map((step) =>
        step.state === 'open' || step.state === 'running'
          ? { ...step, state: 'not-done', says: step.says === '' ? 'it was not run' : step.says }
          : step,
      ),
    }
    const bytes = await makeProtocol({
      run: finished,
      earlier: lastBefore(run),
      nameOf,
      photo: (photoId) => shelf.photo(run.id, photoId),
      archive: ports.archive,
      signer: ports.signer ?? null,
      drawPdf: host.drawPdf,
    })
    // First the protocol: a run that says that it is finished has one.
    await shelf.keepProtocol(run.id, bytes)
    const hash = ports.archive.hash()
    hash.update(bytes)
    await ports.audit({
      atMs: clock.nowMs(),
      who,
      action: 'acceptance-finished',
      subject: run.id,
      detail: { reason, sha256: hash.digest(), counts: summaryOf(finished).counts },
    })
    return book.change(() => finished)
  }
}
