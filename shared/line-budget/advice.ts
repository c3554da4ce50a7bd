import { bestCycle, fastMsOf, type BudgetDevice, type Cycle, type Line } from './line-budget.ts'
import { characterMs } from './wire-time.ts'

/** Something that would change the best cycle, with its figure. `changes` false: tried, and it gains less than 1 %. */
export interface Advice {
  readonly kind: 'baud' | 'blocks' | 'order' | 'energy' | 'move' | 'split'
  readonly title: string
  readonly text: string
  readonly cycle: Cycle
  readonly changes: boolean
}

const rates = [9600, 19_200, 38_400, 57_600, 115_200] as const
/** Energy registers move slowly: a minute is enough for interval values (editable assumption). */
const slowEnergyMs = 60_000
const largestRead = 125

const withDevices = (line: Line, change: (device: BudgetDevice) => BudgetDevice): Line => ({
  ...line,
  devices: line.devices.map(change),
})
const fastPeriod = (device: BudgetDevice): number => Math.min(...device.reads.map(({ periodMs }) => periodMs))

/** The same registers in the fewest reads of at most 125; what lies between the blocks is not counted, so it is a bound. */
const merged = (device: BudgetDevice): BudgetDevice => {
  const periods = [...new Set(device.reads.map(({ periodMs }) => periodMs))].sort((left, right) => left - right)
  return {
    ...device,
    reads: periods.flatMap((periodMs) => {
      let left = device.reads
        .filter((read) => read.periodMs === periodMs)
        .reduce((sum, { registers }) => sum + registers, 0)
      const reads = []
      for (; left > 0; left -= largestRead) reads.push({ registers: Math.min(left, largestRead), periodMs })
      return reads
    }),
  }
}

/** Two lines of about equal cycles: the dearest device goes to the one with less so far. */
const halves = (line: Line): readonly [Line, Line] => {
  const parts: [BudgetDevice[], BudgetDevice[]] = [[], []]
  const totals: [number, number] = [0, 0]
  for (const device of line.devices.toSorted(
    (left, right) => fastMsOf(line, right, 'p95') - fastMsOf(line, left, 'p95'),
  )) {
    const at = totals[0] <= totals[1] ? 0 : 1
    parts[at].push(device)
    totals[at] += fastMsOf(line, device, 'p95')
  }
  return [
    { ...line, devices: parts[0] },
    { ...line, devices: parts[1] },
  ]
}

/** Everything that could be changed on this line, each with the cycle it would bring. Pure arithmetic: what the devices bear is said in the text. */
export const adviceFor = (line: Line): Advice[] => {
  const now = bestCycle(line)
  const say = (kind: Advice['kind'], title: string, text: string, cycle: Cycle): Advice => ({
    kind,
    title,
    text,
    cycle,
    changes: cycle.p95Ms < 0.99 * now.p95Ms || (!Number.isFinite(now.p95Ms) && Number.isFinite(cycle.p95Ms)),
  })
  const out: Advice[] = []
  const { wire, devices } = line
  if (devices.length === 0) return out
  if (wire !== null) {
    for (const baud of rates.filter((rate) => rate > wire.baud)) {
      out.push(
        say(
          'baud',
          `${wire.baud} to ${baud} baud`,
          `A character takes ${characterMs({ ...wire, baud }).toFixed(3)} ms instead of ${characterMs(wire).toFixed(3)} ms; every device on the line must be set to it, and long lines bear less.`,
          bestCycle({ ...line, wire: { ...wire, baud } }),
        ),
      )
    }
  }
  const fewer = withDevices(line, merged)
  const [before, after] = [line, fewer].map((each) => each.devices.reduce((sum, { reads }) => sum + reads.length, 0))
  if (before === after)
    out.push(say('blocks', 'Fewer, larger reads', `The plan's ${before ?? 0} reads are already the fewest.`, now))
  else
    out.push(
      say(
        'blocks',
        'Fewer, larger reads',
        `${before ?? 0} reads become ${after ?? 0} where the devices answer across the registers between; the register explorer tries that. A bound: those registers are not counted.`,
        bestCycle(fewer),
      ),
    )

  const quiet = devices.filter(({ quietMs }) => quietMs > 0)
  const unQuiet = withDevices(line, (device) => ({ ...device, quietMs: 0 }))
  out.push(
    quiet.length === 0
      ? say(
          'order',
          'Another order of reads',
          'No device here wants a pause of its own, so the order costs nothing and changes nothing.',
          now,
        )
      : say(
          'order',
          'Another order of reads',
          `${quiet.map(({ name }) => name).join(', ')} want a pause; if others were read in it, it would cost nothing. A bound.`,
          devices.length > 1 ? bestCycle(unQuiet) : now,
        ),
  )

  const hasSlow = devices.some((device) =>
    device.reads.some(({ periodMs }) => periodMs > fastPeriod(device) && periodMs < slowEnergyMs),
  )
  out.push(
    hasSlow
      ? say(
          'energy',
          'Energy and slow values once a minute',
          "The reads that are slower than the fast ones take a minute's cadence.",
          bestCycle(
            withDevices(line, (device) => ({
              ...device,
              reads: device.reads.map((read) =>
                read.periodMs > fastPeriod(device)
                  ? { ...read, periodMs: Math.max(read.periodMs, slowEnergyMs) }
                  : read,
              ),
            })),
          ),
        )
      : say(
          'energy',
          'Energy and slow values once a minute',
          'Nothing here is read more often than that but the fast values.',
          now,
        ),
  )

  if (devices.length > 1) {
    const dearest = devices.toSorted((left, right) => fastMsOf(line, right, 'p95') - fastMsOf(line, left, 'p95'))[0]
    if (dearest !== undefined)
      out.push(
        say(
          'move',
          `${dearest.name} on another line`,
          `It takes ${fastMsOf(line, dearest, 'p95').toFixed(0)} ms of every cycle, more than any other here.`,
          bestCycle({ ...line, devices: devices.filter((device) => device !== dearest) }),
        ),
      )
    const [one, other] = halves(line).map(bestCycle)
    if (one !== undefined && other !== undefined)
      out.push(
        say(
          'split',
          'Two lines instead of one',
          `${halves(line)
            .map((half) => half.devices.map(({ name }) => name).join(', '))
            .join(' | ')}; the slower half counts.`,
          { p50Ms: Math.max(one.p50Ms, other.p50Ms), p95Ms: Math.max(one.p95Ms, other.p95Ms) },
        ),
      )
  }
  return out
}
