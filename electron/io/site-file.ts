import { open, stat } from 'node:fs/promises'

/** Far above any real site (a thousand chargers are about 200 kB), far below what would hurt. */
const largestSiteFileBytes = 2 << 20

export type SiteText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }

const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; check the path',
  EACCES: 'it may not be read by this user; check its permissions',
  EPERM: 'it may not be read by this user; check its permissions',
  EISDIR: 'it is a folder; give the site file inside it',
}

/** The text of a site file. What a path can do wrong is told, never thrown. */
export const readSiteText = async (path: string): Promise<SiteText> => {
  const fail = (why: string): SiteText => ({ ok: false, message: `site file ${path}: ${why}` })
  let bytes: Buffer
  try {
    const about = await stat(path)
    if (about.isDirectory()) return fail(remedies['EISDIR'] as string)
    if (!about.isFile()) return fail('it is not a regular file')
    const file = await open(path, 'r')
    try {
      // One byte more than allowed tells a file that grew since, or lies about its size.
      const { bytesRead, buffer } = await file.read(
        Buffer.alloc(largestSiteFileBytes + 1),
        0,
        largestSiteFileBytes + 1,
        0,
      )
      bytes = buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    return fail(remedies[code] ?? `it can't be read (${String(error)})`)
  }
  if (bytes.length > largestSiteFileBytes)
    return fail(`it is larger than ${largestSiteFileBytes >> 20} MiB, so it is hardly a site file`)
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return fail('it is not UTF-8 text; save it as UTF-8')
  }
}
