import { useCallback, useEffect, useReducer, useState } from 'react'
import { z } from 'zod'
import { editSite, type SiteEdit } from '../../../shared/site-draft/edit-site.ts'
import { useSiteFile } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { draftStep, shownText, type DraftHistory, type KeptDraft } from './draft-history.ts'

const keyOf = (file: string): string => `tripscope.site-draft.${file}`
const keptSchema = z.object({ base: z.object({ text: z.string(), version: z.string() }), text: z.string() })

/** A draft that was not saved, with the file it was begun on; null: none, or this browser keeps nothing. */
const keptDraft = (file: string): KeptDraft | null => {
  try {
    return keptSchema.safeParse(JSON.parse(localStorage.getItem(keyOf(file)) ?? 'null')).data ?? null
  } catch {
    // Storage that is switched off, or what another version left: then the file itself is shown.
    return null
  }
}

const keepDraft = (file: string, history: DraftHistory): void => {
  const text = shownText(history)
  try {
    if (text === history.base.text) localStorage.removeItem(keyOf(file))
    else localStorage.setItem(keyOf(file), JSON.stringify({ base: history.base, text } satisfies KeptDraft))
  } catch {
    // Without storage the draft lives as long as the page: the view says nothing of safety then.
  }
}

/** The draft of the open site's file: read once, changed step by step, kept by the browser until it is saved or thrown away. */
export const useDraft = () => {
  const [asked, setAsked] = useState(0)
  // Told when the file on the disk becomes another, or is again what it was: then it is looked at.
  const isChanged = useSiteFile((state) => state.file?.changed === true)
  const read = useRead('siteFile.text', {}, 2 * asked + Number(isChanged))
  const [history, act] = useReducer(draftStep, null)
  const [problem, setProblem] = useState<string | null>(null)
  const file = read.value?.file ?? null
  useEffect(() => {
    if (read.step !== 'ready') return
    const { text, version, file: of } = read.value
    act({ kind: 'read', file: { text, version }, kept: keptDraft(of) })
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
  const now = read.value
  return {
    history,
    /** Where it is; null: not read yet. */
    place: file,
    /** The file as it is now, where that is another than the draft was begun on. */
    file: now !== null && history !== null && now.version !== history.base.version ? now : null,
    failed: read.step === 'failed' ? read.why : null,
    problem,
    edit,
    act,
    /** Reads the file anew; a draft stays. */
    again: () => setAsked((count) => count + 1),
  }
}
export type DraftDesk = ReturnType<typeof useDraft>
