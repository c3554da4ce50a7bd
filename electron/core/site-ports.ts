/** What a person may change from the screen: the site file, own profiles; and the serial ports there are to choose from. */
import type { SiteAddition } from '../../shared/site/site-addition.ts'
import type { Problem } from '../../shared/yaml/problem.ts'

export type Saved = { readonly ok: true } | { readonly ok: false; readonly problems: readonly string[] }
/** Changes the site file for a person: what is there, comments too, stays; a file that would not be valid is not written. */
export interface SiteEditor {
  /** Where the file is, for a person. */
  readonly file: string
  add(addition: SiteAddition): Promise<Saved>
  /** The file's text now, and a version that changes with it. */
  read(): Promise<
    | { readonly ok: true; readonly text: string; readonly version: string }
    | { readonly ok: false; readonly message: string }
  >
  /** Everything that is wrong with a text, profiles included; warnings too. */
  check(text: string): Promise<readonly Problem[]>
  /** Writes a whole text in the place of the file, if that is still of the version the text is based on. */
  replace(text: string, basedOn: string): Promise<Saved>
  /** Lets a meter of the file be read by another profile. */
  setProfile(meterId: string, profileId: string): Promise<Saved>
}
export type SavedProfile =
  | { readonly ok: true; readonly files: readonly string[]; readonly backups: readonly string[] }
  | {
      readonly ok: false
      /** One of that id is there and was not to be replaced. */ readonly exists: boolean
      readonly why: string
    }
/** Where the meter profiles a person makes are kept; they override the program's own by id when a site is opened. */
export interface ProfileShelf {
  /** Ids there are now: those of the program, and the person's own. */
  list(): Promise<{ readonly builtIn: readonly string[]; readonly own: readonly string[] }>
  /** Both files or none; one of the same id is replaced only with `overwrite`, and kept beside. */
  save(profile: {
    readonly id: string
    readonly profileText: string
    readonly goldenText: string
    readonly overwrite: boolean
  }): Promise<SavedProfile>
}
/** A serial port of this computer, for a person to choose from. */
export interface SerialPortInfo {
  readonly path: string
  readonly description: string
}
