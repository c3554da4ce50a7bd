import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import type { DeviceHealth, LineHealth } from '../../../shared/model/health.ts'
import type { Observation } from '../../../shared/model/observation.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { EventFacts } from '../../../shared/said/event.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { SunSpecFound } from '../acquisition/sunspec-found.ts'
import type { ChargerKind } from '../chargers/charger-kind.ts'
import type { OpenOcpp } from '../chargers/ocpp/ocpp-ports.ts'
import type { AskGuard } from '../may-ask.ts'
import type { ChargerLink } from '../chargers/charger-link.ts'
import type { Clock, Log } from '../ports.ts'
import type { ExchangeOptions, ExchangeOutcome, ModbusLine, ModbusRequest } from '../lines/modbus-line.ts'
import type { FactShelf } from './fact-shelf.ts'
import type { LineEvent } from '../lines/field-line.ts'
import type { MbusLine } from '../lines/mbus-line.ts'

/** Something for the site's history that no reading shows: what a meter's own extremes told, a data volume over its budget. */
export type FieldNoticeKind =
  | 'meter-extreme'
  | 'meter-extreme-reset'
  | 'meter-found'
  | 'meter-status'
  | 'data-budget'
  | 'charger-connected'
  | 'charger-disconnected'
  | 'charger-refused'
  | 'charger-oddity'
  | 'charger-configured'
  | 'ocpp-port'
export type TellNotice = <K extends FieldNoticeKind>(
  kind: K,
  severity: 'info' | 'warning',
  subject: { readonly kind: 'meter' | 'line' | 'charger'; readonly id: string },
  facts: EventFacts[K],
) => void

/** What every source is given. */
export interface FieldPorts {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  /** Left out: all that the product speaks. */
  readonly chargerKinds?: readonly ChargerKind[]
  /** The Modbus lines. */
  readonly lines: ReadonlyMap<string, ModbusLine>
  /** Left out where a site has no M-Bus. */
  readonly mbus?: {
    readonly profiles: ReadonlyMap<string, MbusProfile>
    readonly lines: ReadonlyMap<string, MbusLine>
  }
  /** Opens the port for chargers over OCPP; left out where none is to be opened. */
  readonly openOcpp?: OpenOcpp
  /** Site time (site-time.ts): every reading is stamped by it. */
  readonly clock: Clock
  /** What to add to it for the calendar's time, in what people read; 0 where left out. */
  readonly aheadMs?: () => number
  readonly log: Log
  /** Where what is learned of the devices is kept for the next start; left out, each start learns it again. */
  readonly facts?: FactShelf
  /** may-ask.ts, of a device by its id: asked before every read. */
  readonly mayAsk: AskGuard['mayAsk']
  /** After every exchange, right away and once: what it brought, or why it brought nothing. */
  readonly onObservation: (observation: Observation) => void
  readonly onNotice?: TellNotice
  readonly onLineEvent?: (lineId: string, event: LineEvent) => void
}

/**
 * A read beside the polling that does not disturb it (line-loop.ts); null for a line that is not this source's. Counted on the line,
 * not on a device.
 */
export type BackgroundRead = (
  lineId: string,
  request: ModbusRequest,
  options: Omit<ExchangeOptions, 'priority'>,
) => Promise<ExchangeOutcome> | null

/** One way to see the field: it hands on what it observes, and is the way to the chargers it knows. Nothing above knows which kind it is. */
export interface FieldSource {
  start(): void
  /** Resolves when no exchange is in flight any more; the lines stay open. */
  stop(): Promise<void>
  lineHealth(): Record<string, LineHealth>
  deviceHealth(): Record<string, DeviceHealth>
  readonly chargerLinks?: ReadonlyMap<string, ChargerLink>
  /** The meters looked up so far and found to be of another layout than their profile says, by meter id. */
  readonly sunSpecFound?: ReadonlyMap<string, SunSpecFound>
  readonly background?: BackgroundRead
}

export type MakeSource = (ports: FieldPorts) => FieldSource
