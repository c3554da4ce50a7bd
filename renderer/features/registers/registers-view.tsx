import type { Overview } from '../../../shared/api/site-contract.ts'
import { useCan } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { Empty, Loading } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { CompareBar } from './compare-bar.tsx'
import { DecodingPanel } from './decoding-panel.tsx'
import { ProfilePanel } from './profile-panel.tsx'
import { RegisterTable } from './register-table.tsx'
import { HabitsPanel, ReadingStatus } from './status-panel.tsx'
import { useStopOnLeaving } from './use-reading.ts'
import { useRegisters } from './use-registers.ts'
import { WhereForm } from './where-form.tsx'
import './registers.css'

/** What was read, and what can be made of it. */
const Found = ({ overview, read }: { readonly overview: Overview; readonly read: ReturnType<typeof useRegisters> }) => {
  const { asked, reading, cells, views, overlay, overlayValues, selectedView, profiles, reload, takeAll } = read
  if (asked === null)
    return (
      <Empty title="Nothing read yet">
        Choose a line, a unit and a range, then “Read once” or “Watch”. Registers that refuse are shown as holes with
        the device’s own words.
      </Empty>
    )
  if (cells.length === 0 && reading?.step !== 'failed') return null
  const { functionCode } = asked
  return (
    <>
      <CompareBar profiles={profiles} values={overlay === null ? null : overlayValues} takeAll={takeAll} />
      <div className={`explore-grid ${selectedView === undefined ? 'is-single' : ''}`}>
        <RegisterTable views={views} functionCode={functionCode} overlay={overlay} overlayValues={overlayValues} />
        {selectedView === undefined ? null : (
          <DecodingPanel key={selectedView.cell.address} view={selectedView} functionCode={functionCode} />
        )}
      </div>
      <ProfilePanel
        overview={overview}
        cells={cells}
        where={asked}
        readFrom={reading?.where ?? ''}
        profiles={profiles}
        reload={reload}
      />
    </>
  )
}

export const RegistersView = () => {
  const overview = useSite((state) => state.overview)
  const canRead = useCan('scan')
  useStopOnLeaving()
  const read = useRegisters()
  return (
    <View
      title="Registers"
      about="Read any register, see every way to read it, and make a profile of a meter nobody listed"
      csv={read.csv}
    >
      {overview === null ? (
        <Loading what="the site" />
      ) : (
        <>
          {canRead ? <WhereForm overview={overview} /> : null}
          <ReadingStatus />
          <HabitsPanel />
          <Found overview={overview} read={read} />
        </>
      )}
    </View>
  )
}
