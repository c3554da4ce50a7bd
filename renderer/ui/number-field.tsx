import { TextInput } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import { readTypedNumber, typedNumberProblem } from '../format/typed-number.ts'

interface NumberFieldProps {
  readonly label: string
  readonly description?: string
  readonly value: number | string
  /** A number, '' for an empty field, or the text where it is no number. */
  readonly onChange: (value: number | string) => void
  /** What the form finds wrong with the number; a text that is no number says so by itself. */
  readonly error?: string | null | undefined
  /** Of the arrow keys. */
  readonly step?: number
  readonly min?: number
  readonly max?: number
  readonly w?: number
  readonly required?: boolean
  /** Whether a dialog begins here (`focusFirst` of person-fields.tsx). */
  readonly 'data-autofocus'?: boolean
}

/** A number as text: nothing that was typed is dropped or changed in silence. Arrow up and down move it by its step. */
export const NumberField = ({ value, onChange, error, step = 1, min, max, ...rest }: NumberFieldProps) => {
  const [typed, setTyped] = useState(String(value))
  // The form may change it too (a preset): then its number is shown, else what was typed, "63," on the way to "63,5".
  const text = readTypedNumber(typed) === value ? typed : String(value)
  const take = (next: string) => {
    setTyped(next)
    onChange(readTypedNumber(next))
  }
  const move = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    event.preventDefault()
    const moved = (typeof value === 'number' ? value : 0) + (event.key === 'ArrowUp' ? step : -step)
    take(String(Number(Math.min(max ?? Infinity, Math.max(min ?? -Infinity, moved)).toFixed(6))))
  }
  return (
    <TextInput
      {...rest}
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      value={text}
      error={typedNumberProblem(value) ?? error}
      onChange={(event) => take(event.currentTarget.value)}
      onKeyDown={move}
    />
  )
}
