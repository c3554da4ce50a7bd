import { confidenceOf } from '../../../shared/scan/evidence.ts'
import type { ReadBlock } from '../../../shared/profile/read-plan.ts'
import type { Candidate } from './candidates.ts'
import { spaceOf, type Judged } from './judged.ts'
import type { RegisterReader } from './register-reader.ts'

/** From here on a model is so sure that no register of other models is asked any more; theirs that were read anyway are still judged. */
const settledAt = { confidence: 0.85, points: 14 }
/** Fewer points than these are what chance gives; a charger without voltages has little to tell and is never more than possible then. */
const leastPoints = { meter: 6, charger: 3.5 } as const
const leastConfidence = 0.5

/** A block as the model would answer it; where it is refused, the first value of it alone, so that it is known which register is lacking. */
const readBlock = async (
  { read }: RegisterReader,
  candidate: Candidate,
  block: ReadBlock,
  isFirst: boolean,
): Promise<void> => {
  const { maxRegisters } = candidate.profile.line
  if (await read(spaceOf(block.functionCode), block.address, block.count, maxRegisters)) return
  const { space, first, width } = candidate.probe
  if (isFirst && block.count > width) await read(space, first, width, maxRegisters)
}

/** Whether the model's first value fits, as it is or with the other word order; null: neither. */
const probed = (candidate: Candidate, { memory }: RegisterReader): { readonly isFlipped: boolean } | null => {
  const { probe } = candidate.judge(memory)
  if (probe === 'passed') return { isFlipped: false }
  const isFlipped = probe === 'failed' && candidate.kind === 'meter' && candidate.judge(memory, true).probe === 'passed'
  return isFlipped ? { isFlipped } : null
}

const isSure = ({ isFlipped, confidence, evidence }: Judged): boolean =>
  !isFlipped && confidence >= settledAt.confidence && evidence.points >= settledAt.points

/** Judges every model by the same words. null: it was stopped. `untried`: models not asked for, as another was so sure. */
export const judgeCandidates = async (
  candidates: readonly Candidate[],
  reader: RegisterReader,
  isStopped: () => boolean,
): Promise<{ readonly judged: Judged[]; readonly untried: number } | null> => {
  const judged: Judged[] = []
  let isSettled = false
  let untried = 0
  for (const candidate of candidates) {
    if (isStopped()) return null
    const [first, ...rest] = candidate.blocks
    if (first === undefined) continue
    const { space, first: at, width } = candidate.probe
    if (!reader.memory.covers(space, at, width)) {
      if (isSettled) {
        untried += 1
        continue
      }
      await readBlock(reader, candidate, first, true)
    }
    const probe = probed(candidate, reader)
    if (probe === null) continue
    for (const block of rest) await readBlock(reader, candidate, block, false)
    if (isStopped()) return null
    const evidence = candidate.judge(reader.memory, probe.isFlipped)
    const one = { candidate, evidence, confidence: confidenceOf(evidence), ...probe }
    if (evidence.points < leastPoints[candidate.kind] || one.confidence < leastConfidence) continue
    judged.push(one)
    if (isSure(one)) isSettled = true
  }
  return { judged, untried }
}
