import type { ScanFind } from '../../../shared/api/scan-contract.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { ExchangeOutcome, ModbusRequest, NewId } from '../ports.ts'
import type { Bus } from './bus.ts'
import type { Candidate } from './candidates.ts'
import { identify, type Identified } from './identify.ts'
import type { Job } from './scan-plan.ts'
import type { ScanProgress } from './scan-progress.ts'

/**
 * Deadlines, ms from the end of the request to the reply (editable assumptions). `absent`: an id nobody has costs no more than
 * this and the line's own silences; on a wire of known speed the line adds the bytes' time. A device that is slower answers
 * late, is heard, and is asked again with `patient`. Behind a gateway both ways over an unknown wire come on top.
 */
const deadlines = {
  serial: { absent: 140, patient: 500, read: [150, 500] },
  'rtu-over-tcp': { absent: 300, patient: 1000, read: [400, 1000] },
  tcp: { absent: 1000, patient: 2000, read: [500, 1500] },
} as const

/**
 * Whoever has this number answers it: two holding registers at 0 are given, or refused with an exception, and either is a sign of
 * life. Two, because some meters take even counts only and stay silent otherwise.
 */
const signOfLife = (unit: number): ModbusRequest => ({ unit, functionCode: 3, address: 0, count: 2 })

/** A gateway speaks for a unit it can't reach (Modbus Application Protocol 1.1b3, 7). */
const isGatewayAnswer = (outcome: ExchangeOutcome): boolean =>
  !outcome.ok && outcome.fault.kind === 'exception' && (outcome.fault.code === 10 || outcome.fault.code === 11)
const isReply = (outcome: ExchangeOutcome): boolean =>
  outcome.ok || (outcome.fault.kind === 'exception' && !isGatewayAnswer(outcome))
const isBroken = (outcome: ExchangeOutcome): boolean =>
  !outcome.ok && ['crc', 'malformed', 'wrong-unit'].includes(outcome.fault.kind)
const isLost = (outcome: ExchangeOutcome): boolean =>
  !outcome.ok && (outcome.fault.kind === 'offline' || outcome.fault.kind === 'closed')

/** The last silent ids are asked once more with patience: a reply slower than the deadline has no later question during which it would be heard. */
const askedAgain = 3

/** So many units in a row of one address with the same energy are one device that does not look at the unit id. */
const sameThatCount = 3

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

const energyOf = (identified: Identified): string | null => {
  const [best] = identified.candidates
  const energy = best?.evidence.find((words) => / kWh /.test(words))
  return best === undefined || energy === undefined ? null : `${best.profileId} ${energy}`
}

