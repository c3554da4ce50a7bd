import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import type { SiteProblem } from '../../../shared/api/site-editor-contract.ts'
import { valueAt, type Draft, type DraftEntry } from '../../../shared/site-draft/draft.ts'
import type { SiteEdit } from '../../../shared/site-draft/edit-site.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { fieldPath, problemsAt, problemText, type Selected } from './problems.ts'

/** What every form of the editor is given. */
export interface FormProps {
  readonly draft: Draft
  readonly selected: Selected
  readonly problems: readonly SiteProblem[]
  readonly edit: (change: SiteEdit, target: string) => void
}

interface FieldProps extends FormProps {
  readonly keys: readonly string[]
  readonly label: string
  readonly description?: string
}

const entryOf = ({ draft, selected }: FormProps): DraftEntry | Draft['top'] =>
  selected.list === 'site'
    ? draft.top
    : (draft.lists[selected.list].find(({ id }) => id === selected.id) ?? ({} as DraftEntry))

/** The value of a field, the first problem the check has with it, and how it is changed. */
export const useField = (props: Omit<FieldProps, 'label'>) => {
  const { draft, selected, problems, keys, edit } = props
  const path = fieldPath(draft, selected, keys)
  const [problem] = problemsAt(problems, path)
  return {
    value: valueAt(entryOf(props), keys),
    error: problem === undefined ? null : problemText(problem),
    set: (value: unknown) =>
      edit(
        selected.list === 'site' ? { kind: 'set', keys, value } : { ...selected, kind: 'set-in', keys, value },
        path,
      ),
  }
}

export const TextField = (props: FieldProps) => {
  const { value, error, set } = useField(props)
  return (
    <TextInput
      label={props.label}
      description={props.description}
      autoComplete="off"
      value={typeof value === 'string' || typeof value === 'number' ? String(value) : ''}
      onChange={(event) => set(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      error={error}
    />
  )
}

export const NumericField = (props: FieldProps & { readonly step?: number }) => {
  const { value, error, set } = useField(props)
  return (
    <NumberField
      label={props.label}
      {...(props.description === undefined ? {} : { description: props.description })}
      step={props.step ?? 1}
      value={typeof value === 'number' || typeof value === 'string' ? value : ''}
      onChange={(next) => set(next === '' ? undefined : next)}
      error={error}
    />
  )
}

/** On or off; the usual state is not written into the file. */
export const CheckField = (props: FieldProps & { readonly usual: boolean }) => {
  const { value, error, set } = useField(props)
  const isOn = typeof value === 'boolean' ? value : props.usual
  return (
    <Checkbox
      label={props.label}
      checked={isOn}
      onChange={(event) => set(event.currentTarget.checked === props.usual ? undefined : event.currentTarget.checked)}
      error={error}
    />
  )
}

export interface Choice {
  readonly value: string
  readonly label: string
}

/** '' takes the key away. A value that is none of the choices stays, named as it is. */
export const ChoiceField = (
  props: FieldProps & {
    readonly choices: readonly Choice[]
    readonly isNumber?: boolean
    /** Where a choice changes more than its own key. */
    readonly choose?: (value: string) => SiteEdit
  },
) => {
  const { value, error, set } = useField(props)
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const isKnown = props.choices.some((choice) => choice.value === text)
  return (
    <NativeSelect
      label={props.label}
      description={props.description}
      data={[...(isKnown ? [] : [{ value: text, label: text === '' ? 'not chosen' : text }]), ...props.choices]}
      value={text}
      onChange={({ currentTarget: { value: chosen } }) => {
        if (chosen !== '' && props.choose !== undefined) props.edit(props.choose(chosen), props.label)
        else set(chosen === '' ? undefined : props.isNumber === true ? Number(chosen) : chosen)
      }}
      error={error}
    />
  )
}
