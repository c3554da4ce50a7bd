import { readFile } from 'node:fs/promises'
import { verdictOf } from '../../shared/acceptance/run.ts'
import { checkProtocol } from '../io/acceptance/check-protocol.ts'
import { tellUnparsed } from './command-line.ts'

const marks = { normal: 'ok', warning: 'warning', alarm: 'CHANGED' } as const

/**
 * `npm run -s acceptance-check -- FILE`: whether the sealed protocol of an acceptance test is as it was made. Resolves with the exit code:
 * 0 sound, 1 changed, 2 it can't be read.
 */
export const runAcceptanceCheck = async (args: readonly string[]): Promise<number> => {
  const [file] = args
  if (file === '--help' || file === '-h')
    return tellUnparsed({
      message:
        'npm run -s acceptance-check -- FILE\nTells whether the sealed protocol (zip) of an acceptance test is as it was made.',
      exitCode: 0,
    })
  const tell = (text: string): void => void process.stdout.write(`${text}\n`)
  if (file === undefined || args.length !== 1) {
    process.stderr.write('name one file: the sealed protocol (zip) of an acceptance test\n')
    return 2
  }
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(await readFile(file))
  } catch (error) {
    process.stderr.write(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  const { isSound, notices, run } = await checkProtocol(bytes)
  for (const { tone, part, text } of notices) tell(`${marks[tone].padEnd(8)} ${part}: ${text}`)
  if (run !== null)
    tell(
      `The run “${run.reason}” of ${run.who} at ${run.siteName}: ${verdictOf(run.steps)}, ${run.steps.length} steps.`,
    )
  tell(isSound ? `${file} is as it was sealed.` : `${file} was changed after it was sealed.`)
  return isSound ? 0 : 1
}
