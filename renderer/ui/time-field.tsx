import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTimeFormat } from '../state/site-facts.ts'

/**
 * A time in the site's zone as text, taken over with Enter or on leaving. The browser's own picker would show it in this
 * computer's country style, and in its zone.
 */
export const TimeField = ({
  label,
  atMs,
  allow,
  change,
}: {
  readonly label: string
  readonly atMs: number
  /** Why a time can't be taken; null when it can. */
  readonly allow: (atMs: number) => string | null
  readonly change: (atMs: number) => void
}) => {
  const time = useTimeFormat()
  const [text, setText] = useState(time.toField(atMs))
  const [problem, setProblem] = useState<string | null>(null)
  const take = () => {
    if (text.trim() === time.toField(atMs)) return setProblem(null)
    const read = time.readField(text)
    const why = read.ok ? allow(read.atMs) : read.problem
    setProblem(why)
    if (read.ok && why === null) change(read.atMs)
  }
  return (
    <TextInput
      label={label}
      w={200}
      value={text}
      error={problem}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        // Enter takes the time over; it does not send the form around it.
        event.preventDefault()
        take()
      }}
    />
  )
}
