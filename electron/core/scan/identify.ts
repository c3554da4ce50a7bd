import { modbusAbilities } from '../../../shared/charger/modbus-abilities.ts'
import type { ScanCandidate, ScanFind } from '../../../shared/api/scan-contract.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { ReadBlock } from '../../../shared/profile/read-plan.ts'
import { planReads, type ReadableProfile } from '../../../shared/profile/read-plan.ts'
import { identify as readName, identitySpace, identityWidth } from '../../../shared/profile/identity.ts'
import { confidenceOf, hex, refusalText, wordOf, type Evidence } from '../../../shared/scan/evidence.ts'
import { createRegisterMemory } from '../../../shared/scan/register-memory.ts'
import type { RegisterSpace } from '../../../shared/profile/register.ts'
import { isKeptAlive } from '../may-ask.ts'
import type { ExchangeOutcome, ModbusRequest } from '../ports.ts'
import type { Candidate } from './candidates.ts'
import { askSunSpec, withChain } from './sunspec-candidates.ts'

export interface Identified {
  readonly verdict: Extract<ScanFind['verdict'], 'identified' | 'ambiguous' | 'unknown'>
  readonly candidates: readonly ScanCandidate[]
  readonly notes: readonly string[]
}

/** From here on a model is so sure that no register of other models is asked any more; theirs that were read anyway are still judged. */
const settledAt = { confidence: 0.85, points: 14 }
/** Fewer points than these are what chance gives; a charger without voltages has little to tell and is never more than possible then. */
const leastPoints = { meter: 6, charger: 3.5 } as const
const leastConfidence = 0.5
/** Candidates this near to the best answer alike: the registers cannot tell which it is. */
const alike = { confidence: 0.06, points: 0.75 }
const mostAlternatives = 5

/** Whether all that one model is recognised by stands at the same places in the other: by its registers it can't be told from it. */
const isWithin = (one: Candidate['profile'], other: Candidate['profile']): boolean => {
  // One that says what it is, is told by that.
  if (!('probe' in one) || !('probe' in other) || one.identity !== undefined) return false
  const places = (profile: typeof one) =>
    new Map(Object.entries(profile.quantities).map(([key, { address, type }]) => [key, `${address} ${type}`]))
  const [few, many] = [places(one), places(other)]
  return few.size > 0 && [...few].every(([key, place]) => many.get(key) === place)
}
/** What a device says of itself outweighs what its registers look like. */
const namePoints = 6
/**
 * A code of one register is one of 65536, but makers number their models in small numbers, which made-up maps hold too; a text is not met
 * by chance.
 */
const nameBits = (said: string): number => (/^\d+$/.test(said) ? (Number(said) > 255 ? 10 : 5) : 3 * said.length)
/** A device that is silent to registers it lacks, instead of refusing them, is not asked twice. */
const silencesThatCount = 3

interface Judged {
  readonly candidate: Candidate
  readonly evidence: Evidence
  readonly confidence: number
  readonly isFlipped: boolean
  /** The device said so itself, in a register made for it. */
  readonly isNamed?: boolean
  /** A meter of the device's own SunSpec chain, with the name the chain gives it. */
  readonly sunSpec?: Pick<ScanCandidate, 'make' | 'model' | 'sunspec'>
}

const spaceOf = (functionCode: 3 | 4): RegisterSpace => (functionCode === 3 ? 'holding' : 'input')
const nameOf = ({ profile }: Candidate): string =>
  `${profile.make} ${profile.models[0] ?? ''}${profile.models.length > 1 ? ' and similar' : ''}`

