import type { LineReport } from '../../../shared/api/doctor-contract.ts'
import { statsOf } from '../../../shared/bus/device-stats.ts'
import { pairExchanges } from '../../../shared/bus/exchange.ts'
import { framingOf } from '../../../shared/bus/line-framing.ts'
import { signsOf } from '../../../shared/bus/signs.ts'
import type { Framing, TapeEntry } from '../../../shared/bus/tape-entry.ts'
import { adviceFor } from '../../../shared/line-budget/advice.ts'
import { bestCycle, loadOf, type BudgetDevice, type Cycle } from '../../../shared/line-budget/line-budget.ts'
import { characterMs, type WireFormat } from '../../../shared/line-budget/wire-time.ts'
import type { DeviceHealth } from '../../../shared/model/health.ts'
import type { ReadableProfile } from '../../../shared/profile/read-plan.ts'
import type { LineHabits } from '../../../shared/profile/register.ts'
import type { SiteLine } from '../../../shared/site/site.ts'
import { own } from '../../../shared/own.ts'
import { planGroups } from '../acquisition/block-plan.ts'

export interface LineDevice {
  readonly id: string
  readonly name: string
  readonly kind: 'meter' | 'charger'
  readonly unit: number
  readonly periodMs: number
  /** Null where the protocol has no register plan (M-Bus). */
  readonly profile: (ReadableProfile & { readonly line: LineHabits }) | null
}

/** The wire of a line whose speed is ours to know. */
export const wireOf = (line: SiteLine): WireFormat | null =>
  line.transport === 'serial' || line.transport === 'mbus-serial'
    ? {
        baud: line.baud,
        parity: line.parity,
        stopBits: line.stopBits,
        ...('dataBits' in line ? { dataBits: line.dataBits } : {}),
      }
    : null

const timingOf = (line: SiteLine): string => {
  switch (line.transport) {
    case 'serial':
    case 'mbus-serial':
      return 'Times are those of the operating system: a USB adapter holds bytes back for up to 16 ms, so a single turnaround is that uncertain. Wire time is calculated from baud, parity and stop bits.'
    case 'rtu-over-tcp':
    case 'mbus-tcp':
      return 'Times are those of this computer: the network, the gateway and the bus behind it are all in the turnaround.'
    case 'tcp':
      return 'Times are those of this computer: the network and whatever is behind the TCP port are in the turnaround.'
  }
}

const finite = ({ p50Ms, p95Ms }: Cycle) => ({
  p50Ms: Number.isFinite(p50Ms) ? p50Ms : null,
  p95Ms: Number.isFinite(p95Ms) ? p95Ms : null,
})

/** Everything the tape says of a line in a window. Pure. */
export const reportLine = (facts: {
  readonly line: SiteLine
  readonly devices: readonly LineDevice[]
  readonly health: Readonly<Record<string, DeviceHealth>>
  readonly entries: readonly TapeEntry[]
  readonly fromMs: number
  readonly toMs: number
  readonly assumeBaud: number | null
  readonly tape: LineReport['tape']
}): LineReport => {
  const { line, entries, fromMs, toMs } = facts
  const framing = framingOf(line)
  const wireFormat = wireOf(line)
  const character = wireFormat === null ? 0 : characterMs(wireFormat)
  const talk = pairExchanges(entries, framing, character)
  const first = entries.at(0)
  const windowMs = first === undefined ? 0 : Math.max(1, toMs - Math.max(fromMs, first.atMs))

  const known = new Set(facts.devices.map(({ unit }) => unit))
  const strangers = [
    ...new Set(talk.exchanges.flatMap(({ unit }) => (unit === null || known.has(unit) ? [] : [unit]))),
  ].sort((left, right) => left - right)
  const seen = [
    ...facts.devices.map((device) => ({
      ...device,
      id: device.id as string | null,
      kind: device.kind as LineReport['devices'][number]['kind'],
    })),
    ...strangers.map((unit) => ({
      id: null,
      name: framing === 'mbus' ? `address ${unit}` : `unit ${unit}, not in the site file`,
      kind: 'unknown' as const,
      unit,
      periodMs: null,
    })),
  ]
  const devices = seen.map(({ id, name, kind, unit, periodMs }): LineReport['devices'][number] => {
    const stats = statsOf(unit, talk.exchanges, windowMs)
    return {
      id,
      name,
      kind,
      ...stats,
      exceptions: { ...stats.exceptions },
      periodMs,
      achievedPeriodMs: id === null ? null : (own(facts.health, id)?.achievedPeriodMs ?? null),
    }
  })

  return {
    lineId: line.id,
    framing,
    fromMs: first === undefined ? fromMs : Math.max(fromMs, first.atMs),
    toMs,
    frames: entries.filter(({ kind }) => kind === 'frame').length,
    exchanges: talk.exchanges.length,
    busShare: Math.min(
      1,
      devices.reduce((sum, { busShare }) => sum + busShare, 0),
    ),
    timing: timingOf(line),
    characterMs: character,
    devices,
    signs: signsOf(talk, {
      framing,
      isNetwork: wireFormat === null,
      localEcho: line.transport === 'serial' && line.localEcho,
    }).map((sign) => ({ ...sign, numbers: [...sign.numbers], frames: [...sign.frames] })),
    budget: budgetOf(facts, devices, wireFormat, framing),
    tape: facts.tape,
  }
}