/** Asks the job's units one after the other from where it stopped; resolves with what ended it early, or null. */
export const searchBus = async ({
  job,
  bus,
  candidates,
  sunSpecLayouts,
  progress,
  isStopped,
  newId,
  nowMs,
}: SearchParts): Promise<{ readonly lost: string | null; readonly answered: number }> => {
  const times = deadlines[bus.transport]
  let answered = 0
  let lost: string | null = null
  let gatewayAnswers = 0
  let broken = 0
  const seen = new Set<number>()
  const silent: number[] = []
  const same: { readonly energy: string; readonly findId: string; readonly unit: number }[] = []

  const ask = async (request: ModbusRequest, deadlineMs: number): Promise<ExchangeOutcome> => {
    progress.request()
    return bus.ask(request, deadlineMs)
  }
  const note = (
    unit: number,
    more: Pick<ScanFind, 'verdict' | 'candidates' | 'notes' | 'turnaroundMs' | 'requests'>,
  ): string => {
    const { via } = job
    const find: ScanFind = {
      id: newId(),
      atMs: nowMs(),
      where: job.where,
      unit,
      mbus: null,
      lineId: via.kind === 'site' ? via.line.id : null,
      line: via.kind === 'site' ? null : via.line,
      ...more,
    }
    progress.found(find)
    return find.id
  }

  const examine = async (unit: number, turnaroundMs: number): Promise<void> => {
    const [low, high] = times.read
    const deadlineMs = Math.min(high, Math.max(low, 4 * turnaroundMs + 50))
    let requests = 1
    progress.now(`${job.where}, unit ${unit} answers: finding out what it is`)
    const identified = await identify(
      unit,
      candidates,
      (request) => {
        requests += 1
        return ask(request, deadlineMs)
      },
      isStopped,
      sunSpecLayouts,
    )
    // Stopped half-way: on resuming, this unit is asked again.
    if (identified === null) return
    seen.add(unit)
    answered += 1
    const findId = note(unit, {
      ...identified,
      candidates: [...identified.candidates],
      notes: [...identified.notes],
      turnaroundMs,
      requests,
    })
    const energy = energyOf(identified)
    if (bus.transport === 'tcp' && energy !== null) {
      if (same.at(-1)?.energy !== energy) same.length = 0
      same.push({ energy, findId, unit })
    }
  }

  /** Asks until somebody answers or nobody can have this number. */
  const tryUnit = async (unit: number, isPatient: boolean): Promise<void> => {
    let outcome = await ask(signOfLife(unit), isPatient ? times.patient : times.absent)
    for (let again = 0; again < 2 && isBroken(outcome) && !isStopped(); again += 1)
      outcome = await ask(signOfLife(unit), times.patient)
    if (isLost(outcome)) lost = outcome.ok ? null : outcome.fault.message
    else if (isReply(outcome)) await examine(unit, outcome.ok ? outcome.turnaroundMs : times.read[0] / 4)
    else if (isGatewayAnswer(outcome)) gatewayAnswers += 1
    else if (!outcome.ok && outcome.fault.kind === 'timeout') silent.push(unit)
    else if (isBroken(outcome) && !outcome.ok) {
      broken += 1
      // A speed that does not fit makes noise of every reply: one word for all of them.
      if (broken <= 3 && outcome.fault.kind !== 'malformed')
        note(unit, {
          verdict: 'garbled',
          candidates: [],
          notes: [outcome.fault.message, 'Two devices with the same number, another parity, or a bad line'],
          turnaroundMs: null,
          requests: 3,
        })
      seen.add(unit)
    }
  }

  /** Slower than the deadline, but there: heard while others were asked. */
  const tryLate = async (): Promise<void> => {
    for (const unit of bus.late())
      if (job.units.includes(unit) && !seen.has(unit) && !isStopped() && lost === null) await tryUnit(unit, true)
  }

  for (
    let unit = job.units[job.next];
    unit !== undefined && !isStopped() && lost === null;
    unit = job.units[job.next]
  ) {
    progress.now(`${job.where}, unit ${unit}`)
    if (!seen.has(unit)) await tryUnit(unit, false)
    if (isStopped() || lost !== null) break
    await tryLate()
    if (isStopped()) break
    job.next += 1
    progress.tried(1)
    if (same.length >= sameThatCount) {
      const [first, ...rest] = same
      const isExtra = new Set(rest.map(({ findId }) => findId))
      progress.change(
        progress
          .state()
          .finds.filter(({ id }) => !isExtra.has(id))
          .map((find) =>
            find.id === first?.findId
              ? {
                  ...find,
                  notes: [
                    ...find.notes,
                    `Units ${same.map((entry) => entry.unit).join(', ')} give the same: one device that answers to every unit id; the others were not asked`,
                  ],
                }
              : find,
          ),
      )
      break
    }
  }
  if (!isStopped() && lost === null) {
    for (const unit of silent.slice(-askedAgain))
      if (!seen.has(unit) && !isStopped() && lost === null) await tryUnit(unit, true)
    await tryLate()
  }
  if (!isStopped()) {
    const left = job.units.length - job.next
    if (left > 0) progress.tried(left, true)
    job.next = job.units.length
    if (lost !== null) progress.trouble(job.where, 'failed', lost)
    else if (answered === 0 && gatewayAnswers > 0)
      progress.trouble(
        job.where,
        'mute',
        `a gateway is here, but behind it no unit of these answers (${gatewayAnswers} said so): check power, wiring, baud rate and ids behind the gateway`,
      )
    else if (answered === 0 && broken > 0)
      progress.trouble(
        job.where,
        'mute',
        'something is on this bus, but its replies make no sense at these settings: try other speeds and parities',
      )
    else if (answered === 0)
      progress.trouble(job.where, 'mute', 'the connection is accepted, but no unit of these answers')
  }
  return { lost, answered }
}
