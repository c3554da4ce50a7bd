import { type AcceptanceRun } from '../../../shared/acceptance/run.ts'
import type { ChangedRules } from '../../../shared/alarms/alarm-rules.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { AcknowledgeFinding } from '../api/findings-part.ts'
import type { Archive, Signer } from '../archive-port.ts'
import type { SocketTestDesk } from '../commissioning/commissioning-part.ts'
import type { WiringReports } from '../derive/wiring/wiring.ts'
import type { Journal } from '../journal.ts'
import type { Clock, Log, NewId, Stop } from '../ports.ts'
import type { SiteRunner } from '../site/site-runner.ts'
import type { Transfers } from '../transfer/file-offer.ts'
import type { FileReceiver } from '../transfer/file-receiver.ts'
import type { AcceptanceShelf } from './acceptance-shelf.ts'
import type { IdentityReader } from './identity.ts'
import type { DrawPdf } from './protocol.ts'

/** What only a host can do for it; missing in a core without one. */
export interface AcceptanceHost {
  readonly drawPdf: DrawPdf
  readonly checkProtocol: (bytes: Uint8Array) => Promise<{
    readonly isSound: boolean
    readonly notices: readonly {
      readonly tone: 'normal' | 'warning' | 'alarm'
      readonly part: string
      readonly text: string
    }[]
    readonly run: AcceptanceRun | null
  }>
}

export interface AcceptancePorts {
  readonly site: Site
  readonly siteText: string
  readonly version: string
  readonly abilities: ReadonlyMap<string, ChargerAbilities>
  readonly clock: Clock
  readonly log: Log
  readonly newId: NewId
  readonly journal: Pick<Journal, 'write'>
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<unknown>
  readonly runner: Pick<SiteRunner, 'intend'>
  readonly acknowledge: AcknowledgeFinding
  readonly alarmRules: () => ChangedRules
  readonly wiring: () => WiringReports
  readonly sockets: SocketTestDesk
  readonly live: () => Live | null
  readonly listen: (listener: (live: Live) => void) => Stop
  readonly health: () => Health
  readonly identities: IdentityReader
  readonly archive: Archive
  readonly signer?: Signer | undefined
  readonly shelf: AcceptanceShelf
  readonly host: AcceptanceHost | null
  readonly transfers: Transfers
  readonly receivers: Map<string, FileReceiver>
}
