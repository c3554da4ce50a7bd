import { compareRuns } from '../../../shared/acceptance/compare.ts'
import { protocolNames } from '../../../shared/acceptance/protocol-file.ts'
import { summaryOf } from '../../../shared/acceptance/run.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { AcceptancePorts } from './acceptance-ports.ts'
import type { Desk, SomeHandlers } from './desk.ts'
import { documentIn } from './document-in.ts'
import { reactionsOf } from './reactions.ts'

const mediaTypes = {
  all: 'application/zip',
  pdf: 'application/pdf',
  html: 'text/html',
  json: 'application/json',
} as const

/** What is asked once a run is over: its protocol, one run beside another, and what changed since. */
export const laterHandlers = (
  ports: AcceptancePorts,
  desk: Desk,
): SomeHandlers<
  | 'acceptance.protocol'
  | 'acceptance.check'
  | 'acceptance.compare'
  | 'acceptance.reaction'
  | 'maintenance.look'
  | 'maintenance.note'
> => {
  const { site, clock, shelf } = ports
  const { book, protocols, maintenance, nameOf, offer } = desk
  const partOf = async (bytes: Uint8Array, name: string): Promise<Uint8Array> => {
    // Every document lies in the file as it is; where is in its own local header (APPNOTE 4.3.7), whose sizes stand behind it.
    const file = await ports.host?.checkProtocol(bytes)
    if (file?.isSound !== true)
      throw refusal('protocol-changed', {
        notice: file?.notices.find(({ tone }) => tone === 'alarm')?.text ?? null,
      })
    const found = documentIn(bytes, name)
    if (found === null) throw refusal('protocol-lacks', { document: name })
    return found
  }

  return {
    'acceptance.protocol': async ({ runId, document }) => {
      const run = book.get(runId)
      const bytes = await shelf.protocol(runId)
      if (bytes === null) throw refusal('run-without-protocol', {})
      const day = new Date(run.finishedAtMs ?? run.createdAtMs).toISOString().slice(0, 10)
      const base = `acceptance-${site.id}-${day}`
      return document === 'all'
        ? offer(`${base}.zip`, mediaTypes.all, bytes)
        : offer(`${base}.${document}`, mediaTypes[document], await partOf(bytes, protocolNames[document]))
    },
    'acceptance.check': async ({ transferId }) => {
      const sent = protocols.take(transferId)
      if (sent === null) throw refusal('protocol-not-here', {})
      if (ports.host === null) throw refusal('no-protocol-checked', {})
      const { isSound, notices, run } = await ports.host.checkProtocol(sent.bytes)
      if (isSound && run !== null) book.addForeign(run)
      return { fileName: sent.fileName, isSound, notices: [...notices], run: run === null ? null : summaryOf(run) }
    },
    'acceptance.compare': ({ runId, earlierId }) => compareRuns(book.get(earlierId), book.get(runId), nameOf),
    'acceptance.reaction': () => ({ chargers: reactionsOf(site, ports.abilities, book.all(), ports.health()) }),
    'maintenance.look': () => maintenance.look(book.earlier()),
    'maintenance.note': async ({ who, duty }) => {
      const due = await maintenance.note(duty, who, book.earlier())
      await ports.audit({
        atMs: clock.nowMs(),
        who,
        action: 'maintenance-noted',
        subject: duty.subjectId,
        detail: { ...duty },
      })
      return { due }
    },
  }
}
