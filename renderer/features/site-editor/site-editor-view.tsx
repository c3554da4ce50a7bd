import { Button, Textarea } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { SiteProblem } from '../../../shared/api/site-editor-contract.ts'
import { draftOf, type Draft } from '../../../shared/site-draft/draft.ts'
import { draftLists, type DraftList } from '../../../shared/site-draft/edit-site.ts'
import { plural } from '../../format/number.ts'
import { isRecordingShown, useDeck } from '../../state/deck.ts'
import { useMayCommand } from '../../state/may.ts'
import { useRead } from '../../state/read.ts'
import { useRoute } from '../../state/route.ts'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { AccountForm } from './account-form.tsx'
import { canRedo, canUndo, shownText, type DraftHistory } from './draft-history.ts'
import type { ModelFormProps } from './form-choices.ts'
import { FeedForm } from './feed-form.tsx'
import { ChargerForm, CircuitForm, SiteForm, WaveForm } from './forms.tsx'
import { LineForm } from './line-form.tsx'
import { MeterForm } from './meter-form.tsx'
import { MergeNotice } from './merge-notice.tsx'
import { newEntry } from './new-entry.ts'
import { neighbourOf, placeOf, problemText, type Selected } from './problems.ts'
import { SaveDialog } from './save-dialog.tsx'
import { SiteTree } from './tree.tsx'
import { useDraft, type DraftDesk } from './use-draft.ts'
import './site-editor.css'

/** The check follows the typing at this distance, ms. */
const checkAfterMs = 250

const useSettled = (text: string | null): string | null => {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), checkAfterMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

const forms: Readonly<Record<Selected['list'], (props: ModelFormProps) => React.ReactNode>> = {
  site: SiteForm,
  circuits: CircuitForm,
  meters: MeterForm,
  chargers: ChargerForm,
  lines: LineForm,
  waves: WaveForm,
  accounts: AccountForm,
  feeds: FeedForm,
}
const titles: Readonly<Record<Selected['list'], string>> = {
  site: 'Site and grid connection',
  circuits: 'Circuit',
  meters: 'Meter',
  chargers: 'Charger',
  lines: 'Line',
  waves: 'Sampling front end',
  accounts: 'Account of the energy report',
  feeds: 'Data feed',
}
const additions: readonly { readonly list: DraftList; readonly label: string }[] = [
  { list: 'circuits', label: 'Add a circuit' },
  { list: 'chargers', label: 'Add a charger' },
  { list: 'meters', label: 'Add a meter' },
  { list: 'lines', label: 'Add a line' },
  { list: 'waves', label: 'Add a front end' },
  { list: 'accounts', label: 'Add an account' },
  { list: 'feeds', label: 'Add a data feed' },
]

/** Where the keyboard goes once what was asked for is on the screen: into the form of a new entry, to the row beside a removed one. */
const places = {
  form: '.draft-form :is(input, select)',
  problem: '.draft-form [aria-invalid="true"]',
  row: '.draft-tree [aria-pressed="true"]',
} as const
const focusOn = (where: keyof typeof places): void => {
  setTimeout(() => {
    const found = document.querySelector<HTMLElement>(places[where]) ?? document.querySelector<HTMLElement>(places.form)
    found?.focus()
  }, 0)
}

const Problems = ({
  draft,
  problems,
  select,
}: {
  readonly draft: Draft
  readonly problems: readonly SiteProblem[]
  readonly select: (selected: Selected) => void
}) => (
  <section className="panel" aria-label="Problems of the draft">
    <h2>{problems.length === 0 ? 'Nothing to mend' : plural(problems.length, 'thing', 'things') + ' to look at'}</h2>
    <ul className="draft-problems">
      {problems.map((problem) => (
        <li key={`${problem.path} ${problem.line} ${problem.message}`}>
          <button
            type="button"
            className="link-button"
            onClick={() => {
              select(placeOf(draft, problem))
              focusOn('problem')
            }}
          >
            <Mark kind={problem.severity === 'error' ? 'critical' : 'warning'}>
              line {problem.line}
              {problem.path === '' ? '' : `, ${problem.path}`}
            </Mark>
          </button>{' '}
          {problemText(problem)}
        </li>
      ))}
    </ul>
  </section>
)

const EntryPanel = ({
  draft,
  desk,
  problems,
  selected,
  select,
}: {
  readonly draft: Draft
  readonly desk: DraftDesk
  readonly problems: readonly SiteProblem[]
  readonly selected: Selected
  readonly select: (selected: Selected) => void
}) => {
  const models = useRead('siteFile.models', {})
  const Form = forms[selected.list]
  const isThere = selected.list === 'site' || draft.lists[selected.list].some(({ id }) => id === selected.id)
  if (!isThere) return <section className="panel">This entry is not in the draft any more.</section>
  return (
    <section className="panel draft-form stack" aria-label={titles[selected.list]}>
      <div className="row">
        <h2 className="grow">
          {titles[selected.list]} {selected.list === 'site' ? '' : <span className="dim">{selected.id}</span>}
        </h2>
        {selected.list === 'site' ? null : (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              desk.edit({ kind: 'remove', list: selected.list, id: selected.id }, `removed ${selected.id}`)
              select(neighbourOf(draft, selected))
              focusOn('row')
            }}
          >
            Remove
          </Button>
        )}
      </div>
      <Form draft={draft} selected={selected} problems={problems} edit={desk.edit} models={models.value} />
      <p className="dim">
        What has no field here is kept as it is in the file; “Show the text” shows and edits all of it.
      </p>
    </section>
  )
}

