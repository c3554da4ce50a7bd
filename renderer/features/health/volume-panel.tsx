import type { DataVolume, LineHealth } from '../../../shared/model/health.ts'
import { formatAge } from '../../format/duration.ts'
import { formatBytes } from '../../format/number.ts'
import { useSite } from '../../state/live.ts'
import { Mark } from '../../ui/mark.tsx'
import { Dash } from '../../ui/dash.tsx'

const Row = ({ id, line, volume }: { readonly id: string; readonly line: LineHealth; readonly volume: DataVolume }) => {
  const name = useSite((site) => site.overview?.site.lines.find((entry) => entry.id === id)?.name) ?? id
  const { bytes, bytesPerDay, bytesPerMonth, basisMs, budgetBytesPerMonth, advice } = volume
  const isOver = budgetBytesPerMonth !== null && bytesPerMonth !== null && bytesPerMonth > budgetBytesPerMonth
  return (
    <>
      <tr>
        <th scope="row">{name}</th>
        <td className="num">{formatBytes(line.bytesSent + line.bytesReceived)}</td>
        <td className="num">{formatBytes(bytes)}</td>
        <td className="num">
          {bytesPerDay === null ? <Dash why="Known after some minutes" /> : formatBytes(bytesPerDay)}
        </td>
        <td className="num">
          {bytesPerMonth === null ? <Dash why="Known after some minutes" /> : <>about {formatBytes(bytesPerMonth)}</>}
        </td>
        <td className="num">
          {budgetBytesPerMonth === null ? (
            'none'
          ) : isOver ? (
            <Mark kind="warning">{formatBytes(budgetBytesPerMonth)}</Mark>
          ) : (
            formatBytes(budgetBytesPerMonth)
          )}
        </td>
        <td className="dim">
          {bytesPerMonth === null
            ? 'measuring: a rate needs five minutes'
            : `at the rate of the last ${formatAge(basisMs)}`}
        </td>
      </tr>
      {advice === null ? null : (
        <tr>
          <td colSpan={7}>
            <Mark kind="warning">{advice}</Mark>
          </td>
        </tr>
      )}
    </>
  )
}

/** What each network line costs on a link that is paid by volume, and what to change where it is too much. */
export const VolumePanel = ({ lines }: { readonly lines: Readonly<Record<string, LineHealth>> }) => {
  const shown = Object.entries(lines).flatMap(([id, line]) =>
    line.volume == null ? [] : [{ id, line, volume: line.volume }],
  )
  const overhead = shown[0]?.volume.overheadBytesPerExchange
  if (overhead === undefined) return null
  return (
    <section className="panel table-scroll" aria-label="Data volume" tabIndex={0}>
      <h2>Data volume of network lines</h2>
      <table className="table is-dense">
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col" className="num">
              Modbus bytes
            </th>
            <th scope="col" className="num">
              With headers,
              <br />
              since start
            </th>
            <th scope="col" className="num">
              A day
            </th>
            <th scope="col" className="num">
              A month
            </th>
            <th scope="col" className="num">
              Budget
            </th>
            <th scope="col">Rests on</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((entry) => (
            <Row key={entry.id} {...entry} />
          ))}
        </tbody>
      </table>
      <p className="dim">
        Estimated: {overhead} bytes of IP and TCP headers are added to every exchange; repeated packets and the
        provider&rsquo;s rounding are not in it. A budget is set with dataPerMonthMB in the site file.
      </p>
    </section>
  )
}
