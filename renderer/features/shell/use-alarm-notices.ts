import { useEffect, useRef } from 'react'
import { alarmNotices, calling, type AlarmNotice } from '../../state/alarm-notices.ts'
import { useLive, useSite } from '../../state/live.ts'
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

const show = ({ title, body, tag }: AlarmNotice): void => {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return
  const notice = new Notification(title, { body, tag })
  notice.onclick = () => {
    window.focus()
    location.hash = routeTo('alarms')
    notice.close()
  }
}

/** Calls a person who looks at another window to what is new on the alarm list; never of a recording. */
export const useAlarmNotices = (): void => {
  const findings = useLive((state) => state.live?.findings ?? null)
  const siteName = useSite((state) => state.overview?.site.name ?? 'Tripscope')
  const level = useSettings((state) => state.notices)
  const sound = useSettings((state) => state.sound)
  const isLive = useIsLive()
  const before = useRef<ReadonlySet<string> | null>(null)
  useEffect(() => {
    if (findings === null || !isLive) return
    const fresh = before.current === null ? [] : alarmNotices(level, before.current, findings, siteName)
    before.current = calling(level, findings)
    for (const notice of fresh) show(notice)
    if (sound && fresh.length > 0) beep()
  }, [findings, isLive, level, siteName, sound])
}
