const rows = [
  ['A', '90 > u ≥ 80'],
  ['B', '80 > u ≥ 70'],
  ['C', '70 > u ≥ 40'],
  ['D', '40 > u ≥ 5'],
  ['X', '5 > u'],
] as const
const columns = ['10 to 200 ms', 'to 500 ms', 'to 1 s', 'to 5 s', 'to 60 s'] as const
const swells = ['S1', 'S2', 'S3', 'T1', 'T2', 'T3'] as const

/** Dips by residual voltage and duration (EN 50160, Table 2), swells beside; equivalent events count once. */
export const DipTable = ({
  cells,
}: {
  readonly cells: readonly { readonly cell: string; readonly count: number }[]
}) => {
  const counts = new Map(cells.map(({ cell, count }) => [cell, count]))
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Dip table of EN 50160">
      <table className="table is-dense quality-cells">
        <caption>Dips by residual voltage (% of declared) and duration</caption>
        <thead>
          <tr>
            <th scope="col">u</th>
            {columns.map((column) => (
              <th key={column} scope="col" className="num">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([letter, range]) => (
            <tr key={letter}>
              <th scope="row">{range}</th>
              {columns.map((column, index) => (
                <td key={column} className="num">
                  <span className="dim">
                    {letter}
                    {index + 1}
                  </span>{' '}
                  {counts.get(`${letter}${index + 1}`) ?? 0}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim">Swells: {swells.map((cell) => `${cell} ${counts.get(cell) ?? 0}`).join(', ')}.</p>
    </div>
  )
}