const budgetOf = (
  facts: Parameters<typeof reportLine>[0],
  measured: LineReport['devices'],
  wireFormat: WireFormat | null,
  framing: Framing,
): LineReport['budget'] => {
  const none = (note: string): LineReport['budget'] => ({ best: null, note, load: null, wire: wireFormat, advice: [] })
  if (framing === 'mbus')
    return none(
      'Not calculated: the answer of an M-Bus meter has a length of its own making; see the turnaround and the share of the bus above.',
    )
  if (framing === 'ascii')
    return none(
      'Not calculated: a Modbus ASCII frame has twice the characters of the RTU frame this is calculated with; see the turnaround and the share of the bus above.',
    )
  const wire: WireFormat | null =
    framing === 'rtu'
      ? (wireFormat ?? (facts.assumeBaud === null ? null : { baud: facts.assumeBaud, parity: 'none', stopBits: 1 }))
      : null
  const unmeasured: string[] = []
  const planned = facts.devices.flatMap((device): BudgetDevice[] => {
    const turnaroundMs = measured.find(({ id }) => id === device.id)?.turnaroundMs ?? null
    if (turnaroundMs === null || device.profile === null) {
      unmeasured.push(device.name)
      return []
    }
    const reads = planGroups({ profile: device.profile, periodMs: device.periodMs, refused: new Set() }).flatMap(
      ({ periodMs, blocks }) => blocks.map(({ count }) => ({ registers: count, periodMs })),
    )
    return reads.length === 0
      ? []
      : [{ id: device.id, name: device.name, reads, turnaroundMs, quietMs: device.profile.line.quietMs }]
  })
  if (planned.length === 0) return none('Not calculated: no reply was measured in the window.')
  const line = { wire, devices: planned }
  const notes = [
    ...(unmeasured.length === 0 ? [] : [`Without ${unmeasured.join(', ')}: no reply in the window.`]),
    ...(wire === null && framing === 'rtu'
      ? [
          'The speed of the bus behind the gateway is not known: its wire time is inside the turnaround. Choose a baud rate to calculate with it.',
        ]
      : []),
    ...(wireFormat === null && wire !== null
      ? [
          `With ${wire.baud} baud, 8N1, assumed for the bus behind the gateway, on top of the measured turnaround, which holds it too: an upper bound.`,
        ]
      : []),
    ...(wire === null && framing === 'mbap'
      ? ['Modbus TCP: the turnaround is all there is; what lies behind a gateway is inside it.']
      : []),
  ]
  return {
    best: finite(bestCycle(line)),
    note: notes.join(' '),
    load: { p50: loadOf(line, 'p50'), p95: loadOf(line, 'p95') },
    wire,
    advice: adviceFor(line).map((advice) => ({ ...advice, cycle: finite(advice.cycle) })),
  }
}
