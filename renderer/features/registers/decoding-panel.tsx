import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { codingKey, codings, codingText, type Coding, type Decoding } from '../../../shared/explore/decodings.ts'
import { commonScales } from '../../../shared/explore/meaning.ts'
import { placeText, rankDecodings, referenceOf, type RegisterView } from '../../../shared/explore/reading.ts'
import { registerWidth } from '../../../shared/profile/register.ts'
import { isQuantityKey, quantities, quantityKeys, type QuantityKind } from '../../../shared/quantities.ts'
import { formatQuantity, quantityLabel, unitText } from '../../format/quantity.ts'
import { siteNow } from '../../state/clock.ts'
import { Mark } from '../../ui/mark.tsx'
import { decodingName, scaledText } from './cell-text.ts'
import { assign, nameRegister, unassign, useExplorer } from './explorer-store.ts'

const kindText: Readonly<Record<QuantityKind, string>> = {
  voltage: 'Voltages',
  current: 'Currents',
  power: 'Powers',
  'power-factor': 'Power factors',
  frequency: 'Frequency',
  energy: 'Energies',
  angle: 'Angles',
  distortion: 'Distortion',
  demand: 'Demands',
  unbalance: 'Unbalance',
  status: 'Others',
}
const quantityGroups = Object.entries(kindText).map(([kind, group]) => ({
  group,
  items: quantityKeys
    .filter((key) => quantities[key].kind === kind)
    .map((key) => ({
      value: key as string,
      label: `${quantities[key].label}${quantities[key].unit === '1' || quantities[key].unit === 'code' ? '' : `, ${unitText(quantities[key].unit)}`}`,
    })),
}))
const usable = codings.filter(({ byteSwapped }) => !byteSwapped)
const scales = ['0.0001', '0.001', '0.01', '0.1', '1', '10', '100', '1000', '-1']

const Assign = ({ view, functionCode }: { readonly view: RegisterView; readonly functionCode: 3 | 4 }) => {
  const { address } = view.cell
  const assigned = useExplorer((state) =>
    state.assignments.find((one) => one.address === address && one.functionCode === functionCode),
  )
  const fitting = usable.filter(({ type }) => registerWidth[type] <= view.words.length)
  const likely = view.likely?.tile.coding ?? null
  const [coding, setCoding] = useState(
    assigned === undefined
      ? likely === null
        ? 'uint16'
        : codingKey(likely)
      : codingKey({ ...assigned, byteSwapped: false }),
  )
  const [scale, setScale] = useState(String(assigned?.scale ?? view.likely?.meaning?.scale ?? 1))
  const [quantity, setQuantity] = useState<string>(assigned?.key ?? '')
  const chosen = fitting.find((one) => codingKey(one) === coding) ?? fitting[0]
  const decoded =
    rankDecodings(view.words).find(
      ({ decoding }) =>
        decoding.kind === 'number' && chosen !== undefined && codingKey(decoding.coding) === codingKey(chosen),
    )?.decoding.value ?? null
  const value = decoded === null ? null : Number(scaledText(decoded, Number(scale)))
  const bounds = isQuantityKey(quantity) ? quantities[quantity] : null
  const isOut = bounds !== null && value !== null && (value < bounds.low || value > bounds.high)
  return (
    <form
      className="stack"
      aria-label="Give this register a quantity"
      onSubmit={(event) => {
        event.preventDefault()
        if (isQuantityKey(quantity) && chosen !== undefined) {
          const own = {
            key: quantity,
            address,
            functionCode,
            type: chosen.type,
            wordOrder: chosen.wordOrder,
            scale: Number(scale),
            shown: '',
            held: null,
          } as const
          assign({ ...own, last: { words: view.words.slice(0, registerWidth[chosen.type]), atMs: siteNow() } })
        }
      }}
    >
      <div className="row explore-fields">
        <NativeSelect
          label="Read as"
          w={190}
          value={chosen === undefined ? '' : codingKey(chosen)}
          onChange={(event) => setCoding(event.currentTarget.value)}
          data={fitting.map((one) => ({ value: codingKey(one), label: codingText(one) }))}
        />
        <NativeSelect
          label="Times"
          w={84}
          value={scale}
          onChange={(event) => setScale(event.currentTarget.value)}
          data={scales}
        />
      </div>
      <NativeSelect
        label="Quantity"
        value={quantity}
        onChange={(event) => setQuantity(event.currentTarget.value)}
        data={[{ value: '', label: 'choose …' }, ...quantityGroups]}
      />
      <p aria-live="polite">
        {value === null ? (
          <span className="dim">no number in this coding</span>
        ) : bounds === null ? (
          scaledText(value, 1)
        ) : isOut ? (
          <Mark kind="warning">
            {formatQuantity(quantity, value)} is no plausible {quantityLabel(quantity).toLowerCase()}
          </Mark>
        ) : (
          <>
            {quantityLabel(quantity)}: <strong>{formatQuantity(quantity, value)}</strong>
          </>
        )}
      </p>
      <div className="row">
        <Button type="submit" disabled={!isQuantityKey(quantity) || chosen === undefined}>
          Assign
        </Button>
        {assigned === undefined ? null : (
          <Button variant="default" onClick={() => unassign(assigned.key)}>
            Take away
          </Button>
        )}
      </div>
    </form>
  )
}

