import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Site } from '../../../shared/site/site.ts'
import type { SiteAddition } from '../../../shared/site/site-addition.ts'
import type { Where } from './where-text.ts'

const goodId = /^[a-z0-9][a-z0-9._-]{0,62}$/
const takenIds = (site: Site): ReadonlySet<string> =>
  new Set([site.lines, site.meters, site.circuits, site.chargers].flatMap((list) => list.map(({ id }) => id)))

const additionOf = (where: Where, profile: string, meterId: string, name: string, circuitId: string): SiteAddition => {
  const { target, unit } = where
  const lineId = target.kind === 'line' ? target.lineId : `${meterId}-line`
  const line: SiteAddition['line'] =
    target.kind === 'line'
      ? null
      : target.kind === 'network'
        ? { id: lineId, transport: target.framing, host: target.host, port: target.port }
        : {
            id: lineId,
            transport: 'serial',
            path: target.path,
            baud: target.baud,
            parity: target.parity,
            stopBits: target.stopBits,
            localEcho: false,
          }
  return {
    line,
    meter: {
      id: meterId,
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      profile,
      line: lineId,
      unit,
      periodMs: 1000,
      reverse: false,
    },
    circuitId: circuitId === '' ? null : circuitId,
  }
}

/** A new meter of the site that is read by the profile, at the place where it was made. */
export const NewMeter = ({
  site,
  where,
  profileId,
  isIdle,
  add,
}: {
  readonly site: Site
  readonly where: Where
  readonly profileId: string
  readonly isIdle: boolean
  readonly add: (addition: SiteAddition) => void
}) => {
  const [newId, setNewId] = useState(`${profileId}-${String(where.unit)}`)
  const [name, setName] = useState('')
  const [circuitId, setCircuitId] = useState('')
  const idProblem = !goodId.test(newId)
    ? 'Lower-case letters, digits, ".", "_" and "-"'
    : takenIds(site).has(newId)
      ? `"${newId}" is used in the site already`
      : null
  const free = site.circuits.filter((circuit) => circuit.meter === undefined)
  return (
    <div className="row explore-fields">
      <TextInput
        label="Or add a new meter, id"
        w={200}
        value={newId}
        error={idProblem}
        onChange={(event) => setNewId(event.currentTarget.value)}
      />
      <TextInput
        label="Name"
        w={200}
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label="Circuit it measures"
        value={circuitId}
        onChange={(event) => setCircuitId(event.currentTarget.value)}
        data={[
          { value: '', label: 'none of them' },
          ...free.map((circuit) => ({ value: circuit.id, label: circuit.name ?? circuit.id })),
        ]}
      />
      <Button
        mt={22}
        disabled={!isIdle || idProblem !== null}
        onClick={() => add(additionOf(where, profileId, newId, name, circuitId))}
      >
        Add to the site
      </Button>
    </div>
  )
}
