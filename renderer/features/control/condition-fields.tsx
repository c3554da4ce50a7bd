import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { OverrideCondition } from '../../../shared/model/override.ts'
import { conditionText, namesOf } from '../../../shared/said/override-words.ts'
import { NumberField } from '../../ui/number-field.tsx'

type Kind = OverrideCondition['kind']
const kinds: readonly {
  readonly value: Kind
  readonly label: string
  readonly of: 'meter' | 'charger' | 'circuit' | null
}[] = [
  { value: 'window-open', label: 'this window is open', of: null },
  { value: 'meter-believed', label: 'a meter is believed', of: 'meter' },
  { value: 'vehicle-stays', label: 'the vehicle stays', of: 'charger' },
  { value: 'charger-below', label: 'another charger draws less than …', of: 'charger' },
  { value: 'circuit-below', label: 'a circuit carries less than …', of: 'circuit' },
  { value: 'margin-below', label: 'thermal margin used is less than …', of: 'circuit' },
]
const mostConditions = 8

interface Named {
  readonly value: string
  readonly label: string
}
const subjectsOf = (
  { site, chargers, meters }: Overview,
  of: 'meter' | 'charger' | 'circuit' | null,
): readonly Named[] => {
  if (of === 'meter') return meters.map(({ id, name }) => ({ value: id, label: name }))
  if (of === 'charger') return chargers.map(({ id, name }) => ({ value: id, label: name }))
  if (of === 'circuit') return site.circuits.map(({ id, name }) => ({ value: id, label: name ?? id }))
  return []
}

/** The condition as it stands in the fields; null while something is missing. */
const made = (kind: Kind, subject: string, number: number | string): OverrideCondition | null => {
  const value = typeof number === 'number' && number > 0 ? number : null
  switch (kind) {
    case 'window-open':
      return { kind }
    case 'meter-believed':
      return subject === '' ? null : { kind, meterId: subject }
    case 'vehicle-stays':
      return subject === '' ? null : { kind, chargerId: subject }
    case 'charger-below':
      return subject === '' || value === null ? null : { kind, chargerId: subject, amperes: value }
    case 'circuit-below':
      return subject === '' || value === null ? null : { kind, circuitId: subject, amperes: value }
    case 'margin-below':
      return subject === '' || value === null || value > 100 ? null : { kind, circuitId: subject, percent: value }
  }
}

/** "Only while": each is a line; the override ends by itself when one of them does not hold, or can't be seen. */
export const ConditionFields = ({
  overview,
  conditions,
  change,
}: {
  readonly overview: Overview
  readonly conditions: readonly OverrideCondition[]
  readonly change: (conditions: readonly OverrideCondition[]) => void
}) => {
  const [kind, setKind] = useState<Kind>('window-open')
  const [chosen, setChosen] = useState('')
  const [number, setNumber] = useState<number | string>('')
  const names = namesOf({ ...overview.site, chargers: overview.chargers })
  const of = kinds.find(({ value }) => value === kind)?.of ?? null
  const subjects = subjectsOf(overview, of)
  const subject = subjects.some(({ value }) => value === chosen) ? chosen : (subjects[0]?.value ?? '')
  const condition = made(kind, subject, number)
  const needsNumber = kind === 'charger-below' || kind === 'circuit-below' || kind === 'margin-below'
  const isThere = condition !== null && conditions.some((each) => JSON.stringify(each) === JSON.stringify(condition))
  return (
    <fieldset className="override-conditions">
      <legend>Only while (optional)</legend>
      {conditions.length === 0 ? null : (
        <ul className="lines">
          {conditions.map((each) => (
            <li key={JSON.stringify(each)}>
              {conditionText(each, names)}{' '}
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Take back: ${conditionText(each, names)}`}
                onClick={() => change(conditions.filter((other) => other !== each))}
              >
                Take back
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="row override-length">
        <NativeSelect
          aria-label="Condition"
          data={kinds.map(({ value, label }) => ({ value, label }))}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as Kind)}
        />
        {of === null ? null : (
          <NativeSelect
            aria-label="Of what"
            data={[...subjects]}
            value={subject}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
        )}
        {needsNumber ? (
          <NumberField
            label={kind === 'margin-below' ? 'Below, %' : 'Below, A'}
            min={1}
            w={90}
            value={number}
            onChange={setNumber}
          />
        ) : null}
        <Button
          variant="default"
          disabled={condition === null || isThere || conditions.length >= mostConditions}
          onClick={() => condition !== null && change([...conditions, condition])}
        >
          Add
        </Button>
      </div>
    </fieldset>
  )
}
