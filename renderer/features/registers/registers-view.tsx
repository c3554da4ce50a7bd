import { Button, NativeSelect } from '@mantine/core'
import { useMemo, useState } from 'react'
import { codingText } from '../../../shared/explore/decodings.ts'
import { viewRegisters } from '../../../shared/explore/reading.ts'
import { quantityLabel } from '../../format/quantity.ts'
import { siteNow, useCan } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { Empty, Loading } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { hexText, likelyText } from './cell-text.ts'
import { hold } from './draft-form.ts'
import { DecodingPanel } from './decoding-panel.tsx'
import { assign, useExplorer } from './explorer-store.ts'
import type { Assignment } from './assignment.ts'
import { overlayOn } from './overlay.ts'
import { ProfilePanel } from './profile-panel.tsx'
import { RegisterTable } from './register-table.tsx'
import { HabitsPanel, ReadingStatus } from './status-panel.tsx'
import { useStopOnLeaving } from './use-reading.ts'
import { WhereForm } from './where-form.tsx'
import './registers.css'

const noOverlay = new Map()

export const RegistersView = () => {
  const overview = useSite((state) => state.overview)
  const { reading, asked, selected, overlayId, names, assignments, stats } = useExplorer()
  const [again, setAgain] = useState(0)
  const canRead = useCan('scan')
  useStopOnLeaving()
  const profiles = useRead('explore.profiles', {}, again)
  const chosen = useRead('explore.profile', overlayId === '' ? null : { id: overlayId })
  const overlay = overlayId === '' || chosen.step !== 'ready' ? null : chosen.value
  const cells = useMemo(() => reading?.cells ?? [], [reading])
  const views = useMemo(() => viewRegisters(cells), [cells])
  const overlayValues = useMemo(
    () => (overlay === null || asked === null ? noOverlay : overlayOn(overlay, asked.functionCode, cells)),
    [overlay, asked, cells],
  )
  const selectedView = views.find((view) => view.cell.address === selected)
  const list = profiles.step === 'failed' ? [] : (profiles.value ?? [])
  const takeOver = (assignment: Assignment): void => {
    assign({ ...assignment, last: hold(assignment, cells, reading?.atMs ?? siteNow()) })
  }
  const takeAll = (): void => {
    for (const [address, { key, register }] of overlayValues) {
      if (register.type !== 'float32-4q-pf')
        takeOver({
          key,
          address,
          functionCode: asked?.functionCode ?? 4,
          type: register.type,
          wordOrder: register.wordOrder ?? overlay?.wordOrder ?? 'high-first',
          scale: register.scale,
          shown: '',
          held: null,
          last: null,
        })
    }
  }
  const csv =
    cells.length === 0 || asked === null
      ? undefined
      : {
          name: 'registers',
          table: () => ({
            header: [
              'register',
              'function',
              'hex',
              'uint16',
              'likely_value',
              'likely_coding',
              'why',
              'hole',
              'changes',
              'name',
              'assigned_quantity',
            ],
            rows: views.map(({ cell, likely }) => [
              cell.address,
              asked.functionCode,
              cell.word === null ? null : hexText(cell.word),
              cell.word,
              likely === null ? null : likelyText(likely),
              likely?.tile.coding == null ? null : codingText(likely.tile.coding),
              likely?.why ?? null,
              cell.why,
              stats.changes.get(cell.address) ?? 0,
              names[cell.address] ?? null,
              assignments.find((one) => one.address === cell.address)?.key ?? null,
            ]),
          }),
        }
  return (
    <View
      title="Registers"
      about="Read any register, see every way to read it, and make a profile of a meter nobody listed"
      csv={csv}
    >
      {overview === null ? (
        <Loading what="the site" />
      ) : (
        <>
          {canRead ? <WhereForm overview={overview} /> : null}
          <ReadingStatus />
          <HabitsPanel />
          {asked === null || (cells.length === 0 && reading?.step !== 'failed') ? (
            asked === null ? (
              <Empty title="Nothing read yet">
                Choose a line, a unit and a range, then “Read once” or “Watch”. Registers that refuse are shown as holes
                with the device’s own words.
              </Empty>
            ) : null
          ) : (
            <>
              <div className="row explore-fields no-print">
                <NativeSelect
                  label="Compare with a profile"
                  w={320}
                  value={overlayId}
                  onChange={(event) => useExplorer.setState({ overlayId: event.currentTarget.value })}
                  data={[
                    { value: '', label: 'none' },
                    ...list.map(({ id, make, models, origin }) => ({
                      value: id,
                      label: `${make} ${models[0] ?? ''} (${origin === 'built-in' ? id : `${id}, your own`})`,
                    })),
                  ]}
                />
                {overlay === null ? null : (
                  <Button mt={22} variant="default" disabled={overlayValues.size === 0} onClick={takeAll}>
                    Take over its {overlayValues.size} quantities
                  </Button>
                )}
                {overlay === null ? null : (
                  <p className="dim explore-overlay">
                    {overlayValues.size === 0
                      ? 'It has no quantity in this range and function.'
                      : `${[...overlayValues.values()].filter(({ isPlausible }) => isPlausible).length} of ${String(overlayValues.size)} read plausible values here${
                          [...overlayValues.values()].some(({ isPlausible }) => !isPlausible)
                            ? `; doubtful: ${[...overlayValues.values()]
                                .filter(({ isPlausible }) => !isPlausible)
                                .slice(0, 3)
                                .map(({ key }) => quantityLabel(key))
                                .join(', ')}`
                            : ''
                        }.`}
                  </p>
                )}
              </div>
              <div className={`explore-grid ${selectedView === undefined ? 'is-single' : ''}`}>
                <RegisterTable
                  views={views}
                  functionCode={asked.functionCode}
                  overlay={overlay}
                  overlayValues={overlayValues}
                />
                {selectedView === undefined ? null : (
                  <DecodingPanel
                    key={selectedView.cell.address}
                    view={selectedView}
                    functionCode={asked.functionCode}
                  />
                )}
              </div>
              <ProfilePanel
                overview={overview}
                cells={cells}
                where={asked}
                readFrom={reading?.where ?? ''}
                profiles={list}
                reload={() => setAgain((before) => before + 1)}
              />
            </>
          )}
        </>
      )}
    </View>
  )
}
