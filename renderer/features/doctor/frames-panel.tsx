import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Framing } from '../../../shared/bus/tape-entry.ts'
import { formatNumber, plural } from '../../format/number.ts'
import { Empty, Notice } from '../../ui/notice.tsx'
import { filterFrames, frameRows, noFrameFilter } from './frame-rows.ts'
import { FramesFilter } from './frames-filter.tsx'
import { FramesTable, mostRows } from './frames-table.tsx'
import { useFrameExports } from './use-frame-exports.ts'
import type { TapeView } from './use-tape.ts'

const OnlyChosen = ({ clear }: { readonly clear: () => void }) => (
  <p>
    Only the chosen frames are listed.{' '}
    <button type="button" className="plain-button" onClick={clear}>
      Choose none
    </button>
  </p>
)

const Count = ({ shown, dropped }: { readonly shown: number; readonly dropped: number }) => (
  <p className="dim">
    {shown > mostRows ? `The newest ${mostRows} of ${formatNumber(shown, 0)} rows; ` : `${plural(shown, 'row')}; `}
    the program keeps up to ten minutes for the capture.
    {dropped > 0 ? ` ${formatNumber(dropped, 0)} were left out on the way to this screen.` : ''}
  </p>
)

/** Every frame as it was on the wire with what it says. */
export const FramesPanel = ({
  lineId,
  framing,
  tape,
  seqs,
  clear,
}: {
  readonly lineId: string
  readonly framing: Framing
  readonly tape: TapeView
  /** Frames of the exchange that was chosen on the timeline; null: all. */
  readonly seqs: readonly number[] | null
  readonly clear: () => void
}) => {
  const [filter, setFilter] = useState(noFrameFilter)
  const { said, copy, saveText, savePcap } = useFrameExports(lineId)
  const rows = useMemo(() => frameRows(tape.entries, framing, tape.talk), [tape.entries, tape.talk, framing])
  const chosen = seqs === null ? null : new Set(seqs)
  const shown = filterFrames(rows, filter)
  const isFiltered = filter !== noFrameFilter
  return (
    <section className="panel stack" aria-label="Raw frames">
      <h2>Raw frames</h2>
      <div className="row no-print doctor-filter" role="group" aria-label="Filters">
        <FramesFilter rows={rows} filter={filter} change={setFilter} />
        <span className="grow" />
        <Button
          variant="default"
          onClick={() => copy(chosen === null ? shown : rows.filter(({ seq }) => chosen.has(seq)))}
        >
          {chosen === null ? 'Copy filtered' : 'Copy exchange'}
        </Button>
        <Button variant="default" onClick={() => saveText(shown)}>
          Export text
        </Button>
        <Button variant="default" onClick={() => savePcap(isFiltered ? shown.map(({ seq }) => seq) : null)}>
          Export pcap
        </Button>
      </div>
      {said === null ? null : (
        <Notice tone={said.tone} live title={said.title}>
          {said.text}
        </Notice>
      )}
      {seqs === null ? null : <OnlyChosen clear={clear} />}
      {shown.length === 0 ? (
        <Empty title={rows.length === 0 ? 'No frames yet' : 'No frame passes the filters'}>
          {rows.length === 0 ? 'They appear as the line is polled.' : 'Widen them to see more.'}
        </Empty>
      ) : (
        <FramesTable rows={shown} framing={framing} chosen={chosen} />
      )}
      <p className="print-only">Printed are the newest 40 rows; Export text and Export pcap hold all.</p>
      <Count shown={shown.length} dropped={tape.dropped} />
    </section>
  )
}
