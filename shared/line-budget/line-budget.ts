import { exchangeMs, type WireFormat } from './wire-time.ts'

/** One block read of a device's plan. */
export interface PlannedRead {
  readonly registers: number
  readonly periodMs: number
}

export interface BudgetDevice {
  readonly id: string
  readonly name: string
  /** The first entry's period is the device's fast one. */
  readonly reads: readonly PlannedRead[]
  /** Measured, ms, from the request's last byte to the reply's first. */
  readonly turnaroundMs: { readonly p50: number; readonly p95: number }
  /** Silence it wants before a request beyond the standard's, ms. */
  readonly quietMs: number
}

/** `wire` null: the speed of the bus is not known (Modbus TCP), so the turnaround is all there is. */
export interface Line {
  readonly wire: WireFormat | null
  readonly devices: readonly BudgetDevice[]
}
export interface Cycle {
  readonly p50Ms: number
  readonly p95Ms: number
}

const fastPeriodOf = (device: BudgetDevice): number => Math.min(...device.reads.map(({ periodMs }) => periodMs))
const costMs = (line: Line, device: BudgetDevice, read: PlannedRead, share: 'p50' | 'p95'): number =>
  exchangeMs(line.wire, read.registers, device.turnaroundMs[share], { quietMs: device.quietMs })

/** All fast reads of one device once, ms. */
export const fastMsOf = (line: Line, device: BudgetDevice, share: 'p50' | 'p95'): number =>
  device.reads
    .filter(({ periodMs }) => periodMs === fastPeriodOf(device))
    .reduce((sum, read) => sum + costMs(line, device, read, share), 0)

/** Share of the line's time that a device's slower reads take at their own periods. */
const slowShareOf = (line: Line, device: BudgetDevice, share: 'p50' | 'p95'): number =>
  device.reads
    .filter(({ periodMs }) => periodMs > fastPeriodOf(device))
    .reduce((sum, read) => sum + costMs(line, device, read, share) / read.periodMs, 0)

const cycleFor = (line: Line, share: 'p50' | 'p95'): number => {
  const fast = line.devices.reduce((sum, device) => sum + fastMsOf(line, device, share), 0)
  const left = 1 - line.devices.reduce((sum, device) => sum + slowShareOf(line, device, share), 0)
  return left <= 0 ? Infinity : fast / left
}

/** The shortest common period at which every device's fast reads fit, with the slower reads at their own periods; Infinity where those alone fill the line. */
export const bestCycle = (line: Line): Cycle => ({ p50Ms: cycleFor(line, 'p50'), p95Ms: cycleFor(line, 'p95') })

/** Share of the line's time used at the periods asked for; above 1 it cannot keep them. */
export const loadOf = (line: Line, share: 'p50' | 'p95'): number =>
  line.devices.reduce(
    (sum, device) =>
      sum + device.reads.reduce((part, read) => part + costMs(line, device, read, share) / read.periodMs, 0),
    0,
  )
