import type { ScanFind } from '../../../shared/api/scan-contract.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { ExchangeOutcome, ModbusRequest } from '../lines/modbus-line.ts'
import type { NewId } from '../ports.ts'
import type { Bus } from './bus.ts'
import type { Candidate } from './candidates.ts'
import { identify } from './identify.ts'
import { createSameDevice } from './same-device.ts'
import type { Job } from './scan-plan.ts'
import type { ScanProgress } from './scan-progress.ts'
import { deadlines, isBroken, isGatewayAnswer, isLost, isReply, signOfLife } from './sign-of-life.ts'

/** The last silent ids are asked once more with patience: a reply slower than the deadline has no later question during which it would be heard. */
const askedAgain = 3
/** A speed that does not fit makes noise of every reply: no more than these are listed. */
const listedBroken = 3

interface SearchParts {
  readonly job: Job
  readonly bus: Bus
  readonly candidates: readonly Candidate[]
  readonly sunSpecLayouts: readonly MeterProfile[]
  readonly progress: ScanProgress
  readonly isStopped: () => boolean
  readonly newId: NewId
  readonly nowMs: () => number
}

/** What the units of one bus said so far. */
interface Tally {
  answered: number
  gatewayAnswers: number
  broken: number
  /** Why the bus is lost; null: it is there. */
  lost: string | null
  readonly seen: Set<number>
  readonly silent: number[]
}

type Told = Pick<ScanFind, 'verdict' | 'candidates' | 'notes' | 'turnaroundMs' | 'requests'>
const findOf = ({ job: { via, where }, newId, nowMs }: SearchParts, unit: number, told: Told): ScanFind => ({
  id: newId(),
  atMs: nowMs(),
  where,
  unit,
  mbus: null,
  lineId: via.kind === 'site' ? via.line.id : null,
  line: via.kind === 'site' ? null : via.line,
  ...told,
})

const createUnitSearch = (parts: SearchParts) => {
  const { job, bus, candidates, sunSpecLayouts, progress, isStopped } = parts
  const times = deadlines[bus.transport]
  const same = createSameDevice()
  const tally: Tally = { answered: 0, gatewayAnswers: 0, broken: 0, lost: null, seen: new Set(), silent: [] }

  const ask = async (request: ModbusRequest, deadlineMs: number): Promise<ExchangeOutcome> => {
    progress.request()
    return bus.ask(request, deadlineMs)
  }
  const note = (unit: number, told: Told): string => {
    const find = findOf(parts, unit, told)
    progress.found(find)
    return find.id
  }

  const examine = async (unit: number, turnaroundMs: number): Promise<void> => {
    const [low, high] = times.read
    const deadlineMs = Math.min(high, Math.max(low, 4 * turnaroundMs + 50))
    let requests = 1
    progress.now(`${job.where}, unit ${unit} answers: finding out what it is`)
    const askCounted = (request: ModbusRequest): Promise<ExchangeOutcome> => {
      requests += 1
      return ask(request, deadlineMs)
    }
    const identified = await identify(unit, candidates, askCounted, isStopped, sunSpecLayouts)
    // Stopped half-way: on resuming, this unit is asked again.
    if (identified === null) return
    tally.seen.add(unit)
    tally.answered += 1
    const { verdict } = identified
    const [listed, notes] = [[...identified.candidates], [...identified.notes]]
    const findId = note(unit, { verdict, candidates: listed, notes, turnaroundMs, requests })
    if (bus.transport === 'tcp') same.note(identified, findId, unit)
  }

  const noteBroken = (unit: number, outcome: ExchangeOutcome): void => {
    tally.broken += 1
    tally.seen.add(unit)
    if (outcome.ok || outcome.fault.kind === 'malformed' || tally.broken > listedBroken) return
    const notes = [outcome.fault.message, 'Two devices with the same number, another parity, or a bad line']
    note(unit, { verdict: 'garbled', candidates: [], notes, turnaroundMs: null, requests: 3 })
  }

  /** Asks until somebody answers or nobody can have this number. */
  const tryUnit = async (unit: number, isPatient: boolean): Promise<void> => {
    let outcome = await ask(signOfLife(unit), isPatient ? times.patient : times.absent)
    for (let again = 0; again < 2 && isBroken(outcome) && !isStopped(); again += 1)
      outcome = await ask(signOfLife(unit), times.patient)
    if (isLost(outcome)) tally.lost = outcome.ok ? null : outcome.fault.message
    else if (isReply(outcome)) await examine(unit, outcome.ok ? outcome.turnaroundMs : times.read[0] / 4)
    else if (isGatewayAnswer(outcome)) tally.gatewayAnswers += 1
    else if (!outcome.ok && outcome.fault.kind === 'timeout') tally.silent.push(unit)
    else if (isBroken(outcome)) noteBroken(unit, outcome)
  }
  const isOver = (): boolean => isStopped() || tally.lost !== null
  const tryUnseen = async (units: readonly number[], isPatient: boolean): Promise<void> => {
    for (const unit of units) if (!tally.seen.has(unit) && !isOver()) await tryUnit(unit, isPatient)
  }
  return {
    tally,
    same,
    isOver,
    tryUnseen,
    /** Slower than the deadline, but there: heard while others were asked. */
    tryLate: () =>
      tryUnseen(
        bus.late().filter((unit) => job.units.includes(unit)),
        true,
      ),
  }
}

/** Why a bus that was searched to its end gave nothing; null: it gave something. */
const muteness = ({ answered, gatewayAnswers, broken }: Tally): string | null => {
  if (answered > 0) return null
  if (gatewayAnswers > 0)
    return `a gateway is here, but behind it no unit of these answers (${gatewayAnswers} said so): check power, wiring, baud rate and ids behind the gateway`
  if (broken > 0)
    return 'something is on this bus, but its replies make no sense at these settings: try other speeds and parities'
  return 'the connection is accepted, but no unit of these answers'
}

/** Asks the job's units one after the other from where it stopped; resolves with what ended it early, or null. */
export const searchBus = async (
  parts: SearchParts,
): Promise<{ readonly lost: string | null; readonly answered: number }> => {
  const { job, progress, isStopped } = parts
  const { tally, same, isOver, tryUnseen, tryLate } = createUnitSearch(parts)
  for (let unit = job.units[job.next]; unit !== undefined && !isOver(); unit = job.units[job.next]) {
    progress.now(`${job.where}, unit ${unit}`)
    await tryUnseen([unit], false)
    if (isOver()) break
    await tryLate()
    if (isStopped()) break
    job.next += 1
    progress.tried(1)
    if (same.isSeen()) {
      progress.change(same.joined(progress.state().finds))
      break
    }
  }
  if (!isOver()) {
    await tryUnseen(tally.silent.slice(-askedAgain), true)
    await tryLate()
  }
  const { answered, lost } = tally
  if (isStopped()) return { lost, answered }
  const left = job.units.length - job.next
  if (left > 0) progress.tried(left, true)
  job.next = job.units.length
  const mute = muteness(tally)
  if (lost !== null) progress.trouble(job.where, 'failed', lost)
  else if (mute !== null) progress.trouble(job.where, 'mute', mute)
  return { lost, answered }
}
