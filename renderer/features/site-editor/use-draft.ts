import { useCallback, useEffect, useReducer, useState } from 'react'
import { editSite, type SiteEdit } from '../../../shared/site-draft/edit-site.ts'
import { useRead } from '../../state/read.ts'
import { draftStep, shownText, type DraftHistory } from './draft-history.ts'

interface KeptDraft {
  readonly basedOn: string
  readonly text: string
}
const keyOf = (file: string): string => `tripscope.site-draft.${file}`

/** A draft that was not saved, of this file as it is now; null: none, or this browser keeps nothing. */
const keptDraft = (file: string, version: string): string | null => {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(file)) ?? 'null') as KeptDraft | null
    return kept?.basedOn === version ? kept.text : null
  } catch {
    // Storage that is switched off, or what another version left: then the file itself is shown.
    return null
  }
}

const keepDraft = (file: string, { base, ...history }: DraftHistory): void => {
  const text = shownText({ base, ...history })
  try {
    if (text === base.text) localStorage.removeItem(keyOf(file))
    else localStorage.setItem(keyOf(file), JSON.stringify({ basedOn: base.version, text } satisfies KeptDraft))
  } catch {
    // Without storage the draft lives as long as the page: the view says nothing of safety then.
  }
}

/** The draft of the open site's file: read once, changed step by step, kept by the browser until it is saved or thrown away. */
export const useDraft = () => {
  const [asked, setAsked] = useState(0)
  const read = useRead('siteFile.text', {}, asked)
  const [history, act] = useReducer(draftStep, null)
  const [problem, setProblem] = useState<string | null>(null)
  const file = read.value?.file ?? null
  useEffect(() => {
    if (read.step !== 'ready') return
    const { text, version, file: of } = read.value
    act({ kind: 'begin', text, version, draft: keptDraft(of, version) })
  }, [read])
  useEffect(() => {
    if (file !== null && history !== null) keepDraft(file, history)
  }, [file, history])
  const edit = useCallback(
    (change: SiteEdit, target: string) => {
      if (history === null) return
      try {
        act({ kind: 'change', text: editSite(shownText(history), change), target })
        setProblem(null)
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error))
      }
    },
    [history],
  )
  return {
    history,
    file,
    failed: read.step === 'failed' ? read.why : null,
    problem,
    edit,
    act,
    /** Reads the file anew: what was written is thrown away. */
    again: () => setAsked((count) => count + 1),
  }
}
export type DraftDesk = ReturnType<typeof useDraft>
