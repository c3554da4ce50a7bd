import { refusal } from '../../../shared/said/refusal.ts'
import type { siteEditorContract, SiteModels, SiteProblem } from '../../../shared/api/site-editor-contract.ts'
import { siteChanges, type SiteChange } from '../../../shared/site-draft/site-changes.ts'
import type { Problem } from '../../../shared/yaml/problem.ts'
import type { CorePorts } from '../core-ports.ts'
import type { Part } from '../part.ts'
import type { SiteFileParts } from './site-file-handlers.ts'

export interface SiteEditorParts
  extends
    Pick<SiteFileParts, 'site' | 'reopen' | 'control' | 'audit' | 'journal' | 'clock'>,
    Pick<CorePorts, 'siteEditor' | 'meterProfiles' | 'mbusProfiles' | 'chargerProfiles'> {}

/** The answer must be with the screen before its connection ends. */
const reopenAfterMs = 300
const withoutFile = ({ file: _file, ...problem }: Problem): SiteProblem => problem
const changeText = ({ path, before, after }: SiteChange): string =>
  before === null
    ? `${path}: ${after ?? ''} added`
    : after === null
      ? `${path} removed`
      : `${path}: ${before} -> ${after}`

const modelsOf = ({ meterProfiles, mbusProfiles, chargerProfiles }: SiteEditorParts): SiteModels => {
  const listed = (profiles: ReadonlyMap<string, { readonly make: string; readonly models: readonly string[] }>) =>
    [...profiles]
      .map(([id, { make, models }]) => ({ id, make, model: models.join(', ') }))
      .sort((a, b) => `${a.make} ${a.model}`.localeCompare(`${b.make} ${b.model}`))
  return { meters: listed(meterProfiles), mbusMeters: listed(mbusProfiles), chargers: listed(chargerProfiles) }
}

/** Writing the site file on the screen: never while armed, never over what someone else wrote meanwhile, always audited. */
export const createSiteEditorPart = (parts: SiteEditorParts): Part<typeof siteEditorContract> => {
  const { site, siteEditor, clock } = parts
  const read = async () => {
    const now = await siteEditor.read()
    if (!now.ok) throw refusal('site-file-unreadable', { problem: now.message })
    return now
  }
  return {
    name: 'the editor of the site file',
    handlers: {
      'siteFile.text': async () => {
        const { text, version } = await read()
        return { text, version, file: siteEditor.file }
      },
      'siteFile.check': async ({ text }) => (await siteEditor.check(text)).map(withoutFile),
      'siteFile.models': () => Promise.resolve(modelsOf(parts)),
      'siteFile.save': async ({ text, basedOn, who, reason }) => {
        const { mode, readOnly } = parts.control()
        if (readOnly !== null) throw refusal('read-only-site', { ...readOnly, cure: null })
        if (mode === 'armed') throw refusal('armed-reopen', { act: 'edit' })
        const before = await read()
        const changes = siteChanges(before.text, text)
        const saved = await siteEditor.replace(text, basedOn)
        if (!saved.ok) throw refusal('site-text-unsound', saved)
        const detail = { reason, changes: changes.map(changeText) }
        await parts.audit({ atMs: clock.nowMs(), who, action: 'site-edited', subject: site.id, detail })
        const subject = { kind: 'site', id: site.id } as const
        parts.journal.write('site-edited', 'info', subject, { ...detail, who })
        clock.after(reopenAfterMs, () => parts.reopen('the site file was changed'))
        return { reopens: true as const }
      },
    },
  }
}