const isOf = (decoding: Decoding, coding: Coding | null | undefined): boolean =>
  decoding.kind === 'number' && coding != null && codingKey(decoding.coding) === codingKey(coding)

/** Every decoding of one register side by side, and what it shall be. */
export const DecodingPanel = ({
  view,
  functionCode,
}: {
  readonly view: RegisterView
  readonly functionCode: 3 | 4
}) => {
  const { address } = view.cell
  const name = useExplorer((state) => state.names[address] ?? '')
  const likelyCoding = view.likely?.tile.coding
  // By itself another coding may fit better; the neighbours have decided, so theirs comes first.
  const ranked = useMemo(
    () =>
      rankDecodings(view.words).sort(
        (a, b) => Number(isOf(b.decoding, likelyCoding)) - Number(isOf(a.decoding, likelyCoding)),
      ),
    [view, likelyCoding],
  )
  const reference = referenceOf(address, functionCode)
  return (
    <section className="panel stack explore-detail" aria-label={`Register ${String(address)}`}>
      <h2>
        Register {placeText(address)}
        {reference === null ? '' : `, ${reference} in makers’ tables`}
      </h2>
      {view.likely === null ? null : <p>{view.likely.why}</p>}
      {view.cell.word === null ? (
        <p className="dim">{view.cell.why}</p>
      ) : (
        <Assign key={`${String(address)} ${String(view.likely === null)}`} view={view} functionCode={functionCode} />
      )}
      <TextInput
        label="Name of your own"
        maxLength={60}
        value={name}
        onChange={(event) => nameRegister(address, event.currentTarget.value)}
      />
      {ranked.length === 0 ? null : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label="All decodings, table">
          <table className="table is-dense">
            <thead>
              <tr>
                <th scope="col">Read as</th>
                <th scope="col" className="num">
                  Value
                </th>
                {commonScales.slice(1).map((scale) => (
                  <th key={scale} scope="col" className="num">
                    x{scale}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ranked.map((one) => {
                const { decoding, isPlausible } = one
                const isLikely = isOf(decoding, likelyCoding)
                const isInteger = decoding.kind === 'number' && !decoding.coding.type.startsWith('float')
                return (
                  <tr key={decodingName(one)} className={isPlausible ? '' : 'dim'}>
                    <th scope="row">
                      {isLikely ? <Mark kind="active">{decodingName(one)}, likely</Mark> : decodingName(one)}
                    </th>
                    <td className="num">
                      {decoding.kind === 'number' && decoding.value !== null && !isInteger
                        ? scaledText(decoding.value, 1)
                        : decoding.text}
                    </td>
                    {commonScales.slice(1).map((scale) => (
                      <td key={scale} className="num">
                        {decoding.kind === 'number' &&
                        decoding.value !== null &&
                        (isInteger || scale === 0.001 || scale === 1000) &&
                        isPlausible &&
                        Math.abs(decoding.value) < 1e10
                          ? scaledText(decoding.value, scale)
                          : ''}
                      </td>
                    ))}
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
      <p className="dim">Swapped bytes are shown for recognition; no profile can hold them.</p>
    </section>
  )
}
