import type { SiteChange } from '../../../shared/site-draft/site-changes.ts'

export interface ChangesTableProps {
  readonly label: string
  readonly head?: string
  readonly changes: readonly SiteChange[]
}

/** Differences of two texts of a site file, by key. */
export const ChangesTable = ({ label, head = 'What', changes }: ChangesTableProps) => (
  <table className="table draft-changes" aria-label={label}>
    <thead>
      <tr>
        <th scope="col">{head}</th>
        <th scope="col">Before</th>
        <th scope="col">After</th>
      </tr>
    </thead>
    <tbody>
      {changes.map(({ path, before, after }) => (
        <tr key={path}>
          <th scope="row">{path}</th>
          <td>{before ?? '–'}</td>
          <td>{after ?? 'removed'}</td>
        </tr>
      ))}
    </tbody>
  </table>
)
