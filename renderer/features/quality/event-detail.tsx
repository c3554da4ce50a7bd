import { Button } from '@mantine/core'
import { useState } from 'react'
import type { PowerEvent, PowerEventMember } from '../../../shared/api/quality-contract.ts'
import { useConnection } from '../../state/connection.ts'
import { useSite } from '../../state/live.ts'
import { momentRoute } from '../../state/moment.ts'
import { subjectName, useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Notice } from '../../ui/notice.tsx'
import { openFiles } from '../open-files.ts'
import { EventStory } from './event-story.tsx'
import { depthWords, durationWords, iticWords, kindWords, semiWords, sideWords } from './quality-words.ts'
import { Truth } from '../../ui/truth.tsx'

/** A capture of a member, as a recording in the view of waveforms. */
const CaptureButton = ({ member }: { readonly member: PowerEventMember }) => {
  const client = useConnection((state) => state.client)
  const [failed, setFailed] = useState<string | null>(null)
  const { captureId, waveSourceId } = member
  if (captureId === null || waveSourceId === null)
    return <Dash why={member.truth === 'sampled' ? 'No capture was taken of it' : 'A polled meter gives no waveform'} />
  const open = async () => {
    if (client === null) return
    setFailed(null)
    try {
      const pieces: Uint8Array<ArrayBuffer>[] = []
      for await (const { bytes } of client.pull('waves.capture', { sourceId: waveSourceId, captureId }))
        pieces.push(new Uint8Array(bytes))
      await openFiles([new File(pieces, `${captureId.replace(/[^\w.-]+/g, '-')}.tws`)])
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={() => void open()}>
        Open the capture
      </Button>
      {failed === null ? null : (
        <Notice tone="alarm" live title="Not opened">
          {failed}
        </Notice>
      )}
    </>
  )
}

const Members = ({ event }: { readonly event: PowerEvent }) => {
  const overview = useSite((state) => state.overview)
  const time = useTimeFormat()
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Who saw it">
      <table className="table is-dense">
        <thead>
          <tr>
            <th scope="col">Seen by</th>
            <th scope="col">Known as</th>
            <th scope="col">Phases</th>
            <th scope="col">Depth</th>
            <th scope="col">Duration</th>
            <th scope="col">Began</th>
            <th scope="col">Cause</th>
            <th scope="col">Waveform</th>
          </tr>
        </thead>
        <tbody>
          {event.members.map((member) => {
            const moment = momentRoute(overview, member.subject, member.fromMs)
            return (
              <tr key={member.id}>
                <th scope="row">
                  {member.sourceName} <span className="dim">{subjectName(overview, member.subject)}</span>
                </th>
                <td title={member.evidence}>
                  <Truth kind={member.truth} /> {kindWords[member.kind]}
                </td>
                <td>{member.phases.join(' ')}</td>
                <td>{depthWords(member, event.direction === 'over')}</td>
                <td>{durationWords(member)}</td>
                <td className="nowrap">
                  {moment === null ? time.clock(member.fromMs) : <a href={moment}>{time.clock(member.fromMs)}</a>}
                </td>
                <td>
                  {member.side === null ? (
                    <Dash why="Needs voltage and current together at the beginning, from samples" />
                  ) : (
                    <span>
                      {sideWords[member.side.side]} <span className="dim">{member.side.why}</span>
                    </span>
                  )}
                </td>
                <td>
                  <CaptureButton member={member} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** One event: its names, who saw it, and what the site did around it. */
export const EventDetail = ({ event }: { readonly event: PowerEvent }) => {
  const time = useTimeFormat()
  const { names } = event
  return (
    <section className="panel stack" aria-label="The chosen event">
      <h2>
        {kindWords[event.kind]} of {time.dateTime(event.fromMs)} <Truth kind={event.truth} />
      </h2>
      {names === null ? (
        <p className="dim">
          Depth and duration are bounds: it has no place in the tables of EN 50160, ITIC, SEMI F47 or IEEE 1159.
        </p>
      ) : (
        <dl className="quality-facts">
          <div>
            <dt>EN 50160 cell</dt>
            <dd>{names.en50160 ?? <Dash why="Its depth or duration lies outside of the table" />}</dd>
          </div>
          <div>
            <dt>ITIC</dt>
            <dd>{iticWords[names.itic]}</dd>
          </div>
          <div>
            <dt>SEMI F47</dt>
            <dd>{semiWords(names.semiF47)}</dd>
          </div>
          <div>
            <dt>IEEE 1159</dt>
            <dd>{names.ieee1159}</dd>
          </div>
        </dl>
      )}
      <Members event={event} />
      <EventStory event={event} />
    </section>
  )
}
