import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * Profiles that were read and checked when the program was built, by what stood in their files: whoever finds the same text again need
 * not read and check it a second time. A text that is not among them is read as ever, so nothing here can be out of date.
 */
export interface CheckedProfiles {
  /** The profile of these two texts, profile and golden file; undefined where they were not checked. */
  readonly of: (text: string, goldenText: string) => unknown
}

export const profileKey = (text: string, goldenText: string): string =>
  createHash('sha256').update(text).update('\0').update(goldenText).digest('hex')

export const noCheckedProfiles: CheckedProfiles = { of: () => undefined }

/** The file that a build made (launcher/build-program.ts); none where it can't be read: then every profile is checked anew. */
export const readCheckedProfiles = (file: string): CheckedProfiles => {
  try {
    const kept = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>))
    return { of: (text, goldenText) => kept.get(profileKey(text, goldenText)) }
  } catch {
    return noCheckedProfiles
  }
}
