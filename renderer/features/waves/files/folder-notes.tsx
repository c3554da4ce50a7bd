import { folderProblemText, leftOutText, type WatchedFolder } from '../../../../shared/wave-record/watched-folder.ts'
import { Notice } from '../../../ui/notice.tsx'

/** What is to be said of the folders that are watched: those that can't be, and what of the others is not opened. */
export const FolderNotes = ({ folders }: { readonly folders: readonly WatchedFolder[] }) => (
  <>
    {folders.map(({ id, path, problem, left }) =>
      problem !== null ? (
        <Notice key={id} tone="alarm" title={`The folder ${path} is not watched`}>
          {folderProblemText(problem)}
        </Notice>
      ) : left.length === 0 ? null : (
        <details key={id} className="panel" data-testid={`folder-${id}`}>
          <summary>Of the folder {path} not everything is opened</summary>
          <ul className="plain-list">
            {left.map((each) => (
              <li key={each.kind}>{leftOutText(each)}</li>
            ))}
          </ul>
        </details>
      ),
    )}
  </>
)
