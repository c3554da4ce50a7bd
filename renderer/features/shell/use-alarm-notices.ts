import { useEffect, useRef } from 'react'
import {
  alarmNotices,
  calling,
  callingAt,
  otherNotices,
  type AlarmNotice,
  type CalledBefore,
} from '../../state/alarm-notices.ts'
import { useConnection } from '../../state/connection.ts'
import { useLive, useSite } from '../../state/live.ts'
import { useOpenSites } from '../../state/open-sites.ts'
import { useIsLive } from '../../state/liveness.ts'
import { useSettings } from '../../state/settings.ts'
import { routeTo } from '../../state/route.ts'

/** Two short tones, quiet enough for a room with people; Hz, s and share of full loudness. Ours. */
const tone = { hertz: 880, seconds: 0.35, loudness: 0.15 }

const beep = (): void => {
  const audio = new AudioContext()
  const oscillator = audio.createOscillator()
  const gain = audio.createGain()
  gain.gain.value = tone.loudness
  oscillator.frequency.value = tone.hertz
  oscillator.connect(gain).connect(audio.destination)
  oscillator.onended = () => void audio.close()
  oscillator.start()
  oscillator.stop(audio.currentTime + tone.seconds)
}

const show = ({ title, body, tag }: AlarmNotice, onPressed: () => void = () => undefined): void => {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return
  const notice = new Notification(title, { body, tag })
  notice.onclick = () => {
    window.focus()
    onPressed()
    location.hash = routeTo('alarms')
    notice.close()
  }
}

/** Calls a person who looks at another window to what is new on the alarm list; never of a recording. */
const useShownSite = (): void => {
  const findings = useLive((state) => state.live?.findings ?? null)
  const siteName = useSite((state) => state.overview?.site.name ?? 'Tripscope')
  const level = useSettings((state) => state.notices)
  const sound = useSettings((state) => state.sound)
  const isLive = useIsLive()
  const site = useConnection((state) => state.site)
  const before = useRef<{ readonly site: string | null; readonly ids: ReadonlySet<string> } | null>(null)
  useEffect(() => {
    if (findings === null || !isLive) return
    const known = before.current?.site === site ? before.current.ids : null
    const fresh = known === null ? [] : alarmNotices(level, known, findings, siteName)
    before.current = { site, ids: calling(level, findings) }
    for (const notice of fresh) show(notice)
    if (sound && fresh.length > 0) beep()
  }, [findings, isLive, level, site, siteName, sound])
}

/** The same of the sites that are open and not shown; pressed, the notice shows its site. */
const useOtherSites = (): void => {
  const sites = useOpenSites((state) => state.told?.sites ?? null)
  const level = useSettings((state) => state.notices)
  const sound = useSettings((state) => state.sound)
  const shown = useConnection((state) => state.site)
  const before = useRef<CalledBefore>(new Map())
  useEffect(() => {
    if (sites === null) return
    const fresh = otherNotices(level, before.current, sites, shown)
    before.current = callingAt(sites)
    for (const notice of fresh) show(notice, () => useConnection.getState().showSite(notice.siteId))
    if (sound && fresh.length > 0) beep()
  }, [sites, level, shown, sound])
}

export const useAlarmNotices = (): void => {
  useShownSite()
  useOtherSites()
}
