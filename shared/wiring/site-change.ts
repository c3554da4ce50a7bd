import { isMap, isSeq, parseDocument } from 'yaml'
import type { SiteChange } from './step-verdict.ts'

/** What a change does to the text, as lines that go and come. */
export interface TextChange {
  readonly text: string
  readonly firstLine: number
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

const linesOf = (text: string): readonly string[] => text.split('\n')

/** The lines between what both have before and after. */
export const changedLines = (before: string, after: string): Omit<TextChange, 'text'> => {
  const [from, to] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < from.length && head < to.length && from[head] === to[head]) head += 1
  let tail = 0
  while (
    tail < from.length - head &&
    tail < to.length - head &&
    from[from.length - 1 - tail] === to[to.length - 1 - tail]
  )
    tail += 1
  return {
    firstLine: head + 1,
    removed: from.slice(head, from.length - tail),
    added: to.slice(head, to.length - tail),
  }
}

/** The site file with this change; its comments and order stay. null: the entry is not in the text. */
export const withSiteChange = (text: string, change: SiteChange): TextChange | null => {
  const document = parseDocument(text)
  const list = document.get(change.kind === 'charger-phases' ? 'chargers' : 'meters')
  const entry = isSeq(list) ? list.items.find((item) => isMap(item) && item.get('id') === change.id) : undefined
  if (!isMap(entry)) return null
  if (change.kind === 'charger-phases') {
    const phases = document.createNode([...change.phases])
    phases.flow = true
    entry.set('phases', phases)
  } else entry.set('reverse', change.reverse)
  const printed = document.toString({ lineWidth: 0 })
  const after = text.includes('\r\n') ? printed.replaceAll(/\r?\n/g, '\r\n') : printed
  return { text: after, ...changedLines(text, after) }
}
