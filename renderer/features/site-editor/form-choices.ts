import type { SiteModels } from '../../../shared/api/site-editor-contract.ts'
import type { DraftEntry } from '../../../shared/site-draft/draft.ts'
import type { DraftList } from '../../../shared/site-draft/edit-site.ts'
import type { Choice, FormProps } from './fields.tsx'

export interface ModelFormProps extends FormProps {
  readonly models: SiteModels | null
}

/** The entries of a list, to choose one of. */
export const named = (props: FormProps, list: DraftList): readonly Choice[] =>
  props.draft.lists[list].map(({ id, name }) => ({
    value: id,
    label: typeof name === 'string' ? `${name} (${id})` : id,
  }))

export const modelChoices = (models: readonly SiteModels['meters'][number][]): readonly Choice[] =>
  models.map(({ id, make, model }) => ({ value: id, label: `${make} ${model}` }))

/** The entry a form is of; undefined where it is of the site, or gone. */
export const entryOf = ({ draft, selected }: FormProps): DraftEntry | undefined =>
  selected.list === 'site' ? undefined : draft.lists[selected.list].find(({ id }) => id === selected.id)
