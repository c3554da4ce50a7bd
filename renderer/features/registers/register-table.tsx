import { Fragment, memo, useMemo } from 'react'
import type { ProfileOverlay } from '../../../shared/api/explore-contract.ts'
import { addressHex } from '../../../shared/explore/register-text.ts'
import { rankDecodings, referenceOf, type RegisterView } from '../../../shared/explore/reading.ts'
import { formatQuantity, quantityLabel } from '../../format/quantity.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import { hexText, likelyText, othersOf, scaledText, shortCoding } from './cell-text.ts'
import { select, useExplorer } from './explorer-store.ts'
import type { OverlayValue } from './overlay.ts'
import { boundsKey, type Bounds } from './watch-stats.ts'

const Other = ({ view }: { readonly view: RegisterView }) => {
  const others = useMemo(() => othersOf(rankDecodings(view.words), view.likely), [view])
  return (
    <>
      {others.map(({ decoding }, index) => (
        <Fragment key={index}>
          {index === 0 ? '' : ' · '}
          <span className="nowrap">
            <span className="dim">{decoding.kind === 'number' ? shortCoding(decoding) : decoding.kind}</span>{' '}
            {decoding.kind === 'number' && decoding.value !== null ? scaledText(decoding.value, 1) : decoding.text}
          </span>
        </Fragment>
      ))}
    </>
  )
}

interface RowProps {
  readonly view: RegisterView
  readonly functionCode: 3 | 4
  readonly isSelected: boolean
  readonly name: string | undefined
  readonly assigned: string | undefined
  readonly overlay: OverlayValue | undefined
  readonly changes: number | null
  readonly isFresh: boolean
  /** Beside the panel of one register there is no room for what else each may be. */
  readonly isBrief: boolean
  readonly bounds: Bounds | undefined
}

const Row = memo(
  ({ view, functionCode, isSelected, name, assigned, overlay, changes, isFresh, isBrief, bounds }: RowProps) => {
    const { cell, likely, partOf } = view
    const { address } = cell
    const word = cell.word ?? 0
    const scale = likely?.meaning?.scale ?? 1
    return (
      <tr data-register={address} className={`${isSelected ? 'is-selected' : ''} ${partOf === null ? '' : 'is-part'}`}>
        <th scope="row">
          <button
            type="button"
            className="plain-button mono"
            aria-pressed={isSelected}
            onClick={() => select(isSelected ? null : address)}
          >
            {address} <span className="dim">{addressHex(address)}</span>
          </button>
          {referenceOf(address, functionCode) === null ? null : (
            <span className="sr-only"> reference {referenceOf(address, functionCode)}</span>
          )}
        </th>
        <td className="mono">{hexText(word)}</td>
        <td className="num">{word}</td>
        <td className="num">{word > 32767 ? word - 65536 : <span className="dim">{word}</span>}</td>
        <td className="explore-likely">
          {likely === null ? (
            partOf === null ? (
              <Dash why="No usual way of reading it gives a plausible value; choose the register to see every way" />
            ) : (
              <span className="dim" title={`Part of the value that begins at register ${String(partOf)}`}>
                … of {String(partOf)}
              </span>
            )
          ) : likely.strength === 'zero' ? (
            <span className="dim">0</span>
          ) : (
            <>
              <strong className="num">
                {likely.strength === 'likely' ? '' : '? '}
                {likelyText(likely)}
              </strong>{' '}
              <span className="dim">{likely.why}</span>
            </>
          )}
        </td>
        {isBrief ? null : (
          <td className="explore-others">
            <Other view={view} />
          </td>
        )}
        {changes === null ? null : (
          <td className="num">
            {isFresh ? <Mark kind="active">{changes}</Mark> : changes === 0 ? <span className="dim">0</span> : changes}
            {bounds === undefined || likely === null || bounds.min === bounds.max ? null : (
              <div className="dim nowrap">
                {scaledText(bounds.min, scale)} … {scaledText(bounds.max, scale)}
              </div>
            )}
          </td>
        )}
        <td>
          {assigned === undefined ? null : <strong>{assigned}</strong>}
          {name === undefined || name === '' ? null : <div>{name}</div>}
          {overlay === undefined ? null : (
            <div className={overlay.isPlausible ? 'dim' : 'warn'}>
              {overlay.isPlausible ? '' : 'doubtful: '}
              {quantityLabel(overlay.key)}{' '}
              {overlay.value === null ? 'no value' : formatQuantity(overlay.key, overlay.value)}
            </div>
          )}
        </td>
      </tr>
    )
  },
)
Row.displayName = 'Row'