const Actions = ({
  desk,
  history,
  errors,
  showsText,
  setShowsText,
  save,
}: {
  readonly desk: DraftDesk
  readonly history: DraftHistory
  readonly errors: number
  readonly showsText: boolean
  readonly setShowsText: (shows: boolean) => void
  readonly save: () => void
}) => {
  const mayCommand = useMayCommand()
  const isChanged = shownText(history) !== history.base.text
  const discard = () => {
    desk.act({ kind: 'discard' })
    desk.again()
  }
  return (
    <>
      <Button variant="default" disabled={!canUndo(history)} onClick={() => desk.act({ kind: 'undo' })}>
        Undo
      </Button>
      <Button variant="default" disabled={!canRedo(history)} onClick={() => desk.act({ kind: 'redo' })}>
        Redo
      </Button>
      <Button variant="default" disabled={!isChanged} onClick={discard}>
        Discard
      </Button>
      <Button variant="default" onClick={() => setShowsText(!showsText)}>
        {showsText ? 'Hide the text' : 'Show the text'}
      </Button>
      <Button disabled={!isChanged || errors > 0 || !mayCommand} onClick={save}>
        Review and save
      </Button>
    </>
  )
}

const useUndoKeys = (desk: DraftDesk): void => {
  const { act } = desk
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLTextAreaElement) return
      const key = event.key.toLowerCase()
      if (key !== 'z' && key !== 'y') return
      event.preventDefault()
      act({ kind: key === 'y' || event.shiftKey ? 'redo' : 'undo' })
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [act])
}

/** Other views lead to one entry by its id, which is unique over the whole file. */
const entryNamed = (draft: Draft | null, id: string | null): Selected => {
  const list =
    draft === null || id === null
      ? undefined
      : draftLists.find((each) => draft.lists[each].some((entry) => entry.id === id))
  return list === undefined || id === null ? { list: 'site' } : { list, id }
}

const Editor = ({ desk, history }: { readonly desk: DraftDesk; readonly history: DraftHistory }) => {
  const { id: asked } = useRoute()
  const [selected, select] = useState<Selected>(() => entryNamed(draftOf(shownText(history)), asked))
  const [showsText, setShowsText] = useState(false)
  const [isSaving, setIsSaving] = useState(false)
  const text = shownText(history)
  const settled = useSettled(text)
  const check = useRead('siteFile.check', settled === null ? null : { text: settled })
  const problems = check.value ?? []
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const draft = useMemo(() => draftOf(text), [text])
  useUndoKeys(desk)
  const review = () => {
    desk.again()
    setIsSaving(true)
  }
  const isChanged = text !== history.base.text
  return (
    <View
      title="Site editor"
      about={`${desk.place ?? ''}; ${isChanged ? 'a draft that is not saved' : 'as it is saved'}${errors === 0 ? '' : `; ${plural(errors, 'error', 'errors')} to mend first`}`}
      actions={<Actions {...{ desk, history, errors, showsText, setShowsText, save: review }} />}
    >
      <MergeNotice desk={desk} history={history} />
      {desk.problem === null ? null : (
        <Notice tone="alarm" live title="Not changed">
          {desk.problem}
        </Notice>
      )}
      {draft === null ? (
        <Notice tone="alarm" title="The text is no site file">
          It can’t be drawn as a tree until it is mended in the text.
        </Notice>
      ) : (
        <>
          <div className="row no-print">
            {additions.map(({ list, label }) => (
              <Button
                key={list}
                size="compact-sm"
                variant="default"
                onClick={() => {
                  const made = newEntry(draft, list, selected)
                  desk.edit(made.edit, `new ${made.selected.list} ${draft.lists[list].length}`)
                  select(made.selected)
                  focusOn('form')
                }}
              >
                {label}
              </Button>
            ))}
          </div>
          <div className="draft-columns">
            <SiteTree draft={draft} problems={problems} selected={selected} select={select} edit={desk.edit} />
            <div className="stack">
              <EntryPanel draft={draft} desk={desk} problems={problems} selected={selected} select={select} />
              <Problems draft={draft} problems={problems} select={select} />
            </div>
          </div>
        </>
      )}
      {showsText || draft === null ? (
        <Textarea
          className="draft-text"
          label="The file’s text"
          description="Changes here and above are the same draft; comments stay"
          autosize
          minRows={12}
          maxRows={40}
          spellCheck={false}
          value={text}
          onChange={(event) => desk.act({ kind: 'change', text: event.currentTarget.value, target: 'the text' })}
        />
      ) : null}
      {isSaving ? (
        <SaveDialog
          base={history.base}
          text={text}
          isBehind={desk.file !== null}
          look={desk.again}
          close={(isSaved) => {
            setIsSaving(false)
            if (isSaved) desk.again()
          }}
        />
      ) : null}
    </View>
  )
}

/** The site file without YAML: its tree, a form for each entry, every check as it is typed, undo, and one look before it is saved. */
export const SiteEditorView = () => {
  const desk = useDraft()
  // What a recording does not do is no failure of anything.
  const isRecording = useDeck(isRecordingShown)
  if (desk.failed !== null)
    return (
      <View title="Site editor">
        {isRecording ? (
          <Notice tone="normal" title="Not in a recording">
            {desk.failed}
          </Notice>
        ) : (
          <Notice tone="alarm" title="The site file can’t be read">
            {desk.failed}
          </Notice>
        )}
      </View>
    )
  return desk.history === null ? (
    <View title="Site editor">
      <Loading what="the site file" />
    </View>
  ) : (
    <Editor desk={desk} history={desk.history} />
  )
}