/** Finds out which model answers: reads what tells, and judges every model by the same words. null: it was stopped. */
export const identify = async (
  unit: number,
  candidates: readonly Candidate[],
  ask: (request: ModbusRequest, more: { maxRegisters: number }) => Promise<ExchangeOutcome>,
  isStopped: () => boolean,
  sunSpecLayouts: readonly MeterProfile[] = [],
): Promise<Identified | null> => {
  const memory = createRegisterMemory()
  let silences = 0

  /** `isWhole`: in one request, although its registers may be known already. */
  const read = async (
    space: RegisterSpace,
    address: number,
    count: number,
    maxRegisters: number,
    isWhole = false,
  ): Promise<boolean> => {
    if (!isWhole && memory.covers(space, address, count)) return true
    if (!isWhole && memory.refusal(space, address, count) !== null) return false
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (isStopped()) return false
      const outcome = await ask({ unit, functionCode: space === 'holding' ? 3 : 4, address, count }, { maxRegisters })
      if (outcome.ok) {
        memory.note(space, address, outcome.words)
        return true
      }
      const { kind, code } = outcome.fault
      // Acknowledge, busy and a gateway's answers (Modbus Application Protocol 1.1b3, 7) say nothing about the register.
      if (kind === 'exception' && code !== null && ![5, 6, 10, 11].includes(code)) {
        memory.refuse(space, address, count, code)
        return false
      }
      if (kind === 'timeout') {
        silences += 1
        if (silences >= silencesThatCount) break
      }
    }
    memory.refuse(space, address, count, 0)
    return false
  }
  /** A block as the model would answer it; where it is refused, the first value of it alone, so that it is known which register is lacking. */
  const readBlock = async (candidate: Candidate, block: ReadBlock, isFirst: boolean): Promise<void> => {
    const { maxRegisters } = candidate.profile.line
    if (await read(spaceOf(block.functionCode), block.address, block.count, maxRegisters)) return
    const { space, first, width } = candidate.probe
    if (isFirst && block.count > width) await read(space, first, width, maxRegisters)
  }

  const judged: Judged[] = []
  let isSettled = false
  let untried = 0
  for (const candidate of candidates) {
    if (isStopped()) return null
    const [first, ...rest] = candidate.blocks
    if (first === undefined) continue
    const { space, first: at, width } = candidate.probe
    if (!memory.covers(space, at, width)) {
      if (isSettled) {
        untried += 1
        continue
      }
      await readBlock(candidate, first, true)
    }
    let isFlipped = false
    let evidence = candidate.judge(memory)
    if (evidence.probe === 'failed' && candidate.kind === 'meter' && candidate.judge(memory, true).probe === 'passed')
      isFlipped = true
    else if (evidence.probe !== 'passed') continue
    for (const block of rest) await readBlock(candidate, block, false)
    if (isStopped()) return null
    evidence = candidate.judge(memory, isFlipped)
    const confidence = confidenceOf(evidence)
    if (evidence.points < leastPoints[candidate.kind] || confidence < leastConfidence) continue
    judged.push({ candidate, evidence, confidence, isFlipped })
    if (!isFlipped && confidence >= settledAt.confidence && evidence.points >= settledAt.points) isSettled = true
  }

  const rank = (): Judged[] =>
    judged.toSorted(
      (left, right) =>
        Number(left.isFlipped) - Number(right.isFlipped) ||
        right.confidence - left.confidence ||
        right.evidence.points - left.evidence.points,
    )
  const isNear = (best: Judged, other: Judged): boolean =>
    other !== best &&
    other.isFlipped === best.isFlipped &&
    other.confidence >= best.confidence - alike.confidence &&
    other.evidence.points >= best.evidence.points * alike.points

  await askNames(judged, async (space, address, count) =>
    (await read(space, address, count, count, true)) ? memory.words(space, address, count) : null,
  )
  if (isStopped()) return null

  // Models with the same registers often differ in how many they give at once: one read tells.
  const ranked = rank()
  const [leader] = ranked
  if (leader !== undefined && !leader.evidence.isProven)
    await compareHabits([leader, ...ranked.filter((other) => isNear(leader, other))], read, judged)
  if (isStopped()) return null

  const sunSpec = await askSunSpec(sunSpecLayouts, silences >= silencesThatCount, async (address, count) => {
    if (await read('holding', address, count, 125))
      return { ok: true, words: memory.words('holding', address, count) ?? [] }
    const code = memory.refusal('holding', address, count) ?? 0
    return { ok: false, isRefused: code !== 0, isSilent: code === 0, message: refusalText(code) }
  })
  for (const meter of sunSpec.meters) {
    // A refusal of some block of another model, which lay within this one, says nothing here: the chain has announced every register.
    for (const block of meter.candidate.blocks)
      if (!memory.covers(spaceOf(block.functionCode), block.address, block.count))
        await read(spaceOf(block.functionCode), block.address, block.count, 125, true)
    const evidence = withChain(meter.candidate.judge(memory), meter.evidence)
    judged.push({
      candidate: meter.candidate,
      evidence,
      confidence: confidenceOf(evidence),
      isFlipped: false,
      sunSpec: meter.named,
    })
  }
  if (isStopped()) return null

  // The other word order is a thought for where none of the profiles fits as it is.
  const sound = rank().filter(({ isFlipped }, _, all) => !isFlipped || all.every((other) => other.isFlipped))
  const [best, ...others] = preferSpecific(sound)
  if (best === undefined)
    return {
      verdict: 'unknown',
      candidates: [],
      notes: [
        ...sunSpec.notes,
        'It answers, but no model of the catalogue fits: look at its registers, or add its profile',
      ],
    }
  // Two meters of one chain are two meters, and a SunSpec map beside a maker's own registers is the same meter once more.
  const near = others.filter(
    (other) =>
      other.sunSpec === undefined &&
      best.sunSpec === undefined &&
      (isNear(best, other) || isWithin(best.candidate.profile, other.candidate.profile)),
  )
  const notes =
    near.length === 0
      ? []
      : [
          `${[best, ...near].map(({ candidate }) => nameOf(candidate)).join(', or ')}: the same registers answer; look at the label`,
        ]
  notes.push(...sunSpec.notes)
  if (untried > 0) notes.push(`${untried} other models were not asked for, as this one fits`)
  const { profile } = best.candidate
  if ('watchdog' in profile && isKeptAlive(modbusAbilities(profile))) {
    notes.push('This charger takes any request as a sign of life: while it was asked, its own fallback was held up')
  }
  return {
    verdict: near.length === 0 ? 'identified' : 'ambiguous',
    notes,
    candidates: [best, ...near, ...others.filter((other) => !near.includes(other))]
      .slice(0, 1 + mostAlternatives)
      .map(({ candidate, evidence, confidence, isFlipped, sunSpec: named }): ScanCandidate => ({
        kind: candidate.kind,
        profileId: candidate.profile.id,
        make: candidate.profile.make,
        model: candidate.profile.models.join(', '),
        sunspec: null,
        ...named,
        confidence,
        word: wordOf(confidence),
        evidence: [...evidence.evidence],
        against: [...evidence.against],
        hindrance: isFlipped
          ? `Its registers make sense only with the other word order than this profile's: set "${candidate.profile.wordOrder}" in the device, or use a profile of your own`
          : null,
      })),
  }
}

