import { isRecordingShown, useDeck } from '../../state/deck.ts'
import { Notice } from '../../ui/notice.tsx'

/** Why a line is not followed. A recording that has nothing of it is no failure, and is told as the plain information it is. */
export const TapeProblems = ({ ended, failed }: { readonly ended: string | null; readonly failed: string | null }) => {
  const isRecording = useDeck(isRecordingShown)
  const tone = isRecording ? 'normal' : 'alarm'
  return (
    <>
      {ended === null ? null : (
        <Notice tone={tone} live title={isRecording ? 'Not in this recording' : 'The tape ended'}>
          {ended}
        </Notice>
      )}
      {failed === null || failed === ended ? null : (
        <Notice tone={tone} live title="No report of this line">
          {failed}
        </Notice>
      )}
    </>
  )
}