interface HoleRun {
  readonly from: number
  readonly to: number
  readonly why: string
}

/** Holes in a row with the same words take one line together. */
const shownRows = (views: readonly RegisterView[]): readonly ({ readonly view: RegisterView } | HoleRun)[] => {
  const rows: ({ readonly view: RegisterView } | HoleRun)[] = []
  for (const view of views) {
    const { address, word, why } = view.cell
    const last = rows.at(-1)
    if (word !== null) rows.push({ view })
    else if (last !== undefined && 'to' in last && last.to + 1 === address && last.why === (why ?? ''))
      rows[rows.length - 1] = { ...last, to: address }
    else rows.push({ from: address, to: address, why: why ?? '' })
  }
  return rows
}

const Holes = ({ from, to, why, columns }: HoleRun & { readonly columns: number }) => (
  <tr className="is-hole" data-register={from}>
    <th scope="row">
      <span className="mono">
        {from === to ? from : `${String(from)} to ${String(to)}`} <span className="dim">{addressHex(from)}</span>
      </span>
    </th>
    <td colSpan={columns}>
      <Mark kind="unknown">{from === to ? 'hole' : `${String(to - from + 1)} holes`}</Mark>{' '}
      <span className="dim">{why}</span>
    </td>
  </tr>
)

/** Every register that was read: words, the likely value with its reason, what else it may be, changes, names. */
export const RegisterTable = ({
  views,
  functionCode,
  overlay,
  overlayValues,
}: {
  readonly views: readonly RegisterView[]
  readonly functionCode: 3 | 4
  readonly overlay: ProfileOverlay | null
  readonly overlayValues: ReadonlyMap<number, OverlayValue>
}) => {
  const { selected, names, assignments, stats, asked } = useExplorer()
  const isWatched = stats.rounds > 1
  const isBrief = views.some(({ cell }) => cell.address === selected)
  return (
    <section className="panel explore-table" aria-label="Registers">
      <h2>
        {asked?.functionCode === 3 ? 'Holding registers' : 'Input registers'}
        {isWatched ? `, watched for ${String(stats.rounds)} rounds` : ''}
      </h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Registers, table">
        <table className="table is-dense">
          <thead>
            <tr>
              <th scope="col">Register</th>
              <th scope="col">Hex</th>
              <th scope="col" className="num">
                uint16
              </th>
              <th scope="col" className="num">
                int16
              </th>
              <th scope="col">Likely value here</th>
              {isBrief ? null : <th scope="col">Also plausible</th>}
              {isWatched ? (
                <th scope="col" className="num">
                  Changes
                </th>
              ) : null}
              <th scope="col">{overlay === null ? 'Name' : `Name; ${overlay.id} says`}</th>
            </tr>
          </thead>
          <tbody>
            {shownRows(views).map((row) => {
              if ('to' in row)
                return <Holes key={row.from} {...row} columns={(isWatched ? 7 : 6) - (isBrief ? 1 : 0)} />
              const { view } = row
              const { address } = view.cell
              const coding = view.likely?.tile.coding ?? null
              // A value changes with any of its registers; the one that changed most often tells how often at least.
              const parts = Array.from({ length: view.likely?.tile.width ?? 1 }, (_, index) => address + index)
              const assigned = assignments.find((one) => one.address === address && one.functionCode === functionCode)
              return (
                <Row
                  key={address}
                  view={view}
                  functionCode={functionCode}
                  isSelected={selected === address}
                  name={names[address]}
                  assigned={assigned === undefined ? undefined : quantityLabel(assigned.key)}
                  overlay={overlayValues.get(address)}
                  changes={isWatched ? Math.max(...parts.map((part) => stats.changes.get(part) ?? 0)) : null}
                  isFresh={parts.some((part) => stats.fresh.has(part))}
                  isBrief={isBrief}
                  bounds={coding === null ? undefined : stats.bounds.get(boundsKey(address, coding))}
                />
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