/** A profile of a maker's own goes before the device's SunSpec map only where it has more to show: a name, or more that fits. */
const preferSpecific = (ranked: readonly Judged[]): Judged[] => {
  const meters = ranked.filter(({ sunSpec }) => sunSpec !== undefined)
  const [first] = meters
  if (first === undefined) return [...ranked]
  const isStronger = ({ evidence, isFlipped, isNamed }: Judged): boolean =>
    !isFlipped && (isNamed === true || evidence.points > first.evidence.points)
  const specific = ranked.filter((one) => one.sunSpec === undefined)
  return [...specific.filter(isStronger), ...meters, ...specific.filter((one) => !isStronger(one))]
}

/**
 * A device that says what it is ends the guessing: reads the registers in which the models found likely name themselves, each once
 * and alone, as their makers ask for it. Refusing them says nothing.
 */
const askNames = async (
  judged: Judged[],
  readAlone: (space: RegisterSpace, address: number, count: number) => Promise<readonly number[] | null>,
): Promise<void> => {
  const said = new Map<string, readonly number[] | null>()
  for (const [index, one] of judged.entries()) {
    const { profile } = one.candidate
    const { evidence, against } = { evidence: [...one.evidence.evidence], against: [...one.evidence.against] }
    let [points, counter, bits, isProven] = [one.evidence.points, one.evidence.counter, one.evidence.bits, false]
    for (const identity of profile.identity ?? []) {
      const [space, width] = [identitySpace(identity, profile), identityWidth(identity)]
      const key = `${space} ${identity.address} ${width}`
      if (!said.has(key)) said.set(key, await readAlone(space, identity.address, width))
      const words = said.get(key) ?? null
      if (words === null) continue
      const name = readName(identity, words, profile)
      if (name.model === null) {
        counter += namePoints
        against.push(`says "${name.said}" at ${hex(identity.address)}, which none of this model's devices says`)
      } else {
        points += namePoints
        bits += nameBits(name.said)
        isProven = identity.confidence === undefined
        evidence.unshift(`names itself ${name.model} ("${name.said}" at ${hex(identity.address)})`)
      }
    }
    const next: Evidence = { ...one.evidence, evidence, against, points, counter, bits, isProven }
    judged[index] = {
      ...one,
      evidence: next,
      confidence: confidenceOf(next),
      isNamed: points > one.evidence.points && counter === one.evidence.counter,
    }
  }
}

/** Reads more registers at once than the thriftier of two models gives, where the other one does. */
const compareHabits = async (
  near: readonly Judged[],
  read: (
    space: RegisterSpace,
    address: number,
    count: number,
    maxRegisters: number,
    isWhole: boolean,
  ) => Promise<boolean>,
  judged: Judged[],
): Promise<void> => {
  const without = (one: Judged, why: string): void => {
    const evidence: Evidence = {
      ...one.evidence,
      counter: one.evidence.counter + 4,
      against: [...one.evidence.against, why],
    }
    judged.splice(judged.indexOf(one), 1, { ...one, evidence, confidence: confidenceOf(evidence) })
  }
  const sorted = near.toSorted(
    (left, right) => left.candidate.profile.line.maxRegisters - right.candidate.profile.line.maxRegisters,
  )
  const [small, large] = [sorted[0], sorted.at(-1)]
  if (small === undefined || large === undefined) return
  const least = small.candidate.profile.line.maxRegisters
  if (least === large.candidate.profile.line.maxRegisters) return
  const block = planReads(large.candidate.profile as ReadableProfile, ['fast', 'normal', 'slow']).find(
    ({ count }) => count > least,
  )
  if (block === undefined) return
  const what = `${block.count} registers at once`
  if (await read(spaceOf(block.functionCode), block.address, block.count, block.count, true)) {
    for (const one of near)
      if (one.candidate.profile.line.maxRegisters < block.count)
        without(one, `gives ${what}, more than this model does (${one.candidate.profile.line.maxRegisters})`)
  } else
    for (const one of near)
      if (one.candidate.profile.line.maxRegisters >= block.count)
        without(one, `refuses ${what}, which this model gives`)
}
