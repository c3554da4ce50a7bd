import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { mergeSite, mergeTroubleText, type MergeConflict } from '../../../shared/site-draft/merge-site.ts'
import { Notice } from '../../ui/notice.tsx'
import { ChangesTable } from './changes-table.tsx'
import { shownText, type DraftHistory } from './draft-history.ts'
import type { DraftDesk } from './use-draft.ts'

const Conflicts = ({ conflicts }: { readonly conflicts: readonly MergeConflict[] }) => (
  <table className="table draft-changes" aria-label="Changed by both">
    <thead>
      <tr>
        <th scope="col">Changed by both</th>
        <th scope="col">Before</th>
        <th scope="col">In this draft</th>
        <th scope="col">In the file now</th>
      </tr>
    </thead>
    <tbody>
      {conflicts.map(({ path, base, mine, theirs }) => (
        <tr key={path}>
          <th scope="row">{path}</th>
          <td>{base ?? '–'}</td>
          <td>{mine ?? 'removed'}</td>
          <td>{theirs ?? 'removed'}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

/** The file is another than the draft was begun on: what changed in it, and one click that has both, or what is in the way. */
export const MergeNotice = ({ desk, history }: { readonly desk: DraftDesk; readonly history: DraftHistory }) => {
  const { file, act } = desk
  const text = shownText(history)
  const merged = useMemo(
    () => (file === null ? null : mergeSite(history.base.text, text, file.text)),
    [file, history.base.text, text],
  )
  if (file === null || merged === null) return null
  const both = new Set(merged.ok ? [] : merged.conflicts.map(({ path }) => path))
  const theirs = merged.theirs.filter(({ path }) => !both.has(path))
  return (
    <Notice
      tone={merged.ok ? 'warn' : 'alarm'}
      live
      title="The site file was changed by someone else since this draft was begun"
      actions={
        merged.ok ? (
          <Button size="compact-sm" onClick={() => act({ kind: 'merged', file, text: merged.text })}>
            Take their changes into the draft
          </Button>
        ) : undefined
      }
    >
      {merged.ok ? (
        <p>
          Their changes touch other keys than yours, so both can stand together. Nothing is saved before you have looked
          at it.
        </p>
      ) : (
        <p>{mergeTroubleText(merged.why)} Nothing is written over.</p>
      )}
      {merged.ok || merged.conflicts.length === 0 ? null : <Conflicts conflicts={merged.conflicts} />}
      {merged.theirs.length === 0 ? <p>Only comments or the order of entries are other ones.</p> : null}
      {theirs.length === 0 ? null : (
        <ChangesTable label="Their changes" head="Changed by them alone" changes={theirs} />
      )}
    </Notice>
  )
}
