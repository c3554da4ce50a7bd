import type { DeviceHealth, LineHealth } from '../../../shared/model/health.ts'
import type { ChargerReading, MeterReading } from '../../../shared/model/image.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Site, SiteLine } from '../../../shared/site/site.ts'
import { createModbusChargerLink } from '../chargers/modbus-charger-link.ts'
import type { ChargerLink, Clock, ExchangeOptions, ExchangeOutcome, LineEvent, Log, ModbusLine, ModbusRequest, Stop } from '../ports.ts'
import { createChargerReader } from './charger-reader.ts'
import { createExchangeCounter, type ExchangeCounter } from './exchange-counts.ts'
import { createLineLoop } from './line-loop.ts'
import { createMeterReader, type MeterSamples } from './meter-reader.ts'
import { createPolledDevice, type PolledDevice } from './polled-device.ts'

/** Chargers are watched once a second: their own averaging and the car's reaction are slower than that. */
const chargerPeriodMs = 1000

export interface AcquisitionOptions {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly lines: ReadonlyMap<string, ModbusLine>
  readonly clock: Clock
  readonly log: Log
  /** False stops all reads of a charger whose watchdog is fed by any request. */
  readonly mayPollCharger: (chargerId: string) => boolean
  /** After every exchange, right away: what it brought, or why it brought nothing. */
  readonly onMeterSamples: (meterId: string, samples: MeterSamples, atMs: number) => void
  readonly onLineEvent?: (lineId: string, event: LineEvent) => void
}

export interface Acquisition {
  start(): void
  /** Resolves when no exchange is in flight any more; the lines stay open. */
  stop(): Promise<void>
  meterReadings(nowMs: number): Record<string, MeterReading>
  chargerReadings(nowMs: number): Record<string, ChargerReading>
  lineHealth(): Record<string, LineHealth>
  deviceHealth(): Record<string, DeviceHealth>
  readonly chargerLinks: ReadonlyMap<string, ChargerLink>
  /** A read beside the polling that does not disturb it (line-loop.ts); null for a line this site does not have. Counted on the line, not on a device. */
  background(lineId: string, request: ModbusRequest, options: Omit<ExchangeOptions, 'priority'>): Promise<ExchangeOutcome> | null
}

/** Lines start apart over this time, ms: within one period of the fastest usual meter, so that nothing is seen late. */
const spreadMs = 200

const addressOf = (line: SiteLine): string => line.transport === 'serial'
  ? `${line.path}, ${String(line.baud)} baud, parity ${line.parity}, ${String(line.stopBits)} stop`
  : `${line.host}:${String(line.port)}`

const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} is missing: the site file must be checked before it is used`)
  return value
}

interface LineParts { readonly site: SiteLine; readonly line: ModbusLine; readonly counter: ExchangeCounter; readonly devices: PolledDevice[]; stray: number }

/** Reads every meter and charger of the site, one loop per physical line, and keeps what was last known of each. */
export const createAcquisition = (options: AcquisitionOptions): Acquisition => {
  const { site, clock, log } = options
  const parts = new Map(site.lines.map((siteLine): [string, LineParts] => [siteLine.id, {
    site: siteLine, line: must(options.lines.get(siteLine.id), `line ${siteLine.id}`), counter: createExchangeCounter(), devices: [], stray: 0,
  }]))
  const partsOf = (lineId: string): LineParts => must(parts.get(lineId), `line ${lineId}`)

  const meters = new Map(site.meters.map((meter) => {
    const profile = must(options.meterProfiles.get(meter.profile), `meter profile ${meter.profile}`)
    const { line, counter, devices, site: siteLine } = partsOf(meter.line)
    const reader = createMeterReader(meter, profile, (samples, atMs) => { options.onMeterSamples(meter.id, samples, atMs) })
    const device = createPolledDevice({
      kind: 'meter', id: meter.id, lineId: meter.line, unit: meter.unit, periodMs: meter.periodMs,
      deadlineMs: siteLine.timeoutMs ?? profile.line.timeoutMs, profile, mayPoll: () => true,
    }, line, counter, reader, clock)
    devices.push(device)
    return [meter.id, { reader, device }]
  }))

  const chargers = new Map(site.chargers.map((charger) => {
    const profile = must(options.chargerProfiles.get(charger.profile), `charger profile ${charger.profile}`)
    const { line, counter, devices, site: siteLine } = partsOf(charger.line)
    const reader = createChargerReader(charger, profile, chargerPeriodMs)
    const isFedByRequests = profile.watchdog.kind === 'poll'
    const device = createPolledDevice({
      kind: 'charger', id: charger.id, lineId: charger.line, unit: charger.unit, periodMs: chargerPeriodMs,
      deadlineMs: siteLine.timeoutMs ?? profile.line.timeoutMs, profile, mayPoll: () => !isFedByRequests || options.mayPollCharger(charger.id),
    }, line, counter, reader, clock)
    devices.push(device)
    const link = createModbusChargerLink({
      chargerId: charger.id, unit: charger.unit, profile, nowMs: clock.nowMs, transact: (request) => device.transact(request, 'write'),
    })
    return [charger.id, { reader, device, link }]
  }))

  const loops = new Map([...parts].map(([id, { line, devices }]) => [id, createLineLoop(line, devices, clock, log)]))
  let stops: Stop[] = []

  return {
    start() {
      stops = [...parts].map(([id, part]) => part.line.onEvent((event) => {
        if (event.kind === 'stray') part.stray += event.bytes
        else if (event.kind === 'late-reply') part.counter.noteLateReply()
        options.onLineEvent?.(id, event)
      }))
      for (const [index, loop] of [...loops.values()].entries()) loop.start(index * spreadMs / loops.size)
    },
    async stop() {
      for (const stop of stops) stop()
      await Promise.all([...loops.values()].map((loop) => loop.stop()))
    },
    meterReadings: (nowMs) => Object.fromEntries([...meters].map(([id, { reader }]) => [id, reader.reading(nowMs)])),
    chargerReadings: (nowMs) => Object.fromEntries([...chargers].map(([id, { reader }]) => [id, reader.reading(nowMs)])),
    lineHealth: () => Object.fromEntries([...parts].map(([id, { site: siteLine, line, counter, stray }]): [string, LineHealth] => {
      const { state, problem, reconnects, bytesSent, bytesReceived } = line.status()
      return [id, { ...counter.read(), transport: siteLine.transport, address: addressOf(siteLine), state, problem, reconnects, bytesSent, bytesReceived, strayBytes: stray }]
    })),
    deviceHealth: () => Object.fromEntries([...parts].flatMap(([lineId, { devices }]) =>
      devices.map((device) => [device.id, device.health(loops.get(lineId)?.isDown() ?? false)]))),
    background: (lineId, request, exchangeOptions) => loops.get(lineId)?.background(request, exchangeOptions) ?? null,
    chargerLinks: new Map([...chargers].map(([id, { link }]) => [id, link])),
  }
}
