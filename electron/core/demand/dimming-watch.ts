import { dimmingAt, readDimmingFile } from '../../../shared/planning/dimming-file.ts'
import type { Want } from '../../../shared/planning/wants.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Log } from '../ports.ts'

/** Looked at this often: the file is small, and the rule gives five minutes. Editable assumption. */
const everyMs = 2000

/** The text of the file, or why it can't be read. */
export type ReadDimmingText = () => Promise<
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }
>

/**
 * Reads the grid operator's file beside the site and gives the fold what holds by it, as a want with the time until which it is valid. What
 * can't be read says nothing, so that what was said last runs out by itself. `look` is called with every image.
 */
export const createDimmingWatch = (parts: {
  readonly site: Site
  readonly read: ReadDimmingText
  readonly want: (want: Want) => Promise<unknown>
  readonly now: () => number
  readonly log: Log
}) => {
  const file = parts.site.dimming?.file
  let lookedMs = -Infinity
  let isBusy = false
  let told = ''
  let problem: string | null = null
  let toldProblem: string | null = null

  /** To the site once it has been so in two looks: a file may be read in the moment in which it is written. */
  const complain = async (why: string | null): Promise<void> => {
    if (why !== null && why !== problem) parts.log.warn('the file of the grid operator says nothing', { why })
    const isLasting = why === null || problem !== null
    problem = why
    if (!isLasting || why === toldProblem) return
    await parts.want({ kind: 'dim-file-problem', why: why === null ? null : why.slice(0, 500) })
    toldProblem = why
  }

  const readOnce = async (validityS: number): Promise<void> => {
    const text = await parts.read()
    const read = text.ok ? readDimmingFile(text.text) : text
    await complain(read.ok ? null : read.why)
    const entry = read.ok ? dimmingAt(read.entries, parts.now()) : null
    if (entry === null) return
    const key = `${entry.atMs} ${entry.allowedW ?? ''}`
    if (key === told) return
    await parts.want({ kind: 'dim-file', allowedW: entry.allowedW, validUntilMs: entry.atMs + validityS * 1000 })
    told = key
  }

  return {
    look: async (): Promise<void> => {
      if (file === undefined || isBusy || parts.now() - lookedMs < everyMs) return
      isBusy = true
      lookedMs = parts.now()
      try {
        await readOnce(file.validity)
      } finally {
        isBusy = false
      }
    },
  }
}
