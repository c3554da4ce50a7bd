import { FileButton, Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import { breakerPoints } from '../../../shared/electrical/breaker/points-text.ts'
import { breakerSchema } from '../../../shared/site/site-breaker.ts'
import { plural } from '../../format/number.ts'
import type { FormProps } from './fields.tsx'
import { pointsOfText, textOfPoints } from './points-typed.ts'

/** Longer than any table of points: a file that is something else. */
const mostBytes = 20_000
/** Of the rating, not stated yet: only whether the points hang together is told by it. */
const anyRating = 100

type PointsInFile = ReturnType<typeof breakerSchema.parse>['points']

const sayPoints = (written: unknown, rating: unknown): { readonly text: string; readonly isGood: boolean } => {
  const checked = breakerSchema.shape.points.safeParse(written)
  if (!checked.success) return { text: 'These are no points: write one a line.', isGood: false }
  const points: PointsInFile = checked.data
  if (points === undefined) return { text: '', isGood: true }
  const read = breakerPoints(points, typeof rating === 'number' && rating > 0 ? rating : anyRating)
  if ('problem' in read) return { text: read.problem, isGood: false }
  const told = [
    read.early === null
      ? 'no early curve: the standard’s is used'
      : `early curve of ${plural(read.early.length, 'point')}`,
    read.late === null ? 'no late curve: the standard’s is used' : `late curve of ${plural(read.late.length, 'point')}`,
  ]
  return { text: `Read: ${told.join(', ')}.`, isGood: true }
}

/** The maker's curves as points, typed, pasted from a table or out of a CSV file; they take the place of the standard's band. */
export const BreakerPoints = ({
  at,
  written,
  rating,
  edit,
}: Pick<FormProps, 'edit'> & {
  readonly at: Extract<FormProps['selected'], { id: string }>
  readonly written: unknown
  readonly rating: unknown
}) => {
  const [isOpen, setOpen] = useState(written !== undefined)
  const [refused, setRefused] = useState<string | null>(null)
  const set = (text: string) => {
    setRefused(null)
    edit(
      {
        ...at,
        kind: 'set-in',
        keys: ['breaker', 'points'],
        value: text.trim() === '' ? undefined : pointsOfText(text),
      },
      'points of the curve',
    )
  }
  const take = async (file: File | null) => {
    if (file === null) return
    if (file.size > mostBytes)
      return setRefused(`${file.name} has ${file.size} bytes; a table of points has at most ${mostBytes}.`)
    set(await file.text())
  }
  if (!isOpen && written === undefined)
    return (
      <button type="button" className="link-button" onClick={() => setOpen(true)}>
        Type or paste the maker’s curve
      </button>
    )
  const said = sayPoints(written, rating)
  return (
    <fieldset className="draft-group draft-points">
      <legend>Maker’s curve from cold</legend>
      <Textarea
        label="Points, one a line"
        description="multiple of the rating, earliest s, latest s: with a head whose first column is “A” currents are amperes. Where there is one curve alone, a line “early:” or “late:” above its two columns."
        placeholder={'1.5, 60, 600\n3, 5, 25\n10, 0.01, 0.1'}
        autosize
        minRows={4}
        maxRows={12}
        spellCheck={false}
        value={textOfPoints(written)}
        onChange={(event) => set(event.currentTarget.value)}
        error={refused ?? (said.isGood ? null : said.text)}
      />
      <div className="row">
        <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={(file) => void take(file)}>
          {(button) => (
            <Button {...button} variant="default">
              From a CSV file…
            </Button>
          )}
        </FileButton>
        <button
          type="button"
          className="link-button"
          onClick={() => {
            set('')
            setOpen(false)
          }}
        >
          Take the points away
        </button>
        {said.isGood && said.text !== '' ? <span className="dim">{said.text}</span> : null}
      </div>
    </fieldset>
  )
}
