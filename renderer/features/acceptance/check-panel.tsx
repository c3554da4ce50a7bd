import { useState } from 'react'
import { protocolPurpose, type CheckedProtocol } from '../../../shared/api/acceptance-contract.ts'
import { useConnection } from '../../state/connection.ts'
import { newIntentId } from '../../state/intent.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useFiles } from './use-commands.ts'

const kinds = { normal: 'normal', warning: 'warning', alarm: 'critical' } as const

/** Whether a protocol is as it was sealed: every part is looked at, and what was changed is named. */
export const CheckPanel = () => {
  const client = useConnection((state) => state.client)
  const files = useFiles()
  const [checked, setChecked] = useState<CheckedProtocol | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const check = async (file: File) => {
    setChecked(null)
    setSaid(null)
    const sent = await files.send(file, protocolPurpose)
    if ('why' in sent) return setSaid(sent.why)
    if (client === null) return setSaid('The connection to the program is lost.')
    try {
      setChecked(await client.call('acceptance.check', { intentId: newIntentId(), transferId: sent.transferId }))
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <section className="panel stack" aria-label="Check a protocol">
      <h2>Is a protocol as it was sealed?</h2>
      <p className="dim">
        Choose the sealed file (zip) of a protocol. Each part is compared with the hash it was sealed with, and the seal
        with its signature. A sound one can be compared with the runs of this site.
      </p>
      <input
        type="file"
        accept=".zip,application/zip"
        aria-label="Protocol to check"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          if (file !== undefined) void check(file)
          event.currentTarget.value = ''
        }}
      />
      {said === null ? null : (
        <Notice tone="alarm" live title="Not checked">
          {said}
        </Notice>
      )}
      {checked === null ? null : (
        <>
          <Notice
            tone={checked.isSound ? 'normal' : 'alarm'}
            live
            title={checked.isSound ? `${checked.fileName} is as it was sealed` : `${checked.fileName} was changed`}
          >
            {checked.run === null
              ? 'No run can be read from it.'
              : `The run “${checked.run.reason}” of ${checked.run.who}.`}
          </Notice>
          <ul className="plain" aria-label="What was found">
            {checked.notices.map(({ tone, part, text }, index) => (
              <li key={index}>
                <Mark kind={kinds[tone]}>
                  <strong>{part}</strong>: {text}
                </Mark>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
