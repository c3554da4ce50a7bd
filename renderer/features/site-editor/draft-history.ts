/** What a person has written so far, and how to go back and forth in it. */
export interface DraftHistory {
  /** The file as it was when the draft was begun. */
  readonly base: { readonly text: string; readonly version: string }
  /** From the base on; `at` is what is shown. */
  readonly texts: readonly string[]
  readonly at: number
  /** What the last change was made to: typing in one field is one step. */
  readonly target: string | null
}

export type DraftAct =
  | { readonly kind: 'begin'; readonly text: string; readonly version: string; readonly draft: string | null }
  | { readonly kind: 'change'; readonly text: string; readonly target: string }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  | { readonly kind: 'discard' }

/** More steps than a person takes back; texts are small. */
const mostSteps = 200

export const shownText = ({ texts, at, base }: DraftHistory): string => texts[at] ?? base.text
export const canUndo = ({ at }: DraftHistory): boolean => at > 0
export const canRedo = ({ at, texts }: DraftHistory): boolean => at < texts.length - 1

const begun = (text: string, version: string): DraftHistory => ({
  base: { text, version },
  texts: [text],
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
  if (act.kind === 'begin') {
    const fresh = begun(act.text, act.version)
    return act.draft === null ? fresh : changed(fresh, act.draft, 'an earlier draft')
  }
  if (history === null) return null
  switch (act.kind) {
    case 'change':
      return changed(history, act.text, act.target)
    case 'undo':
      return { ...history, at: Math.max(0, history.at - 1), target: null }
    case 'redo':
      return { ...history, at: Math.min(history.texts.length - 1, history.at + 1), target: null }
    case 'discard':
      return begun(history.base.text, history.base.version)
  }
}
