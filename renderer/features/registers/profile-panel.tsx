import { Button, Checkbox } from '@mantine/core'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { Notice } from '../../ui/notice.tsx'
import { WhoField } from '../../ui/person-fields.tsx'
import { AssignedTable } from './assigned-table.tsx'
import { ProfileFields } from './profile-fields.tsx'
import { SavedPanel } from './saved-panel.tsx'
import { useProfileForm, type ProfileMaking, type ProfileSource } from './use-profile-form.ts'

/** One of that id is there already. */
const Same = ({ same, id, overwrite, setOverwrite }: ProfileMaking) => {
  if (same === undefined) return null
  if (same.origin === 'built-in')
    return (
      <Notice tone="warn" title={`'${id}' overrides the built-in profile of the same id`}>
        Every meter of the site that uses it will read by yours. Choose another id to keep both.
      </Notice>
    )
  const also = same.origin === 'own-overrides' ? '. It overrides the built-in' : ''
  return (
    <Checkbox
      label={`Replace your own profile '${id}'; a copy is kept beside it${also}`}
      checked={overwrite}
      onChange={(event) => setOverwrite(event.currentTarget.checked)}
    />
  )
}

const SaveForm = ({ making }: { readonly making: ProfileMaking }) => {
  const { form, id, assignments, problems, isMeasured, change, who, setWho, canSave, witnesses, refused } = making
  return (
    <form
      className="stack explore-save"
      onSubmit={(event) => {
        event.preventDefault()
        if (canSave) void making.save()
      }}
    >
      <ProfileFields
        form={form}
        id={id}
        assignments={assignments}
        problems={problems}
        isMeasured={isMeasured}
        change={change}
      />
      <Same {...making} />
      <WhoField value={who} onChange={setWho} />
      {refused === null ? null : (
        <Notice tone="alarm" live title="Not saved">
          {refused}
        </Notice>
      )}
      <div className="row">
        <Button type="submit" disabled={!canSave}>
          Save profile
        </Button>
        <span className="dim">
          {assignments.length} assigned, {witnesses} confirmed on the display
          {problems.assignments === undefined ? '' : `; ${problems.assignments}`}
        </span>
      </div>
    </form>
  )
}

/** Assigned registers become a profile with golden words, saved in the person's own folder. */
export const ProfilePanel = ({ overview, ...source }: ProfileSource & { readonly overview: Overview }) => {
  const { cells, where } = source
  const making = useProfileForm(source)
  const { assignments, answer, who } = making
  return (
    <section className="panel stack" aria-label="Make a profile">
      <h2>Make a profile</h2>
      {assignments.length === 0 ? (
        <p className="dim">
          Choose a register above and give it a quantity: what is assigned is listed here with its live value, and can
          be saved as a profile of your own.
        </p>
      ) : (
        <>
          <AssignedTable assignments={assignments} cells={cells} functionCode={where.functionCode} />
          <p className="dim">
            Type what the meter’s own display shows for at least one quantity that is not zero: it is the independent
            witness of the golden words. The others are marked as read by this profile’s own rule. A display can’t tell
            L1 from L2 while both read alike.
          </p>
          <SaveForm making={making} />
        </>
      )}
      {answer === null ? null : (
        <SavedPanel key={answer.id + answer.files.join()} answer={answer} overview={overview} where={where} who={who} />
      )}
    </section>
  )
}
