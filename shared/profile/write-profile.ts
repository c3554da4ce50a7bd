/** Profiles and golden words as the text of their files, in the form the program's own have: readMeterProfile gives back what was written. */
import { Document, isMap, isPair, isScalar, isSeq, type Node } from 'yaml'
import type { MeterProfile } from './meter-profile.ts'
import type { Golden } from './read-profile.ts'
import { own } from '../own.ts'
import { lineHabitsSchema } from './register.ts'

const flow = (node: unknown): void => {
  if (isMap(node) || isSeq(node)) node.flow = true
}
const flowItems = (node: unknown): void => {
  if (isSeq(node)) for (const item of node.items) flow(item)
}
const flowValues = (node: unknown): void => {
  if (isMap(node)) for (const pair of node.items) flow(pair.value)
}

const compact = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(compact)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .map(([key, part]) => [key, compact(part)]),
  )
}

/** Words like 4366 or 1E10 must stay text for every reader of YAML. */
const quoteWords = (cases: unknown): void => {
  if (!isSeq(cases)) return
  for (const one of cases.items) {
    const words = isMap(one) ? (one.get('words', true) as unknown) : undefined
    if (isSeq(words)) for (const word of words.items) if (isScalar(word)) word.type = 'QUOTE_DOUBLE'
  }
}

const textOf = (document: Document, header: readonly string[]): string =>
  `${header.map((line) => `# ${line.replace(/\s+/g, ' ')}\n`).join('')}${document.toString({ lineWidth: 0, flowCollectionPadding: true })}`

/** `header`: comment lines above. What equals its default is left out, as a person would. */
export const writeMeterProfile = (profile: MeterProfile, header: readonly string[]): string => {
  const defaults = lineHabitsSchema.parse({ maxRegisters: profile.line.maxRegisters }) as Record<string, unknown>
  const line = Object.fromEntries(
    Object.entries(profile.line).filter(
      ([key, value]) => key === 'maxRegisters' || JSON.stringify(value) !== JSON.stringify(own(defaults, key)),
    ),
  )
  const registers = Object.fromEntries(
    Object.entries(profile.quantities).map(([key, { scale, ...register }]) => [
      key,
      scale === 1 ? register : { ...register, scale },
    ]),
  )
  const { quirks, notAvailable, quantities: _, ...rest } = profile
  const document = new Document(
    compact({
      ...rest,
      line,
      ...(Object.keys(notAvailable).length === 0 ? {} : { notAvailable }),
      ...(quirks.length === 0 ? {} : { quirks }),
      quantities: registers,
    }),
  )
  const root = document.contents
  if (isMap(root)) {
    for (const pair of root.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue
      const value = pair.value as Node | null
      const key = String(pair.key.value)
      if (['models', 'transports', 'serial', 'probe', 'capabilities', 'billing', 'notAvailable'].includes(key))
        flow(value)
      if (key === 'sources' || key === 'extremes') flowItems(value)
      if (key === 'quantities' || key === 'line') flowValues(value)
    }
  }
  return textOf(document, header)
}

export const writeGolden = (golden: Golden, header: readonly string[]): string => {
  const document = new Document(compact(golden))
  const cases = document.get('cases')
  flowItems(cases)
  quoteWords(cases)
  return textOf(document, header)
}
