import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { useConnection } from '../../state/connection.ts'
import { closeDeck, openKept, show, useDeck } from '../../state/deck.ts'
import { formatBytes } from '../../format/number.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { openFiles } from '../open-files.ts'

/** Opens a snapshot or a recording from a file, and lists those that are open. */
export const OpenPanel = () => {
  const input = useRef<HTMLInputElement>(null)
  const [again, setAgain] = useState(0)
  const [problem, setProblem] = useState<string | null>(null)
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const shownId = useDeck((state) => state.shown?.tape?.deckId ?? null)
  const list = useRead('deck.list', {}, again)
  const kept = useRead('deck.kept', {}, again)
  const time = useTimeFormat()
  const tell = (error: Error) => setProblem(error.message)
  return (
    <section className="panel stack" aria-label="Open a snapshot">
      <h2>Open and replay</h2>
      <p className="dim">
        A snapshot, or a record of the monitor, opens here without its site: every view shows the recorded time, and it
        can be played. The file can also be dropped on the window.
      </p>
      <div className="row">
        <Button onClick={() => input.current?.click()} disabled={isViewer}>
          Open a snapshot
        </Button>
        <input
          ref={input}
          type="file"
          className="sr-only"
          aria-label="Snapshot file"
          tabIndex={-1}
          accept=".tripscope,.zip,.ndjson,.gz"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? []
            event.currentTarget.value = ''
            if (file !== undefined) void openFiles([file])
          }}
        />
      </div>
      {problem === null ? null : <p role="alert">{problem}</p>}
      {(list.value ?? []).length === 0 ? null : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Open recording</th>
              <th scope="col">Site</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">Shown here</th>
            </tr>
          </thead>
          <tbody>
            {(list.value ?? []).map(({ deckId, name, site, fromMs, toMs }) => (
              <tr key={deckId}>
                <th scope="row">{name}</th>
                <td>{site}</td>
                <td className="num nowrap">{time.dateTime(fromMs)}</td>
                <td className="num nowrap">{time.dateTime(toMs)}</td>
                <td>
                  {deckId === shownId ? (
                    'Yes'
                  ) : (
                    <span className="row">
                      <Button variant="default" onClick={() => void show(deckId).catch(tell)}>
                        Show
                      </Button>
                      <Button
                        variant="default"
                        disabled={isViewer}
                        onClick={() => void closeDeck(deckId).then(() => setAgain(again + 1), tell)}
                      >
                        Close
                      </Button>
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {(kept.value ?? []).length === 0 ? null : (
        <table className="table">
          <caption>Made by themselves at incidents; the oldest make room for newer ones</caption>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Made</th>
              <th scope="col" className="num">
                Size
              </th>
              <th scope="col">Open</th>
            </tr>
          </thead>
          <tbody>
            {(kept.value ?? []).map(({ name, bytes, atMs }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="num nowrap">{time.dateTime(atMs)}</td>
                <td className="num">{formatBytes(bytes)}</td>
                <td>
                  <Button
                    variant="default"
                    disabled={isViewer}
                    onClick={() => void openKept(name).catch(tell)}
                    aria-label={`Open ${name}`}
                  >
                    Open
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
