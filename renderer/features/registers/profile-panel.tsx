import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { ProfileSummary } from '../../../shared/api/explore-contract.ts'
import type { Cell } from '../../../shared/explore/reading.ts'
import { addressHex } from '../../../shared/explore/register-text.ts'
import { codingText } from '../../../shared/explore/decodings.ts'
import { formatQuantity, quantityLabel, quantityUnit } from '../../format/quantity.ts'
import { siteNow } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import {
  draftOf,
  emptyProfileForm,
  formOfHabits,
  formProblems,
  hold,
  probeChoices,
  slug,
  viewAssignment,
  type ProfileForm,
} from './draft-form.ts'
import { changeAssignment, select, unassign, useExplorer } from './explorer-store.ts'
import type { Assignment } from './assignment.ts'
import { SavedPanel, type SavedAnswer } from './saved-panel.tsx'
import type { Where } from './where-text.ts'

const AssignedRow = ({
  assignment,
  cells,
  functionCode,
}: {
  readonly assignment: Assignment
  readonly cells: readonly Cell[]
  readonly functionCode: 3 | 4
}) => {
  const { live, lastAtMs, isPlausible, witness } = viewAssignment(assignment, cells, functionCode)
  const time = useTimeFormat()
  const { key, address, type, wordOrder, scale } = assignment
  return (
    <tr data-quantity={key}>
      <th scope="row">{quantityLabel(key)}</th>
      <td>
        <button type="button" className="plain-button mono" onClick={() => select(address)}>
          {address} <span className="dim">{addressHex(address)}</span>
        </button>
      </td>
      <td>
        {codingText({ type, wordOrder, byteSwapped: false })}
        {scale === 1 ? '' : `, times ${String(scale)}`}
      </td>
      <td className="num">
        {live === null ? (
          <span className="dim">– not read</span>
        ) : isPlausible ? (
          formatQuantity(key, live)
        ) : (
          <Mark kind="warning">{formatQuantity(key, live)} is not plausible</Mark>
        )}
        {lastAtMs === null ? null : <div className="dim">at {time.clock(lastAtMs)}</div>}
      </td>
      <td className="explore-assigned">
        <TextInput
          aria-label={`The display shows for ${quantityLabel(key)}`}
          placeholder={quantityUnit(key)}
          value={assignment.shown}
          onChange={(event) => {
            const shown = event.currentTarget.value
            // The words of the moment in which a person begins to type are what the display is held against.
            changeAssignment(key, {
              shown,
              ...(assignment.shown.trim() === '' || shown.trim() === ''
                ? {
                    held:
                      shown.trim() === ''
                        ? null
                        : assignment.functionCode === functionCode
                          ? (hold(assignment, cells, siteNow()) ?? assignment.last)
                          : assignment.last,
                  }
                : {}),
            })
          }}
        />
      </td>
      <td>
        {witness === null ? (
          <span className="dim">by this rule only, no witness</span>
        ) : witness.ok ? (
          <Mark kind="normal">the display agrees</Mark>
        ) : (
          <Mark kind="warning">{witness.why}</Mark>
        )}
      </td>
      <td className="no-print">
        <Button variant="default" onClick={() => unassign(key)}>
          Take away<span className="sr-only"> {quantityLabel(key)}</span>
        </Button>
      </td>
    </tr>
  )
}

