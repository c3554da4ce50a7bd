import type { SiteMeter } from '../../../shared/site/site.ts'
import { connectChargers } from '../chargers/charger-kind.ts'
import { chargerKinds } from '../chargers/kinds.ts'
import type { FieldPorts, FieldSource } from '../field/field-source.ts'
import type { Stop } from '../ports.ts'
import { createBackgroundReads } from './background-reads.ts'
import { createChargerPolling } from './charger-device.ts'
import { createExtremeTeller } from './extreme-teller.ts'
import type { ExtremeNews } from '../../../shared/said/extreme-news.ts'
import { newsInUtc } from './extreme-watch.ts'
import { lineHealthOf } from './line-health.ts'
import { createLineLoop } from './line-loop.ts'
import { lineParts, type LineParts } from './line-parts.ts'
import { createMeterDevice } from './meter-device.ts'
import { must } from './must.ts'
import type { SunSpecFound } from './sunspec-found.ts'

/** Lines start apart over this time, ms: within one period of the fastest usual meter, so that nothing is seen late. */
const spreadMs = 200

/** Rows for the history from the meters' own extremes. */
const createTellers = ({ site, clock, onNotice, aheadMs }: FieldPorts) => {
  const tellers: ReturnType<typeof createExtremeTeller>[] = []
  return {
    of: (meter: SiteMeter): ((news: ExtremeNews) => void) => {
      const teller = createExtremeTeller(meter.name ?? meter.id, site.timezone, clock, (kind, facts) => {
        onNotice?.(kind, 'info', { kind: 'meter', id: meter.id }, facts)
      })
      tellers.push(teller)
      return (news) => teller.take(newsInUtc(news, aheadMs?.() ?? 0))
    },
    stop: (): void => {
      for (const teller of tellers) teller.stop()
    },
  }
}

/** Reads every Modbus meter and charger of the site, one loop per physical line. */
export const createModbusSource = (ports: FieldPorts): FieldSource => {
  const { site, clock, log } = ports
  const parts = lineParts(site, ports.lines)
  const partsOf = (lineId: string): LineParts => must(parts.get(lineId), `line ${lineId}`)
  const tellers = createTellers(ports)
  const sunSpecFound = new Map<string, SunSpecFound>()

  for (const meter of site.meters.filter(({ line }) => parts.has(line))) {
    const onLine = partsOf(meter.line)
    onLine.devices.push(createMeterDevice(ports, meter, onLine, tellers.of(meter), sunSpecFound))
  }
  const pollModbus = createChargerPolling(ports, partsOf)
  const chargers = connectChargers(site, ports.chargerKinds ?? chargerKinds, { ...ports, pollModbus })
  const loops = new Map(
    [...parts].map(([id, { line, devices, site: siteLine }]) => {
      const pipeline = siteLine.transport === 'tcp' ? (siteLine.pipeline ?? 1) : 1
      return [id, createLineLoop(line, devices, clock, log, pipeline)]
    }),
  )
  let stops: readonly Stop[] = []

  const listen = ([id, part]: readonly [string, LineParts]): Stop =>
    part.line.onEvent((event) => {
      if (event.kind === 'stray') part.stray += event.bytes
      else if (event.kind === 'late-reply') part.counter.noteLateReply()
      ports.onLineEvent?.(id, event)
    })

  return {
    start: () => {
      stops = [...parts].map(listen)
      for (const [index, loop] of [...loops.values()].entries()) loop.start((index * spreadMs) / loops.size)
      for (const { start } of chargers.values()) start?.()
    },
    stop: async () => {
      for (const stop of stops) stop()
      tellers.stop()
      await Promise.all([
        ...[...loops.values()].map((loop) => loop.stop()),
        ...[...chargers.values()].map(({ stop }) => stop?.()),
      ])
    },
    lineHealth: () => Object.fromEntries([...parts].map(([id, part]) => [id, lineHealthOf(part, ports)])),
    deviceHealth: () =>
      Object.fromEntries(
        [...parts].flatMap(([lineId, { devices }]) =>
          devices.map((device) => [device.id, device.health(loops.get(lineId)?.isDown() ?? false)]),
        ),
      ),
    background: createBackgroundReads(site, clock, parts, loops),
    sunSpecFound,
    chargerLinks: new Map([...chargers].map(([id, { link }]) => [id, link])),
  }
}
