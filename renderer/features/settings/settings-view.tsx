import { Button, NativeSelect, SegmentedControl, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { csvStyleNames, csvStyles } from '../../format/csv.ts'
import { changeSettings, useSettings, type Settings } from '../../state/settings.ts'
import { PhaseLabel } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'

const themeChoices = [
  { value: 'system', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
]
const colourChoices = [
  { value: 'iec', label: 'IEC 60445: brown, black, grey' },
  { value: 'classic', label: 'Classic: red, yellow, blue' },
  { value: 'north-american', label: 'North American: black, red, blue' },
]

const noticeChoices = [
  { value: 'off', label: 'None' },
  { value: 'critical', label: 'Critical alarms' },
  { value: 'warning', label: 'Critical alarms and warnings' },
]
const askPermission = (told: () => void): void => {
  if (typeof Notification === 'undefined') return
  void Notification.requestPermission().then(told)
}
const permissionNow = () => (typeof Notification === 'undefined' ? 'missing' : Notification.permission)

const NoticeSettings = () => {
  const { notices, sound } = useSettings()
  const [permission, setPermission] = useState(permissionNow)
  return (
    <>
      <div className="row">
        <NativeSelect
          label="Tell of new alarms beside the window"
          description="A notice of the desktop; what is put aside or acknowledged calls nobody"
          data={noticeChoices}
          value={notices}
          onChange={(event) => changeSettings({ notices: event.currentTarget.value as Settings['notices'] })}
        />
        {permission === 'default' && notices !== 'off' ? (
          <Button variant="default" onClick={() => askPermission(() => setPermission(permissionNow()))}>
            Allow notices
          </Button>
        ) : null}
      </div>
      {permission === 'denied' && notices !== 'off' ? (
        <p className="dim">Notices are refused for this page; allow them in the settings of your browser.</p>
      ) : null}
      <Switch
        label="A tone with each notice"
        checked={sound}
        onChange={(event) => changeSettings({ sound: event.currentTarget.checked })}
      />
    </>
  )
}

export const SettingsView = () => {
  const settings = useSettings()
  return (
    <View title="Settings" about="Of this screen on this computer; nothing here changes the site">
      {settings.storageProblem === null ? null : (
        <Notice tone="warn" title="Settings are not kept">
          They hold until this page is closed: {settings.storageProblem}
        </Notice>
      )}
      <div className="panel settings-form stack">
        <div>
          <h2 id="theme-label">Theme</h2>
          <SegmentedControl
            aria-labelledby="theme-label"
            data={themeChoices}
            value={settings.theme}
            onChange={(theme) => changeSettings({ theme: theme as Settings['theme'] })}
          />
        </div>
        <div className="row">
          <NativeSelect
            label="Phase colours"
            data={colourChoices}
            value={settings.phaseColours}
            onChange={(event) =>
              changeSettings({ phaseColours: event.currentTarget.value as Settings['phaseColours'] })
            }
          />
          <span className="row settings-sample">
            <PhaseLabel phase="L1" />
            <PhaseLabel phase="L2" />
            <PhaseLabel phase="L3" />
          </span>
        </div>
        <p className="dim">
          On a dark screen black is shown white and brown and grey lighter; the labels always say which phase is meant.
        </p>
        <NativeSelect
          label="Exported tables (CSV)"
          description="As your spreadsheet expects; without the right pair it takes numbers for text"
          maw={360}
          data={csvStyleNames.map((name) => ({ value: name, label: csvStyles[name].label }))}
          value={settings.csvStyle}
          onChange={(event) => changeSettings({ csvStyle: event.currentTarget.value as Settings['csvStyle'] })}
        />
        <TextInput
          label="Your name"
          description="Filled in as “who” when you arm, override or acknowledge; follows who gave the last command"
          maxLength={80}
          maw={360}
          value={settings.operator}
          onChange={(event) => changeSettings({ operator: event.currentTarget.value })}
        />
        <NoticeSettings />
        <Switch
          label="Single-key shortcuts (the key ? lists them)"
          checked={settings.singleKeys}
          onChange={(event) => changeSettings({ singleKeys: event.currentTarget.checked })}
        />
      </div>
    </View>
  )
}
