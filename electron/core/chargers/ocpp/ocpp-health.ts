import type { DeviceHealth, LineHealth } from '../../../../shared/model/health.ts'
import type { OcppServerSettings } from '../../../../shared/site/ocpp-connection.ts'
import type { OcppCharger } from './ocpp-charger.ts'
import type { StationCounts } from './ocpp-counts.ts'
import type { OcppServer } from './ocpp-ports.ts'
import type { Station } from './station.ts'

/** A charger that said nothing for longer, although it is asked every few seconds, is silent, ms. Editable assumption. */
const silentMs = 30_000
/** A request that failed so lately makes it degraded, ms. */
const faultMs = 60_000

const turnaround = (tookMs: readonly number[]): LineHealth['turnaroundMs'] => {
  if (tookMs.length === 0) return null
  const sorted = [...tookMs].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}

const countsOf = (all: readonly StationCounts[]) => {
  const sum = (read: (counts: StationCounts) => number): number =>
    all.reduce((total, counts) => total + read(counts), 0)
  return {
    requests: sum(({ requests }) => requests),
    replies: sum(({ replies }) => replies),
    timeouts: sum(({ timeouts }) => timeouts),
    crcErrors: 0,
    exceptions: sum(({ refusals }) => refusals),
    gatewaySilent: 0,
    gatewayNoPath: 0,
    malformed: sum(({ malformed }) => malformed),
    lateReplies: sum(({ late }) => late),
    turnaroundMs: turnaround(all.flatMap(({ tookMs }) => tookMs)),
  }
}

export const ocppLineHealth = (
  server: OcppServer | null,
  problem: string | null,
  stations: readonly Station[],
): LineHealth => {
  const all = stations.map((station) => station.counts())
  return {
    ...countsOf(all),
    transport: 'ocpp',
    address: server?.address ?? '',
    state: server === null ? 'closed' : problem === null ? 'connected' : 'disconnected',
    problem:
      server === null
        ? 'no port is opened here: another program has this site and its chargers over OCPP, or there are none'
        : problem,
    reconnects: all.reduce((sum, { connections }) => sum + Math.max(0, connections - 1), 0),
    ...(server?.counts() ?? { bytesSent: 0, bytesReceived: 0 }),
    strayBytes: 0,
    volume: null,
  }
}

const stateOf = (station: Station, nowMs: number): DeviceHealth['state'] => {
  const heardMs = station.heardMs()
  if (heardMs === null) return 'waiting'
  if (station.connected() === null || nowMs - heardMs > silentMs) return 'silent'
  const { lastFault } = station.counts()
  return lastFault !== null && nowMs - lastFault.atMs < faultMs ? 'degraded' : 'ok'
}

const agoText = (ms: number): string => (ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`)

const connectionNote = (station: Station, nowMs: number): string => {
  const connected = station.connected()
  const heardMs = station.heardMs()
  if (connected === null)
    return heardMs === null
      ? 'it has not connected yet'
      : `it is not connected; last heard ${agoText(nowMs - heardMs)} ago`
  return (
    `OCPP ${station.state().version} from ${connected.remote}, ${connected.isEncrypted ? 'encrypted' : 'not encrypted'}, ` +
    `for ${agoText(nowMs - connected.sinceMs)}; last message ${agoText(nowMs - (heardMs ?? connected.sinceMs))} ago`
  )
}

const identityOf = (station: Station): string | undefined => {
  const { boot } = station.state()
  if (boot === null) return undefined
  const parts = [
    [boot.vendor, boot.model].filter((word) => word !== null).join(' '),
    ...(boot.serial === null ? [] : [`serial number ${boot.serial}`]),
    ...(boot.firmware === null ? [] : [`firmware ${boot.firmware}`]),
  ]
  return parts.filter((part) => part !== '').join(', ')
}

export const ocppDeviceHealth = (
  { link }: OcppCharger,
  station: Station,
  server: OcppServerSettings,
  {
    connector,
    periodMs,
    nowMs,
    notes,
  }: { connector: number; periodMs: number; nowMs: number; notes: readonly string[] },
): DeviceHealth => {
  const counts = station.counts()
  const identity = identityOf(station)
  return {
    ...countsOf([counts]),
    kind: 'charger',
    lineId: server.id,
    unit: connector,
    address: `OCPP ${station.identity}, ${link.abilities.profileId === 'ocpp-2.0.1' ? 'EVSE' : 'connector'} ${connector}`,
    state: stateOf(station, nowMs),
    lastFault: counts.lastFault,
    lastGoodAtMs: station.heardMs(),
    skippedSweeps: 0,
    latenessMs: 0,
    periodMs,
    achievedPeriodMs: null,
    requestsPerSweep: 2,
    notes: [],
    connection: {
      text: [...(identity === undefined ? [] : [identity]), connectionNote(station, nowMs)].join('; '),
      remarks: [...notes, ...vendorNotes(station)],
    },
    ...(identity === undefined ? {} : { identity }),
  }
}

const vendorNotes = (station: Station): readonly string[] =>
  [...station.state().vendorData].map(([key, text]) => `sends data of its maker, shown raw (${key}): ${text}`)
