import { readRegularFile } from './regular-file.ts'

/** Far above any real site (a thousand chargers are about 200 kB), far below what would hurt. */
const largestSiteFileBytes = 2 << 20

export type SiteText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }

/** The text of a site file. What a path can do wrong is told, never thrown. */
export const readSiteText = async (path: string): Promise<SiteText> => {
  const fail = (why: string): SiteText => ({ ok: false, message: `site file ${path}: ${why}` })
  const read = await readRegularFile(path, largestSiteFileBytes)
  if (!read.ok) {
    if (read.code === 'EISDIR') return fail('it is a folder; give the site file inside it')
    if (read.code === 'EFBIG')
      return fail(`it is larger than ${largestSiteFileBytes >> 20} MiB, so it is hardly a site file`)
    return fail(read.why)
  }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(read.bytes) }
  } catch {
    const [first, second] = read.bytes
    const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
    return fail(`it is ${isUtf16 ? "UTF-16 text (what Windows calls 'Unicode')" : 'not UTF-8 text'}; save it as UTF-8`)
  }
}
