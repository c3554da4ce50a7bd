import { lineProblemText } from '../../../shared/said/line-problem.ts'
import type { DataVolume, DeviceHealth, LineHealth } from '../../../shared/model/health.ts'
import type { Observation } from '../../../shared/model/observation.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { withExtremes } from '../../../shared/profile/extremes.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { sunSpecLayouts } from '../../../shared/sunspec/place.ts'
import { longestMeterSilenceMs } from '../../../shared/site/check-electrical.ts'
import { devicesOnLines } from '../../../shared/site/devices-on-lines.ts'
import { isMbusLine, type ModbusSiteLine, type Site, type SiteMeter } from '../../../shared/site/site.ts'
import { connectChargers, type ChargerKind, type ChargerWorld } from '../chargers/charger-kind.ts'
import { chargerKinds } from '../chargers/kinds.ts'
import type { AskGuard } from '../may-ask.ts'
import type {
  ChargerLink,
  Clock,
  ExchangeOptions,
  ExchangeOutcome,
  FactShelf,
  LineEvent,
  Log,
  ModbusLine,
  ModbusRequest,
  Stop,
} from '../ports.ts'
import { chargerPeriodMs } from '../site/known.ts'
import { createDataVolume } from './data-volume.ts'
import { createExchangeCounter, type ExchangeCounter } from './exchange-counts.ts'
import { createExtremeTeller } from './extreme-teller.ts'
import { newsInUtc, type ExtremeNews } from './extreme-watch.ts'
import { createLineLoop } from './line-loop.ts'
import { cellularDeadlineMs, gatewayHoldMs, linkHabits, type LinkHabits } from './link-habits.ts'
import { createMbusAcquisition, type MbusParts } from './mbus/mbus-acquisition.ts'
import { createMeterReader } from './meter-reader.ts'
import { mapMeter } from './meter-mapping.ts'
import { createPolledDevice, type DeviceReader, type PolledDevice } from './polled-device.ts'
import { createSunSpecDevice } from './sunspec-device.ts'
import { identityText, type SunSpecFound } from './sunspec-found.ts'

export interface AcquisitionNotice {
  readonly kind: 'meter-extreme' | 'meter-extreme-reset' | 'meter-found' | 'meter-status' | 'data-budget'
  readonly severity: 'info' | 'warning'
  readonly subject: { readonly kind: 'meter' | 'line'; readonly id: string }
  readonly message: string
  readonly data: Record<string, unknown>
}

export interface AcquisitionOptions {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  /** Left out: all that the product speaks. */
  readonly chargerKinds?: readonly ChargerKind[]
  /** The Modbus lines. */
  readonly lines: ReadonlyMap<string, ModbusLine>
  /** Left out where a site has no M-Bus. */
  readonly mbus?: MbusParts
  /** Site time (site-time.ts): every reading is stamped by it. */
  readonly clock: Clock
  /** What to add to it for the calendar's time, in what people read; 0 where left out. */
  readonly aheadMs?: () => number
  readonly log: Log
  /** Where what is learned of the devices is kept for the next start; left out, each start learns it again. */
  readonly facts?: FactShelf
  /** may-ask.ts, of a device by its id: asked before every read. */
  readonly mayAsk: AskGuard['mayAsk']
  /** After every exchange, right away: what it brought, or why it brought nothing. */
  readonly onObservation: (observation: Observation) => void
  /** Something for the site's history that no reading shows: what a meter's own extremes told, a data volume over its budget. */
  readonly onNotice?: (notice: AcquisitionNotice) => void
  readonly onLineEvent?: (lineId: string, event: LineEvent) => void
}

export interface Acquisition {
  start(): void
  /** Resolves when no exchange is in flight any more; the lines stay open. */
  stop(): Promise<void>
  lineHealth(): Record<string, LineHealth>
  deviceHealth(): Record<string, DeviceHealth>
  readonly chargerLinks: ReadonlyMap<string, ChargerLink>
  /** The SunSpec meters found so far, by meter id. */
  readonly sunSpecFound: ReadonlyMap<string, SunSpecFound>
  /** A read beside the polling that does not disturb it (line-loop.ts); null for a line this site does not have. Counted on the line, not on a device. */
  background(
    lineId: string,
    request: ModbusRequest,
    options: Omit<ExchangeOptions, 'priority'>,
  ): Promise<ExchangeOutcome> | null
}

/** Lines start apart over this time, ms: within one period of the fastest usual meter, so that nothing is seen late. */
const spreadMs = 200

const addressOf = (line: ModbusSiteLine): string =>
  line.transport === 'serial'
    ? `${line.path}, ${String(line.baud)} baud, parity ${line.parity}, ${String(line.stopBits)} stop`
    : `${line.host}:${String(line.port)}`