/** Assigned registers become a profile with golden words, saved in the person's own folder. */
export const ProfilePanel = ({
  overview,
  cells,
  where,
  readFrom,
  profiles,
  reload,
}: {
  readonly overview: Overview
  readonly cells: readonly Cell[]
  readonly where: Where
  readonly readFrom: string
  readonly profiles: readonly ProfileSummary[]
  readonly reload: () => void
}) => {
  const assignments = useExplorer((state) => state.assignments)
  const habits = useExplorer((state) => state.habits)
  const viewer = useConnection((state) => state.caller?.role === 'viewer')
  const operator = useSettings((state) => state.operator)
  const edited = useExplorer((state) => state.profileForm)
  const [who, setWho] = useState(operator)
  const [overwrite, setOverwrite] = useState(false)
  const [answer, setAnswer] = useState<SavedAnswer | null>(null)
  const intent = useIntent('explore.save')
  const asked: Partial<ProfileForm> = habits === null ? {} : formOfHabits(habits)
  const form: ProfileForm = {
    ...emptyProfileForm,
    maxRegisters: String(Math.min(125, Math.max(2, where.count))),
    ...asked,
    ...edited,
  }
  const id = form.id === '' ? slug(`${form.make} ${form.model}`) : form.id
  const full = { ...form, id }
  const problems = formProblems(full, assignments)
  const change = (part: Partial<ProfileForm>): void => {
    useExplorer.setState({ profileForm: { ...edited, ...part } })
  }
  const same = profiles.find((profile) => profile.id === id)
  const witnesses = assignments.filter(
    (one) => viewAssignment(one, cells, where.functionCode).witness?.ok === true,
  ).length
  const canSave = !viewer && Object.keys(problems).length === 0 && goodPerson(who) && intent.state.step !== 'sent'
  const save = async (): Promise<void> => {
    const draft = draftOf(full, assignments, cells, where, readFrom)
    if (draft === null) return
    const saved = await intent.send({ who: who.trim(), draft, overwrite })
    if (saved !== null) {
      setAnswer(saved)
      setOverwrite(false)
      reload()
    }
  }
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
          <div className="table-scroll" tabIndex={0} role="region" aria-label="Assigned quantities, table">
            <table className="table is-dense explore-quantities">
              <thead>
                <tr>
                  <th scope="col">Quantity</th>
                  <th scope="col">Register</th>
                  <th scope="col">Read as</th>
                  <th scope="col" className="num">
                    Now
                  </th>
                  <th scope="col">The display shows</th>
                  <th scope="col">Witness</th>
                  <th scope="col" className="no-print">
                    Take away
                  </th>
                </tr>
              </thead>
              <tbody>
                {assignments.map((assignment) => (
                  <AssignedRow
                    key={assignment.key}
                    assignment={assignment}
                    cells={cells}
                    functionCode={where.functionCode}
                  />
                ))}
              </tbody>
            </table>
          </div>
          <p className="dim">
            Type what the meter’s own display shows for at least one quantity that is not zero: it is the independent
            witness of the golden words. The others are marked as read by this profile’s own rule. A display can’t tell
            L1 from L2 while both read alike.
          </p>
          <form
            className="stack explore-save"
            onSubmit={(event) => {
              event.preventDefault()
              if (canSave) void save()
            }}
          >
            <div className="row explore-fields">
              <TextInput
                label="Make"
                required
                w={150}
                maxLength={60}
                value={form.make}
                onChange={(event) => change({ make: event.currentTarget.value })}
              />
              <TextInput
                label="Model"
                required
                w={170}
                maxLength={80}
                value={form.model}
                onChange={(event) => change({ model: event.currentTarget.value })}
              />
              <TextInput
                label="Id"
                w={200}
                value={id}
                error={id === '' ? null : problems.id}
                onChange={(event) => change({ id: event.currentTarget.value })}
              />
              <TextInput
                label="Document, if there is one"
                className="grow"
                maxLength={200}
                value={form.document}
                onChange={(event) => change({ document: event.currentTarget.value })}
              />
            </div>
            <div className="row explore-fields">
              <NativeSelect
                label="Recognised by"
                w={190}
                value={form.probe === '' ? (probeChoices(assignments)[0] ?? '') : form.probe}
                onChange={(event) => change({ probe: event.currentTarget.value })}
                data={probeChoices(assignments).map((key) => ({ value: key, label: quantityLabel(key) }))}
              />
              <TextInput
                label="Largest block"
                w={110}
                value={form.maxRegisters}
                error={problems.maxRegisters}
                onChange={(event) => change({ maxRegisters: event.currentTarget.value })}
              />
              <TextInput
                label="Deadline, ms"
                w={110}
                value={form.timeoutMs}
                error={problems.timeoutMs}
                onChange={(event) => change({ timeoutMs: event.currentTarget.value })}
              />
              <TextInput
                label="Note"
                className="grow"
                maxLength={300}
                value={form.note}
                onChange={(event) => change({ note: event.currentTarget.value })}
              />
            </div>
            <div className="row">
              <Checkbox
                label="Even addresses and counts only"
                checked={form.evenOnly}
                onChange={(event) => change({ evenOnly: event.currentTarget.checked })}
              />
              <Checkbox
                label="Modbus TCP"
                checked={form.tcp}
                error={problems.tcp}
                onChange={(event) => change({ tcp: event.currentTarget.checked })}
              />
              <Checkbox
                label="Modbus RTU"
                checked={form.serial}
                onChange={(event) => change({ serial: event.currentTarget.checked })}
              />
              <span className="dim">
                {habits?.step === 'done'
                  ? 'Block and deadline as measured.'
                  : 'Block as read; “Measure habits” finds what the device bears.'}
              </span>
            </div>
            {same === undefined ? null : same.origin === 'built-in' ? (
              <Notice tone="warn" title={`'${id}' overrides the built-in profile of the same id`}>
                Every meter of the site that uses it will read by yours. Choose another id to keep both.
              </Notice>
            ) : (
              <Checkbox
                label={`Replace your own profile '${id}'; a copy is kept beside it${same.origin === 'own-overrides' ? '. It overrides the built-in' : ''}`}
                checked={overwrite}
                onChange={(event) => setOverwrite(event.currentTarget.checked)}
              />
            )}
            <WhoField value={who} onChange={setWho} />
            {intent.state.step === 'refused' ? (
              <Notice tone="alarm" live title="Not saved">
                {intent.state.why}
              </Notice>
            ) : null}
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
        </>
      )}
      {answer === null ? null : (
        <SavedPanel key={answer.id + answer.files.join()} answer={answer} overview={overview} where={where} who={who} />
      )}
    </section>
  )
}
