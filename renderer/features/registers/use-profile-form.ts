import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/api/explore-contract.ts'
import type { Cell } from '../../../shared/explore/reading.ts'
import { useConnection } from '../../state/connection.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { goodPerson } from '../../ui/person-fields.tsx'
import {
  draftOf,
  emptyProfileForm,
  formOfHabits,
  formProblems,
  slug,
  viewAssignment,
  type ProfileForm,
} from './draft-form.ts'
import { useExplorer } from './explorer-store.ts'
import type { SavedAnswer } from './saved-panel.tsx'
import type { Where } from './where-text.ts'

export interface ProfileSource {
  readonly cells: readonly Cell[]
  readonly where: Where
  readonly readFrom: string
  readonly profiles: readonly ProfileSummary[]
  readonly reload: () => void
}

/** The form as it stands: what was typed, over what was measured, over what was read. */
const useForm = ({ count }: Where): ProfileForm => {
  const habits = useExplorer((state) => state.habits)
  const edited = useExplorer((state) => state.profileForm)
  return {
    ...emptyProfileForm,
    maxRegisters: String(Math.min(125, Math.max(2, count))),
    ...(habits === null ? {} : formOfHabits(habits)),
    ...edited,
  }
}

/** A profile that is being made, and its saving. */
export const useProfileForm = ({ cells, where, readFrom, profiles, reload }: ProfileSource) => {
  const assignments = useExplorer((state) => state.assignments)
  const edited = useExplorer((state) => state.profileForm)
  const isMeasured = useExplorer((state) => state.habits?.step === 'done')
  const viewer = useConnection((state) => state.caller?.role === 'viewer')
  const operator = useSettings((state) => state.operator)
  const [who, setWho] = useState(operator)
  const [overwrite, setOverwrite] = useState(false)
  const [answer, setAnswer] = useState<SavedAnswer | null>(null)
  const intent = useIntent('explore.save')
  const form = useForm(where)
  const id = form.id === '' ? slug(`${form.make} ${form.model}`) : form.id
  const full = { ...form, id }
  const problems = formProblems(full, assignments)
  const isGood = Object.keys(problems).length === 0 && goodPerson(who)
  const save = async (): Promise<void> => {
    const draft = draftOf(full, assignments, cells, where, readFrom)
    if (draft === null) return
    const saved = await intent.send({ who: who.trim(), draft, overwrite })
    if (saved === null) return
    setAnswer(saved)
    setOverwrite(false)
    reload()
  }
  return {
    ...{ assignments, form, id, problems, isMeasured, who, setWho, overwrite, setOverwrite, answer, save },
    change: (part: Partial<ProfileForm>): void => {
      useExplorer.setState({ profileForm: { ...edited, ...part } })
    },
    same: profiles.find((profile) => profile.id === id),
    witnesses: assignments.filter((one) => viewAssignment(one, cells, where.functionCode).witness?.ok === true).length,
    canSave: !viewer && isGood && intent.state.step !== 'sent',
    refused: intent.state.step === 'refused' ? intent.state.why : null,
  }
}
export type ProfileMaking = ReturnType<typeof useProfileForm>
