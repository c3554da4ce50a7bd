/** What a person has written so far, and how to go back and forth in it. */
export interface DraftHistory {
  /** The file as it was when the draft was begun. */
  readonly base: FileText
  /** From the base on; `at` is what is shown. */
  readonly texts: readonly string[]
  readonly at: number
  /** What the last change was made to: typing in one field is one step. */
  readonly target: string | null
}

/** A text of the file and which one it is. */
export interface FileText {
  readonly text: string
  readonly version: string
}
/** What was written and not saved, and the file it was written on. */
export interface KeptDraft {
  readonly base: FileText
  readonly text: string
}

export type DraftAct =
  /** The file as it is now, and what is kept from an earlier day. A draft that was begun on another file stays on that. */
  | { readonly kind: 'read'; readonly file: FileText; readonly kept: KeptDraft | null }
  /** The draft with what is in the file now: from here on it rests on that. */
  | { readonly kind: 'merged'; readonly file: FileText; readonly text: string }
  | { readonly kind: 'change'; readonly text: string; readonly target: string }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  | { readonly kind: 'discard' }

/** More steps than a person takes back; texts are small. */
const mostSteps = 200

export const shownText = ({ texts, at, base }: DraftHistory): string => texts[at] ?? base.text
export const canUndo = ({ at }: DraftHistory): boolean => at > 0
export const canRedo = ({ at, texts }: DraftHistory): boolean => at < texts.length - 1

const begun = (base: FileText): DraftHistory => ({
  base,
  texts: [base.text],
  at: 0,
  target: null,
})

const changed = (history: DraftHistory, text: string, target: string): DraftHistory => {
  if (text === shownText(history)) return history
  const isSameField = history.target === target && history.at > 0
  const kept = history.texts.slice(0, isSameField ? history.at : history.at + 1)
  const texts = [...kept, text].slice(-mostSteps)
  return { ...history, texts, at: texts.length - 1, target }
}

export const draftStep = (history: DraftHistory | null, act: DraftAct): DraftHistory | null => {
  if (act.kind === 'read') {
    const { file, kept } = act
    const mine =
      history === null
        ? kept
        : shownText(history) === history.base.text
          ? null
          : { base: history.base, text: shownText(history) }
    // What stands in the file already is no draft any more.
    if (mine === null || mine.text === file.text) return begun(file)
    if (history !== null && mine.base === history.base) return history
    return changed(begun(mine.base), mine.text, 'an earlier draft')
  }
  if (history === null) return null
  switch (act.kind) {
    case 'change':
      return changed(history, act.text, act.target)
    case 'undo':
      return { ...history, at: Math.max(0, history.at - 1), target: null }
    case 'redo':
      return { ...history, at: Math.min(history.texts.length - 1, history.at + 1), target: null }
    case 'merged':
      return changed(begun(act.file), act.text, 'both')
    case 'discard':
      return begun(history.base)
  }
}
