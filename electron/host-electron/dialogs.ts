import { dialog, type BrowserWindow, type MessageBoxOptions } from 'electron'
import type { SiteChoice } from '../host-node/options.ts'
import type { Leaving } from '../host-node/leaving.ts'

const show = async (window: BrowserWindow | null, options: MessageBoxOptions): Promise<number> =>
  (await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options))).response

const chooseOf = async (
  window: BrowserWindow | null,
  title: string,
  filters: readonly { readonly name: string; readonly extensions: string[] }[],
): Promise<string | null> => {
  const options = { title, properties: ['openFile' as const], filters: [...filters] }
  const { canceled, filePaths } = window
    ? await dialog.showOpenDialog(window, options)
    : await dialog.showOpenDialog(options)
  return canceled ? null : (filePaths[0] ?? null)
}

export const chooseFile = (window: BrowserWindow | null): Promise<string | null> =>
  chooseOf(window, 'Open site file', [{ name: 'Site files', extensions: ['yaml', 'yml'] }])

export const chooseRecording = (window: BrowserWindow | null): Promise<string | null> =>
  chooseOf(window, 'Open snapshot or recording', [
    { name: 'Snapshots and recordings', extensions: ['tripscope', 'zip', 'ndjson', 'gz'] },
  ])

/** A recording can't be opened; whatever is open goes on. */
export const tellProblem = async (window: BrowserWindow | null, problem: string): Promise<void> => {
  process.stderr.write(`${problem}\n`)
  await show(window, { type: 'error', title: 'Tripscope', message: 'This recording can’t be opened.', detail: problem })
}

/** What a person may do about a site that can't be opened; null: nothing else is to be opened. */
export const askInstead = async (
  window: BrowserWindow | null,
  problem: string,
  running: string | null,
  simulated: SiteChoice,
): Promise<SiteChoice | null> => {
  process.stderr.write(`${problem}\n`)
  const response = await show(window, {
    type: 'error',
    title: 'Tripscope',
    message: running === null ? 'This site can’t be opened.' : `This site can’t be opened; ${running} goes on.`,
    detail: problem,
    buttons: ['Open another file…', 'Open the simulated site', running === null ? 'Quit' : `Stay with ${running}`],
    defaultId: running === null ? 0 : 2,
    cancelId: 2,
  })
  if (response === 2) return null
  const site = response === 0 ? await chooseFile(window) : null
  return response === 0 && site === null ? null : { ...simulated, site }
}

/** Whether control, which is armed, may end. */
export const askLeaving = async (window: BrowserWindow | null, { message, detail, go }: Leaving): Promise<boolean> =>
  (await show(window, {
    type: 'warning',
    title: 'Tripscope',
    message,
    detail,
    buttons: [go, 'Keep control running'],
    defaultId: 1,
    cancelId: 1,
  })) === 0
