import { isMap, isSeq, type YAMLSeq } from 'yaml'
import { editText } from '../yaml/edit-text.ts'
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

/** The site file with this change; its comments, order and layout stay. null: the entry is not in the text. */
export const withSiteChange = (text: string, change: SiteChange): TextChange | null => {
  let isThere = false
  const after = editText(text, (document) => {
    const list = document.get(change.kind === 'charger-phases' ? 'chargers' : 'meters')
    const entry = isSeq(list) ? list.items.find((item) => isMap(item) && item.get('id') === change.id) : undefined
    if (!isMap(entry)) return
    isThere = true
    if (change.kind === 'meter-reverse') entry.set('reverse', change.reverse)
    else {
      const phases = document.createNode([...change.phases]) as YAMLSeq
      phases.flow = true
      const before = entry.get('phases', true)
      if (isSeq(before)) phases.comment = before.comment ?? null
      entry.set('phases', phases)
    }
  })
  return isThere ? { text: after, ...changedLines(text, after) } : null
}
