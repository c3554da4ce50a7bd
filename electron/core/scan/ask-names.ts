import { identify as readName, identitySpace, identityWidth } from '../../../shared/profile/identity.ts'
import type { RegisterSpace } from '../../../shared/profile/register.ts'
import { confidenceOf, hex, type Evidence } from '../../../shared/scan/evidence.ts'
import type { Candidate } from './candidates.ts'
import type { Judged } from './judged.ts'

/** What a device says of itself outweighs what its registers look like. */
const namePoints = 6
/**
 * A code of one register is one of 65536, but makers number their models in small numbers, which made-up maps hold too; a text is not met
 * by chance.
 */
const nameBits = (said: string): number => (/^\d+$/.test(said) ? (Number(said) > 255 ? 10 : 5) : 3 * said.length)

type ReadAlone = (space: RegisterSpace, address: number, count: number) => Promise<readonly number[] | null>

/** The evidence with what one register made for it says. */
const withName = (
  before: Evidence,
  identity: NonNullable<Candidate['profile']['identity']>[number],
  words: readonly number[],
  profile: Candidate['profile'],
): Evidence => {
  const name = readName(identity, words, profile)
  const at = hex(identity.address)
  if (name.model === null)
    return {
      ...before,
      counter: before.counter + namePoints,
      against: [...before.against, `says "${name.said}" at ${at}, which none of this model's devices says`],
    }
  return {
    ...before,
    points: before.points + namePoints,
    bits: before.bits + nameBits(name.said),
    isProven: identity.confidence === undefined,
    evidence: [`names itself ${name.model} ("${name.said}" at ${at})`, ...before.evidence],
  }
}

/**
 * A device that says what it is ends the guessing: reads the registers in which the models found likely name themselves, each once
 * and alone, as their makers ask for it. Refusing them says nothing.
 */
export const askNames = async (judged: Judged[], readAlone: ReadAlone): Promise<void> => {
  const said = new Map<string, readonly number[] | null>()
  for (const [index, one] of judged.entries()) {
    const { profile } = one.candidate
    const before = one.evidence
    let evidence: Evidence = { ...before, isProven: false }
    for (const identity of profile.identity ?? []) {
      const [space, width] = [identitySpace(identity, profile), identityWidth(identity)]
      const key = `${space} ${identity.address} ${width}`
      if (!said.has(key)) said.set(key, await readAlone(space, identity.address, width))
      const words = said.get(key) ?? null
      if (words !== null) evidence = withName(evidence, identity, words, profile)
    }
    const isNamed = evidence.points > before.points && evidence.counter === before.counter
    judged[index] = { ...one, evidence, confidence: confidenceOf(evidence), isNamed }
  }
}
