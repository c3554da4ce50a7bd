import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { confidenceOf, refusalText } from '../../../shared/scan/evidence.ts'
import type { ExchangeOutcome, ModbusRequest } from '../lines/modbus-line.ts'
import { askNames } from './ask-names.ts'
import type { Candidate } from './candidates.ts'
import { compareHabits } from './compare-habits.ts'
import { judgeCandidates } from './judge-candidates.ts'
import { isNear, ranked, spaceOf, type Judged } from './judged.ts'
import { createRegisterReader, type RegisterReader } from './register-reader.ts'
import { askSunSpec, withChain } from './sunspec-candidates.ts'
import { verdictOf, type Identified } from './verdict.ts'

/** Models with the same registers often differ in how many they give at once: one read tells. */
const tellApart = async (judged: Judged[], { read }: RegisterReader): Promise<void> => {
  const all = ranked(judged)
  const [leader] = all
  if (leader === undefined || leader.evidence.isProven === true) return
  await compareHabits([leader, ...all.filter((other) => isNear(leader, other))], read, judged)
}

/** The meters of the device's own SunSpec chain, and what is to be said of it. */
const judgeSunSpec = async (
  layouts: readonly MeterProfile[],
  { read, memory, isSilent }: RegisterReader,
): Promise<{ readonly judged: readonly Judged[]; readonly notes: readonly string[] }> => {
  const { meters, notes } = await askSunSpec(layouts, isSilent(), async (address, count) => {
    if (await read('holding', address, count, 125))
      return { ok: true, words: memory.words('holding', address, count) ?? [] }
    const code = memory.refusal('holding', address, count) ?? 0
    return { ok: false, isRefused: code !== 0, isSilent: code === 0, message: refusalText(code) }
  })
  const judged: Judged[] = []
  for (const { candidate, evidence: chain, named } of meters) {
    // A refusal of some block of another model, which lay within this one, says nothing here: the chain has announced every register.
    for (const { functionCode, address, count } of candidate.blocks)
      if (!memory.covers(spaceOf(functionCode), address, count))
        await read(spaceOf(functionCode), address, count, 125, true)
    const evidence = withChain(candidate.judge(memory), chain)
    judged.push({ candidate, evidence, confidence: confidenceOf(evidence), isFlipped: false, sunSpec: named })
  }
  return { judged, notes }
}

/** Finds out which model answers: reads what tells, and judges every model by the same words. null: it was stopped. */
export const identify = async (
  unit: number,
  candidates: readonly Candidate[],
  ask: (request: ModbusRequest, more: { maxRegisters: number }) => Promise<ExchangeOutcome>,
  isStopped: () => boolean,
  sunSpecLayouts: readonly MeterProfile[] = [],
): Promise<Identified | null> => {
  const reader = createRegisterReader(unit, ask, isStopped)
  const { read, memory } = reader
  const found = await judgeCandidates(candidates, reader, isStopped)
  if (found === null) return null
  const { judged, untried } = found
  await askNames(judged, async (space, address, count) =>
    (await read(space, address, count, count, true)) ? memory.words(space, address, count) : null,
  )
  if (isStopped()) return null
  await tellApart(judged, reader)
  if (isStopped()) return null
  const sunSpec = await judgeSunSpec(sunSpecLayouts, reader)
  if (isStopped()) return null
  return verdictOf([...judged, ...sunSpec.judged], { notes: sunSpec.notes, untried })
}