const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} is missing: the site file must be checked before it is used`)
  return value
}

interface LineParts {
  readonly site: ModbusSiteLine
  readonly line: ModbusLine
  readonly counter: ExchangeCounter
  readonly devices: PolledDevice[]
  stray: number
  readonly heldUp: { untilMs: number }
  readonly volume: ReturnType<typeof createDataVolume>
  budgetToldMs: number
}

/** A budget that stays exceeded is told again after a day. */
const budgetAgainMs = 86_400_000

/** Reads every meter and charger of the site, one loop per physical line, and keeps what was last known of each. */
export const createAcquisition = (options: AcquisitionOptions): Acquisition => {
  const { site, clock, log } = options
  const parts = new Map(
    site.lines
      .filter((line) => !isMbusLine(line))
      .map((siteLine): [string, LineParts] => [
        siteLine.id,
        {
          site: siteLine,
          line: must(options.lines.get(siteLine.id), `line ${siteLine.id}`),
          counter: createExchangeCounter(),
          devices: [],
          stray: 0,
          heldUp: { untilMs: 0 },
          volume: createDataVolume(siteLine),
          budgetToldMs: -Infinity,
        },
      ]),
  )
  const partsOf = (lineId: string): LineParts => must(parts.get(lineId), `line ${lineId}`)

  const shares = (lineId: string): boolean => devicesOnLines(site).filter(({ line }) => line === lineId).length > 1
  const linkOf = (siteLine: ModbusSiteLine, profileMs: number): LinkHabits =>
    linkHabits(siteLine, profileMs, shares(siteLine.id))
  const tellers: ReturnType<typeof createExtremeTeller>[] = []
  const onExtreme = (meter: SiteMeter): ((news: ExtremeNews) => void) => {
    const teller = createExtremeTeller(meter.name ?? meter.id, site.timezone, clock, (notice) => {
      options.onNotice?.({ severity: 'info', subject: { kind: 'meter', id: meter.id }, ...notice })
    })
    tellers.push(teller)
    return (news) => teller.take(newsInUtc(news, options.aheadMs?.() ?? 0))
  }

  const mbus = createMbusAcquisition({ ...options, profiles: new Map(), lines: new Map(), ...options.mbus })

  const sunSpecFound = new Map<string, SunSpecFound>()
  for (const meter of site.meters.filter(({ line }) => parts.has(line))) {
    const profile = must(options.meterProfiles.get(meter.profile), `meter profile ${meter.profile}`)
    const { line, counter, devices, heldUp, site: siteLine } = partsOf(meter.line)
    const tellExtreme = onExtreme(meter)
    const readerOf = (read: MeterProfile) => createMeterReader(meter, read, options.onObservation, tellExtreme)
    const reader = readerOf(profile)
    const habits = {
      kind: 'meter',
      id: meter.id,
      lineId: meter.line,
      unit: meter.unit,
      periodMs: meter.periodMs,
      ...(meter.periods === undefined ? {} : { periods: meter.periods }),
      link: linkOf(siteLine, profile.line.timeoutMs),
      heldUp,
      mayAsk: () => options.mayAsk(meter.id),
      ...(options.facts === undefined ? {} : { facts: options.facts }),
    } as const
    const onFound = (found: SunSpecFound): DeviceReader => {
      const before = sunSpecFound.get(meter.id)
      sunSpecFound.set(meter.id, found)
      if (before === undefined || identityText(before) !== identityText(found)) {
        options.onNotice?.({
          kind: 'meter-found',
          severity: 'info',
          subject: { kind: 'meter', id: meter.id },
          message: `${meter.name ?? meter.id}: ${identityText(found)}${before === undefined ? '' : `; before it was ${identityText(before)}`}`,
          data: { ...found.meter },
        })
      }
      options.onObservation({
        kind: 'meter-found',
        meterId: meter.id,
        atMs: clock.nowMs(),
        quantities: [...mapMeter(meter, found.profile).values()].map(({ key }) => key),
      })
      return readerOf(found.profile)
    }
    const device =
      profile.sunspec === undefined
        ? createPolledDevice({ ...habits, profile: withExtremes(profile) }, line, counter, reader, clock)
        : createSunSpecDevice(
            {
              ...habits,
              profile,
              layouts: sunSpecLayouts(profile, options.meterProfiles),
              choice: meter.sunspec ?? {},
              onFound,
            },
            line,
            counter,
            reader,
            clock,
          )
    devices.push(device)
  }

  const pollModbus: ChargerWorld['pollModbus'] = (charger, connection, profile, reader) => {
    const { line, counter, devices, heldUp, site: siteLine } = partsOf(connection.line)
    const device = createPolledDevice(
      {
        kind: 'charger',
        id: charger.id,
        lineId: connection.line,
        unit: connection.unit,
        periodMs: chargerPeriodMs,
        link: linkOf(siteLine, profile.line.timeoutMs),
        heldUp,
        profile,
        mayAsk: () => options.mayAsk(charger.id),
        ...(options.facts === undefined ? {} : { facts: options.facts }),
      },
      line,
      counter,
      reader,
      clock,
    )
    devices.push(device)
    return (request) => device.transact(request, 'write')
  }
  const chargers = connectChargers(site, options.chargerKinds ?? chargerKinds, { ...options, pollModbus })

  const loops = new Map(
    [...parts].map(([id, { line, devices, site: siteLine }]) => [
      id,
      createLineLoop(line, devices, clock, log, siteLine.transport === 'tcp' ? (siteLine.pipeline ?? 1) : 1),
    ]),
  )
  let stops: Stop[] = []

  /**
   * Whoever else is on the line waits for a read that gets no answer, set-points too. A meter may be read at half the time after which it
   * counts as silent (check-electrical.ts); half of what is left stays for its own read.
   */
  const longestBackgroundMs =
    site.chargers.length === 0
      ? cellularDeadlineMs
      : Math.min(site.control.meterTimeout * 1000, longestMeterSilenceMs) / 4
  const background: Acquisition['background'] = (lineId, request, wish) => {
    const part = parts.get(lineId)
    const loop = loops.get(lineId)
    if (part === undefined || loop === undefined) return null
    const deadlineMs = Math.min(wish.deadlineMs, longestBackgroundMs)
    return loop.background(request, { ...wish, deadlineMs }).then((outcome) => {
      // A gateway goes on waiting for whoever did not answer: the devices asked next must not be taken for slow or silent.
      if (!outcome.ok && outcome.fault.kind === 'timeout' && part.site.transport === 'tcp') {
        part.heldUp.untilMs = Math.max(part.heldUp.untilMs, clock.monotonicMs() + gatewayHoldMs - deadlineMs)
      }
      return outcome
    })
  }

  /** Follows the volume each time health is asked for (once a second), and tells a budget that will not last. */
  const volumeOf = (part: LineParts): DataVolume | null => {
    const { bytesSent, bytesReceived } = part.line.status()
    const nowMs = clock.monotonicMs()
    const volume = part.volume.read({
      monotonicMs: nowMs,
      bytes: bytesSent + bytesReceived,
      requests: part.counter.read().requests,
      devices: part.devices.map((device) => ({
        id: device.id,
        periodMs: device.periodMs,
        requests: device.counter.read().requests,
      })),
    })
    if (volume?.advice != null && nowMs - part.budgetToldMs >= budgetAgainMs) {
      part.budgetToldMs = nowMs
      options.onNotice?.({
        kind: 'data-budget',
        severity: 'warning',
        subject: { kind: 'line', id: part.site.id },
        message: `line ${part.site.name ?? part.site.id}: ${volume.advice}`,
        data: { ...volume },
      })
    }
    return volume
  }

  return {
    start() {
      stops = [...parts].map(([id, part]) =>
        part.line.onEvent((event) => {
          if (event.kind === 'stray') part.stray += event.bytes
          else if (event.kind === 'late-reply') part.counter.noteLateReply()
          options.onLineEvent?.(id, event)
        }),
      )
      for (const [index, loop] of [...loops.values()].entries()) loop.start((index * spreadMs) / loops.size)
      mbus.start()
      for (const { start } of chargers.values()) start?.()
    },
    async stop() {
      for (const stop of stops) stop()
      for (const teller of tellers) teller.stop()
      await Promise.all([
        mbus.stop(),
        ...[...loops.values()].map((loop) => loop.stop()),
        ...[...chargers.values()].map(({ stop }) => stop?.()),
      ])
    },
    lineHealth: () => ({
      ...mbus.lineHealth(),
      ...Object.fromEntries(
        [...parts].map(([id, part]): [string, LineHealth] => {
          const { site: siteLine, line, counter, stray } = part
          const { state, problem, reconnects, bytesSent, bytesReceived } = line.status()
          return [
            id,
            {
              ...counter.read(),
              transport: siteLine.transport,
              address: addressOf(siteLine),
              state,
              problem: problem === null ? null : lineProblemText(problem),
              reconnects,
              bytesSent,
              bytesReceived,
              strayBytes: stray,
              volume: volumeOf(part),
            },
          ]
        }),
      ),
    }),
    deviceHealth: () => ({
      ...mbus.deviceHealth(),
      ...Object.fromEntries(
        [...parts].flatMap(([lineId, { devices }]) =>
          devices.map((device) => [device.id, device.health(loops.get(lineId)?.isDown() ?? false)]),
        ),
      ),
    }),
    background,
    sunSpecFound,
    chargerLinks: new Map([...chargers].map(([id, { link }]) => [id, link])),
  }
}
