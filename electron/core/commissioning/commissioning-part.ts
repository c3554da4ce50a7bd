import type { commissioningContract } from '../../../shared/api/commissioning-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Site } from '../../../shared/site/site.ts'
import { withSiteChange } from '../../../shared/wiring/site-change.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { WiringReports } from '../derive/wiring/wiring.ts'
import type { Journal } from '../journal.ts'
import type { Part } from '../part.ts'
import type { Clock, Log, NewId, Stop } from '../ports.ts'
import type { SiteEditor } from '../site-ports.ts'
import type { SiteRunner } from '../site/site-runner.ts'
import { createSocketTests } from './socket-tests.ts'

export interface CommissioningPorts {
  readonly site: Site
  readonly clock: Clock
  readonly log: Log
  readonly newId: NewId
  readonly journal: Journal
  readonly siteEditor: SiteEditor
  readonly runner: Pick<SiteRunner, 'intend'>
  readonly wiring: () => WiringReports
  readonly live: () => Live | null
  readonly listen: (listener: (live: Live) => void) => Stop
}

/** Tests of sockets for other parts: one runs at a time, whoever began it. */
export type SocketTestDesk = Pick<ReturnType<typeof createSocketTests>, 'all' | 'start' | 'stop'>

/** From the connected site to the one that is signed off: passive checks, tests of sockets. */
export const createCommissioningPart = (
  ports: CommissioningPorts,
): Part<typeof commissioningContract> & { readonly sockets: SocketTestDesk } => {
  const { site, runner, journal, siteEditor, wiring } = ports
  const tests = createSocketTests({
    ...ports,
    nowMs: () => ports.clock.nowMs(),
    control: {
      setOverride: (input) => runner.intend('override.set', input),
      cancelOverride: (input) => runner.intend('override.cancel', input),
    },
    tell: (news, chargerId) => journal.write('wiring-test', 'info', { kind: 'charger', id: chargerId }, news),
  })
  return {
    name: 'the commissioning of the site',
    sockets: tests,
    handlers: {
      'commissioning.wiring': () => ({
        meters: [...wiring()].map(([meterId, checks]) => ({ meterId, checks: [...checks] })),
      }),
      'commissioning.testSocket': (input) => tests.start(input),
      'commissioning.stopTest': async ({ who }) => {
        await tests.stop(who)
        return {}
      },
      'commissioning.tests': (_, push) => tests.subscribe((all) => push({ tests: [...all] })),
      'commissioning.change': async ({ change }) => {
        const read = await siteEditor.read()
        if (!read.ok) throw refusal('site-file-unreadable', { problem: read.message })
        const changed = withSiteChange(read.text, change)
        if (changed === null) throw refusal('site-file-lacks', { site: site.name, id: change.id })
        const { text, firstLine, removed, added } = changed
        return { text, basedOn: read.version, firstLine, removed: [...removed], added: [...added] }
      },
    },
    stop: tests.close,
  }
}
