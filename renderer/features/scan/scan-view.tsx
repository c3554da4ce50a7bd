import { useState } from 'react'
import type { ScanFind } from '../../../shared/api/scan-contract.ts'
import { isoTime } from '../../format/time.ts'
import { useCan } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { useSite } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { AddDialog } from './add-dialog.tsx'
import { verdictText } from './find-text.ts'
import { FindsTable } from './finds-table.tsx'
import { ProgressPanel, Troubles } from './progress-panel.tsx'
import { useScan } from './use-scan.ts'
import { WhereForm } from './where-form.tsx'
import './scan.css'

export const ScanView = () => {
  const overview = useSite((state) => state.overview)
  const viewer = useConnection((state) => state.caller?.role === 'viewer')
  const canScan = useCan('scan')
  const { state, ended } = useScan()
  const [adding, setAdding] = useState<ScanFind | null>(null)
  const [added, setAdded] = useState<string | null>(null)
  const csv =
    state === null || state.finds.length === 0
      ? undefined
      : {
          name: 'found-devices',
          table: () => ({
            header: [
              'where',
              'unit',
              'mbus_number',
              'mbus_maker',
              'mbus_version',
              'mbus_medium',
              'verdict',
              'make',
              'model',
              'profile',
              'confidence',
              'evidence',
              'against',
              'notes',
              'found_at_utc',
            ],
            rows: state.finds.flatMap((find) => {
              const { mbus } = find
              const who = [
                find.where,
                find.unit,
                mbus?.id ?? null,
                mbus?.manufacturer ?? null,
                mbus?.version ?? null,
                mbus?.mediumName ?? null,
                verdictText[find.verdict],
              ]
              return find.candidates.length === 0
                ? [[...who, null, null, null, null, null, null, find.notes.join('; '), isoTime(find.atMs)]]
                : find.candidates.map((candidate) => [
                    ...who,
                    candidate.make,
                    candidate.model,
                    candidate.profileId,
                    Math.round(candidate.confidence * 100) / 100,
                    candidate.evidence.join('; '),
                    candidate.against.join('; '),
                    find.notes.join('; '),
                    isoTime(find.atMs),
                  ])
            }),
          }),
        }
  return (
    <View
      title="Find devices"
      about="Meters nobody listed: name where to look, see what answers and how it is known"
      csv={csv}
    >
      {overview === null || state === null ? (
        <Loading what="the last search" />
      ) : (
        <>
          {ended === null ? null : (
            <Notice tone="warn" title="The program has stopped telling">
              {ended}
            </Notice>
          )}
          {added === null ? null : (
            <Notice tone="normal" live title={`${added} is in the site`}>
              Its values appear as soon as the site is open again: <a href={routeTo('meters', added)}>see the meter</a>.
            </Notice>
          )}
          {state.phase === 'running' || !canScan ? null : (
            <WhereForm
              // The first line of a site is where it looks from then on.
              key={overview.site.lines.length === 0 ? 'no line' : 'lines'}
              overview={overview}
              viewer={viewer}
              last={state.request}
            />
          )}
          {state.phase === 'idle' ? null : (
            <>
              <ProgressPanel state={state} viewer={viewer} />
              <FindsTable
                finds={state.finds}
                site={overview.site}
                canAdd={canScan && !viewer && state.phase !== 'running'}
                add={setAdding}
              />
              <Troubles state={state} />
            </>
          )}
          {adding === null ? null : (
            <AddDialog
              key={adding.id}
              find={adding}
              overview={overview}
              close={() => setAdding(null)}
              added={(meterId) => {
                setAdding(null)
                setAdded(meterId)
              }}
            />
          )}
        </>
      )}
    </View>
  )
}
