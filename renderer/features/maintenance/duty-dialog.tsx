import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { dutySchema, type Due } from '../../../shared/acceptance/due.ts'
import { siteNow } from '../../state/clock.ts'
import { ActDialog } from '../acceptance/act-dialog.tsx'
import { useCommand } from '../acceptance/use-commands.ts'
import { NumberField } from '../../ui/number-field.tsx'

/** That it was done, on which day, and for how long it holds. */
export const DutyDialog = ({ due, close }: { readonly due: Due; readonly close: () => void }) => {
  const [doneOn, setDoneOn] = useState(new Date(siteNow()).toISOString().slice(0, 10))
  const [months, setMonths] = useState<number | string>(due.months)
  const command = useCommand()
  const duty = dutySchema.safeParse({ kind: due.kind, subjectId: due.subjectId, doneOn, months, note: '' })
  return (
    <ActDialog
      title={due.what}
      button="Note it"
      close={close}
      isReady={duty.success}
      send={({ who, reason }) =>
        duty.success
          ? command('maintenance.note', { who, duty: { ...duty.data, note: reason } })
          : Promise.resolve('give a day such as 2026-11-28, and 1 to 240 months')
      }
    >
      <p className="dim">{due.source}.</p>
      <TextInput
        label="Done on"
        description="A day such as 2026-11-28"
        value={doneOn}
        error={
          duty.success || !duty.error.issues.some(({ path }) => path[0] === 'doneOn')
            ? null
            : 'a day of the calendar, such as 2026-11-28'
        }
        onChange={(event) => setDoneOn(event.currentTarget.value)}
      />
      <NumberField label="Holds for (months)" value={months} onChange={setMonths} min={1} max={240} />
    </ActDialog>
  )
}
