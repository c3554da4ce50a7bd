import { planReads, type ReadableProfile, type ReadBlock } from '../../../shared/profile/read-plan.ts'
import { confidenceOf, type Evidence } from '../../../shared/scan/evidence.ts'
import { spaceOf, type Judged } from './judged.ts'
import type { RegisterReader } from './register-reader.ts'

const without = (one: Judged, why: string): Judged => {
  const { counter, against } = one.evidence
  const evidence: Evidence = { ...one.evidence, counter: counter + 4, against: [...against, why] }
  return { ...one, evidence, confidence: confidenceOf(evidence) }
}

const mostOf = ({ candidate }: Judged): number => candidate.profile.line.maxRegisters

/** A block of the model that gives most at once, longer than the thriftiest of them gives; null: they are alike in it. */
const tellingBlock = (near: readonly Judged[]): ReadBlock | null => {
  const sorted = near.toSorted((left, right) => mostOf(left) - mostOf(right))
  const [small, large] = [sorted[0], sorted.at(-1)]
  if (small === undefined || large === undefined || mostOf(small) === mostOf(large)) return null
  const blocks = planReads(large.candidate.profile as ReadableProfile, ['fast', 'normal', 'slow'])
  return blocks.find(({ count }) => count > mostOf(small)) ?? null
}

/** Reads more registers at once than the thriftier of two models gives, where the other one does. */
export const compareHabits = async (
  near: readonly Judged[],
  read: RegisterReader['read'],
  judged: Judged[],
): Promise<void> => {
  const block = tellingBlock(near)
  if (block === null) return
  const { functionCode, address, count } = block
  const isGiven = await read(spaceOf(functionCode), address, count, count, true)
  for (const one of near) {
    if (isGiven === mostOf(one) >= count) continue
    const why = isGiven
      ? `gives ${count} registers at once, more than this model does (${mostOf(one)})`
      : `refuses ${count} registers at once, which this model gives`
    judged.splice(judged.indexOf(one), 1, without(one, why))
  }
}
