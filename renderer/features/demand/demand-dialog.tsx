import { FileInput, Modal, NativeSelect } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { siteNow } from '../../state/clock.ts'
import { useIntent } from '../../state/intent.ts'
import { useSettings } from '../../state/settings.ts'
import { DialogActs } from '../../ui/dialog-acts.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { focusFirst, goodPerson, goodReason, ReasonField, WhoField } from '../../ui/person-fields.tsx'
import { TimeField } from '../../ui/time-field.tsx'

export type DemandAct =
  | { readonly kind: 'target'; readonly chargerId: string | null }
  | { readonly kind: 'prices' }
  | { readonly kind: 'plan'; readonly isApplied: boolean }
  | { readonly kind: 'dim'; readonly isDimmed: boolean }

interface Person {
  readonly who: string
  readonly reason: string
}

const titles = (act: DemandAct): string => {
  switch (act.kind) {
    case 'target':
      return 'Energy by a departure'
    case 'prices':
      return 'Read a price file'
    case 'plan':
      return act.isApplied ? 'Follow the plan' : 'Stop following the plan'
    case 'dim':
      return act.isDimmed ? 'Dim the chargers' : 'End dimming'
  }
}

/** The frame of every act here: who and why, a no in words, and one button that does it. */
const ActForm = ({
  button,
  send,
  close,
  isReady,
  why,
  asksFirst = false,
  children,
}: {
  readonly button: string
  /** Resolves to whether it was done. */
  readonly send: (person: Person) => Promise<boolean>
  readonly close: () => void
  readonly isReady: boolean
  readonly why: string | null
  /** Whether the dialog begins in a field of its own. */
  readonly asksFirst?: boolean
  readonly children: ReactNode
}) => {
  const [who, setWho] = useState(useSettings.getState().operator)
  const [knowsWho] = useState(() => goodPerson(who))
  const [reason, setReason] = useState('')
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void send({ who: who.trim(), reason: reason.trim() }).then((isDone) => {
          if (isDone) close()
        })
      }}
    >
      {children}
      <WhoField value={who} onChange={setWho} isFirst={!asksFirst && !knowsWho} />
      <ReasonField value={reason} onChange={setReason} isFirst={!asksFirst && knowsWho} />
      {why === null ? null : (
        <Notice tone="alarm" live title="Not done">
          {why}
        </Notice>
      )}
      <DialogActs
        button={button}
        isReady={isReady && goodPerson(who) && goodReason(reason)}
        close={close}
        color="control"
      />
    </form>
  )
}

const whyOf = (state: { readonly step: string; readonly why?: string }): string | null =>
  state.step === 'refused' ? (state.why ?? 'refused') : null

const TargetForm = ({
  overview,
  first,
  close,
}: {
  readonly overview: Overview
  readonly first: string | null
  readonly close: () => void
}) => {
  const [chargerId, setCharger] = useState(first ?? overview.chargers[0]?.id ?? '')
  const [energy, setEnergy] = useState<number | string>(20)
  const [departAtMs, setDepart] = useState(() => Math.ceil(siteNow() / 3_600_000 + 8) * 3_600_000)
  const intent = useIntent('demand.setTarget')
  const isNumber = typeof energy === 'number' && energy > 0 && energy <= 1000
  return (
    <ActForm
      button="Set the departure"
      close={close}
      isReady={isNumber}
      asksFirst
      why={whyOf(intent.state)}
      send={async (person) =>
        (await intent.send({ ...person, chargerId, target: { energyKWh: Number(energy), departAtMs } })) !== null
      }
    >
      <NativeSelect
        {...focusFirst}
        label="Charger"
        value={chargerId}
        onChange={(event) => setCharger(event.currentTarget.value)}
        data={overview.chargers.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <NumberField label="Energy, kWh" value={energy} onChange={setEnergy} min={1} max={1000} />
      <TimeField
        label="Leaves"
        atMs={departAtMs}
        allow={(atMs) => (atMs > siteNow() ? null : 'that is over already')}
        change={setDepart}
      />
    </ActForm>
  )
}

const PricesForm = ({ close }: { readonly close: () => void }) => {
  const [file, setFile] = useState<File | null>(null)
  const intent = useIntent('demand.setPrices')
  return (
    <ActForm
      button="Read the prices"
      close={close}
      isReady={file !== null}
      why={whyOf(intent.state)}
      send={async (person) =>
        file !== null && (await intent.send({ ...person, name: file.name, text: await file.text() })) !== null
      }
    >
      <FileInput
        label="Price file"
        description="CSV with a head line (start, end, price with its unit), or day-ahead JSON"
        accept=".csv,.json,.txt"
        value={file}
        onChange={setFile}
      />
    </ActForm>
  )
}

const PlanForm = ({ isApplied, close }: { readonly isApplied: boolean; readonly close: () => void }) => {
  const intent = useIntent('demand.applyPlan')
  return (
    <ActForm
      button={isApplied ? 'Follow the plan' : 'Stop following'}
      close={close}
      isReady
      why={whyOf(intent.state)}
      send={async (person) => (await intent.send({ ...person, isApplied })) !== null}
    >
      <Notice
        tone="control"
        title={
          isApplied
            ? 'Vehicles with a departure wait for their cheap hours.'
            : 'Vehicles with a departure charge at once, as the limits allow.'
        }
      >
        {isApplied
          ? 'The plan only lowers what they get; every limit of the site comes first. One that would not be full in time is not held back.'
          : 'Nothing else changes.'}
      </Notice>
    </ActForm>
  )
}

const DimForm = ({ isDimmed, close }: { readonly isDimmed: boolean; readonly close: () => void }) => {
  const intent = useIntent('demand.dim')
  return (
    <ActForm
      button={isDimmed ? 'Dim' : 'End dimming'}
      close={close}
      isReady
      why={whyOf(intent.state)}
      send={async (person) => (await intent.send({ ...person, isDimmed })) !== null}
    >
      <Notice
        tone="control"
        title={
          isDimmed
            ? 'All chargers together get no more than section 14a leaves them.'
            : 'The chargers rise again, as the limits allow.'
        }
      >
        Begin and end are kept as proof in events and audit.
      </Notice>
    </ActForm>
  )
}

export const DemandDialog = ({
  act,
  overview,
  close,
}: {
  readonly act: DemandAct
  readonly overview: Overview
  readonly close: () => void
}) => (
  <Modal opened onClose={close} title={titles(act)}>
    {act.kind === 'target' ? (
      <TargetForm overview={overview} first={act.chargerId} close={close} />
    ) : act.kind === 'prices' ? (
      <PricesForm close={close} />
    ) : act.kind === 'plan' ? (
      <PlanForm isApplied={act.isApplied} close={close} />
    ) : (
      <DimForm isDimmed={act.isDimmed} close={close} />
    )}
  </Modal>
)
