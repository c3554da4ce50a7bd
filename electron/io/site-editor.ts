import { createHash } from 'node:crypto'
import { copyFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { isMap, isScalar, isSeq, type Document, type YAMLMap } from 'yaml'
import { readSite, type SiteCatalogue } from '../../shared/site/read-site.ts'
import type { SiteAddition } from '../../shared/site/site-addition.ts'
import type { Site } from '../../shared/site/site.ts'
import { editText } from '../../shared/yaml/edit-text.ts'
import { formatProblem, type Problem } from '../../shared/yaml/problem.ts'
import type { Saved, SiteEditor } from '../core/site-ports.ts'
import type { SiteFile } from '../core/site-file/site-file-port.ts'
import { readSiteText } from './site-file.ts'

/** Without keys that are undefined, which a file can't hold. */
const plain = (site: Site): unknown => JSON.parse(JSON.stringify(site))

/** Two texts of the same version are the same text. */
const versionOf = (text: string): string => createHash('sha256').update(text).digest('hex')

const refuse = (...problems: string[]): Saved => ({ ok: false, problems })

/** What the site must be afterwards. YAML anchors may carry a change to other entries, or be lost with it. */
const withAdded = (site: Site, { line, meter, circuitId }: SiteAddition): Site => ({
  ...site,
  lines: line === null ? site.lines : [...site.lines, line],
  meters: [...site.meters, meter],
  circuits: site.circuits.map((circuit) => (circuit.id === circuitId ? { ...circuit, meter: meter.id } : circuit)),
})
const withUsed = (site: Site, meterId: string, profile: string): Site => ({
  ...site,
  meters: site.meters.map((meter) => (meter.id === meterId ? { ...meter, profile } : meter)),
})

const append = (document: Document, key: string, entry: object): void => {
  const list = document.get(key)
  if (isSeq(list)) {
    list.flow = false
    list.add(document.createNode(entry))
  } else document.set(key, [entry])
}

/** The entry of a list with this id; only where it is written as a plain text. */
const entryOf = (document: Document, list: string, id: string): YAMLMap | null => {
  const entries = document.get(list)
  const found = isSeq(entries)
    ? entries.items.find((item) => isMap(item) && isScalar(item.get('id', true)) && item.get('id') === id)
    : undefined
  return isMap(found) ? found : null
}

/** The text with the addition; what was there, its comments and order too, stays. Null where the circuit is not in the file. */
const withAddition = (text: string, { line, meter, circuitId }: SiteAddition): string | null => {
  let isThere = true
  const edited = editText(text, (document) => {
    if (line !== null) append(document, 'lines', line)
    // Only Modbus has unit ids; the 1 that the schema fills in would tell a reader of the file something untrue.
    const { unit, ...rest } = meter
    append(document, 'meters', meter.mbus === undefined ? { ...rest, unit } : rest)
    if (circuitId === null) return
    const circuit = entryOf(document, 'circuits', circuitId)
    circuit?.set('meter', meter.id)
    isThere = circuit !== null
  })
  return isThere ? edited : null
}

/** The text in which this meter uses another profile; null where there is no such meter. */
const withProfile = (text: string, meterId: string, profileId: string): string | null => {
  let isThere = false
  const edited = editText(text, (document) => {
    const meter = entryOf(document, 'meters', meterId)
    meter?.set('profile', profileId)
    isThere = meter !== null
  })
  return isThere ? edited : null
}

/**
 * Edits the site file in place: read, changed, checked as at the next start, then put in its place in one step. The text before
 * the change stays beside it as `<file>.bak`.
 */
export const createSiteEditor = (
  siteFile: string,
  catalogue: () => Promise<SiteCatalogue>,
): SiteEditor & Pick<SiteFile, 'setTimezone'> => {
  /** Puts a text in the place of the file in one step; the one before stays beside it. */
  const put = async (text: string): Promise<Saved> => {
    const fresh = `${siteFile}.new`
    try {
      // A link stays a link: the file it leads to is changed.
      const target = await realpath(siteFile)
      const { mode } = await stat(target)
      await writeFile(fresh, text, { flag: 'wx', mode })
      await copyFile(target, `${target}.bak`)
      await rename(fresh, target)
      return { ok: true }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error)
      if (code === 'EEXIST')
        return refuse(
          `${fresh} is in the way: another program is changing the site file, or stopped while it did; look at it and delete it`,
        )
      await rm(fresh, { force: true })
      return refuse(`the site file ${siteFile} can't be written (${code}); check its permissions and the free space`)
    }
  }

  /** `edit` gives the new text, or why not. */
  const change = async (
    edit: (text: string, site: Site) => { readonly text: string; readonly site: Site } | { readonly why: string },
  ): Promise<Saved> => {
    const before = await readSiteText(siteFile)
    if (!before.ok) return refuse(before.message)
    const profiles = await catalogue()
    const sound = readSite(before.text, siteFile, profiles)
    if (!sound.ok)
      return refuse(
        `the site file was changed since it was opened and is not valid now; mend it first: ${sound.message}`,
      )
    const edited = edit(before.text, sound.site)
    if ('why' in edited) return refuse(edited.why)
    const { text } = edited
    const after = readSite(text, siteFile, profiles)
    if (!after.ok)
      return { ok: false, problems: after.problems.filter(({ severity }) => severity === 'error').map(formatProblem) }
    if (!isDeepStrictEqual(plain(after.site), plain(edited.site))) {
      return refuse(
        'the site file uses anchors or aliases (& and *) where this change goes, and it would change more than was asked for; nothing was changed. Make the change in the file by hand',
      )
    }
    return put(text)
  }
  const problemsOf = async (text: string): Promise<readonly Problem[]> => {
    const read = readSite(text, siteFile, await catalogue())
    return read.ok ? read.warnings : read.problems
  }

  /** One writer at a time: of two texts on the same base the second is refused, not written over the first. */
  let writing: Promise<unknown> = Promise.resolve()
  const replace = async (text: string, basedOn: string): Promise<Saved> => {
    const now = await readSiteText(siteFile)
    if (!now.ok) return refuse(now.message)
    if (versionOf(now.text) !== basedOn)
      return refuse(
        'the site file was changed by someone else since this draft was begun; nothing was written. Compare the draft with the file as it is now, then save again',
      )
    const problems = (await problemsOf(text)).filter(({ severity }) => severity === 'error')
    return problems.length > 0 ? refuse(...problems.map(formatProblem)) : put(text)
  }

  return {
    file: siteFile,
    read: async () => {
      const read = await readSiteText(siteFile)
      return read.ok ? { ok: true, text: read.text, version: versionOf(read.text) } : read
    },
    check: problemsOf,
    replace: (text, basedOn) => {
      const next = writing.then(() => replace(text, basedOn))
      writing = next.catch(() => undefined)
      return next
    },
    add: (addition) =>
      change((text, site) => {
        const measured = site.circuits.find(({ id }) => id === addition.circuitId)?.meter
        if (measured !== undefined)
          return {
            why: `the circuit '${String(addition.circuitId)}' is already measured by '${measured}'; choose another, or none`,
          }
        const added = withAddition(text, addition)
        return added === null
          ? { why: `there is no circuit '${String(addition.circuitId)}' in the site file` }
          : { text: added, site: withAdded(site, addition) }
      }),
    setTimezone: (timezone) =>
      change((text, site) => {
        const edited = editText(text, (document) => document.set('timezone', timezone))
        return { text: edited, site: { ...site, timezone } }
      }),
    setProfile: (meterId, profileId) =>
      change((text, site) => {
        const changed = withProfile(text, meterId, profileId)
        return changed === null
          ? { why: `there is no meter '${meterId}' in the site file` }
          : { text: changed, site: withUsed(site, meterId, profileId) }
      }),
  }
}
