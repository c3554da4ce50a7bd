import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** One word a command takes. */
export interface OptionWords {
  /** What stands behind it: `FILE`, `N`; null: nothing, it is a switch. */
  readonly value: string | null
  /** What it does, as `--help` says it. */
  readonly says: string
}

/** What a command is and takes; the one source of its parser and of its help. */
export interface CommandWords {
  /** As it is typed: `npm run -s monitor --`. */
  readonly command: string
  /** One sentence. */
  readonly does: string
  readonly options: { readonly [name: string]: OptionWords }
}

export type Values = { readonly [name: string]: string | boolean | undefined }

/** `exitCode` 0: help was asked for; 2: what was typed can't be used. */
export type Parsed<T> =
  | { readonly ok: true; readonly options: T }
  | { readonly ok: false; readonly message: string; readonly exitCode: 0 | 2 }

/** The text of `--help`. */
export const helpOf = ({ command, does, options }: CommandWords): string => {
  const rows = Object.entries(options).map(
    ([name, { value, says }]) => [`--${name}${value === null ? '' : ` ${value}`}`, says] as const,
  )
  const width = Math.max(...rows.map(([typed]) => typed.length))
  const lines = rows.map(([typed, says]) => `  ${typed.padEnd(width)}  ${says}`)
  return [does, '', `${command} [options]`, ...lines].join('\n')
}

/** Reads the words a command was given; `use` makes the choice of them and throws a `TypeError` where they don't go together. */
export const parseCommand = <T>(
  words: CommandWords,
  args: readonly string[],
  use: (values: Values) => T,
): Parsed<T> => {
  if (args.includes('--help') || args.includes('-h')) return { ok: false, message: helpOf(words), exitCode: 0 }
  const types = Object.entries(words.options).map(
    ([name, { value }]) => [name, { type: value === null ? ('boolean' as const) : ('string' as const) }] as const,
  )
  try {
    const { values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(types),
      strict: true,
      allowPositionals: false,
    })
    return { ok: true, options: use(values as Values) }
  } catch (error) {
    const known = types.map(([name]) => `--${name}`).join(', ')
    const wrong = error instanceof Error ? error.message : String(error)
    return { ok: false, message: `${wrong}\nOptions: ${known}; --help says what each does.`, exitCode: 2 }
  }
}

/** Says what was asked for on standard output, or what is wrong on standard error. Returns the exit code. */
export const tellUnparsed = ({ message, exitCode }: { message: string; exitCode: 0 | 2 }): number => {
  writeSync(exitCode === 0 ? 1 : 2, `${message}\n`)
  return exitCode
}
