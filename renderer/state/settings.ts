import { z } from 'zod'
import { create } from 'zustand'
import { csvStyleNames, styleOfLocale } from '../format/csv.ts'
import { noticeLevels } from './alarm-notices.ts'

export const themes = ['system', 'dark', 'light'] as const
export const phaseColours = ['iec', 'classic', 'north-american'] as const
/** auto: the diagram where the site is small enough to be drawn, the dense form otherwise. */
export const overviewForms = ['auto', 'diagram', 'dense'] as const

/** What a spreadsheet on this computer takes for numbers. */
const ownCsvStyle = () => styleOfLocale(typeof navigator === 'undefined' ? 'en' : navigator.language)

/** Each field falls back alone: one bad value does not cost the others. */
const settingsSchema = z.object({
  theme: z.enum(themes).catch('system'),
  phaseColours: z.enum(phaseColours).catch('iec'),
  operator: z.string().max(80).catch(''),
  singleKeys: z.boolean().catch(true),
  overviewForm: z.enum(overviewForms).catch('auto'),
  /** Separator and decimal sign of exported tables. */
  csvStyle: z.enum(csvStyleNames).catch(ownCsvStyle),
  /** Which new alarms are told beside the window; a browser asks the person first. */
  notices: z.enum(noticeLevels).catch('critical'),
  /** A tone with them. */
  sound: z.boolean().catch(false),
})
export type Settings = Readonly<z.infer<typeof settingsSchema>>
export const defaultSettings: Settings = {
  theme: 'system',
  phaseColours: 'iec',
  operator: '',
  singleKeys: true,
  overviewForm: 'auto',
  csvStyle: ownCsvStyle(),
  notices: 'critical',
  sound: false,
}

export const parseSettings = (text: string | null): Settings => {
  if (text === null) return defaultSettings
  try {
    return settingsSchema.parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return defaultSettings
    throw error
  }
}

const storageKey = 'tripscope.settings'

interface SettingsState extends Settings {
  /** Settings cannot be kept in this browser; they hold until the page is closed. */
  readonly storageProblem: string | null
}

const read = (): SettingsState => {
  try {
    return { ...parseSettings(localStorage.getItem(storageKey)), storageProblem: null }
  } catch (error) {
    return { ...defaultSettings, storageProblem: String(error) }
  }
}

export const useSettings = create<SettingsState>(() =>
  typeof localStorage === 'undefined' ? { ...defaultSettings, storageProblem: null } : read(),
)

export const changeSettings = (change: Partial<Settings>): void => {
  useSettings.setState(change)
  const { storageProblem: _problem, ...kept } = useSettings.getState()
  try {
    localStorage.setItem(storageKey, JSON.stringify(kept))
    useSettings.setState({ storageProblem: null })
  } catch (error) {
    useSettings.setState({ storageProblem: String(error) })
  }
}

/** Who gave the last command is offered for the next one; on this computer only. */
export const rememberPerson = (who: string): void => {
  const operator = who.trim().slice(0, 80)
  if (operator !== '' && operator !== useSettings.getState().operator) changeSettings({ operator })
}
