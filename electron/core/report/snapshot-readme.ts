/** README.txt of a snapshot: what the numbers are, for someone who was not there. Plain text, lines under 100 characters. */
export const snapshotReadme = (facts: {
  readonly siteName: string
  readonly fromMs: number
  readonly toMs: number
  readonly createdMs: number
  readonly who: string
  readonly note: string
  readonly version: string
  readonly redactions: number
  readonly comments: number
  readonly remarks: readonly string[]
}): string => `Tripscope snapshot
==================
Site:     ${facts.siteName}
From:     ${new Date(facts.fromMs).toISOString()} (UTC)
To:       ${new Date(facts.toMs).toISOString()} (UTC)
Made:     ${new Date(facts.createdMs).toISOString()} by ${facts.who}, Tripscope ${facts.version}
Note:     ${facts.note || '-'}

What the numbers are
--------------------
Voltages and currents are POLLED RMS VALUES: what each meter's register said when it was read.
They are not waveforms, and excursions found in them are not dips or swells in the sense of
IEC 61000-4-30: an event between two polls can be missed, its depth is understated, its duration
is a bound. meters.json says for every quantity how often it is read and how long it was blind.

Times are UTC. Import is positive. Units stand in the column headings.

readings/<meter>.csv   One row a second and meter. An empty cell named in the column "missing" was
                       read without a value, for the reason given there (timeout, refused, corrupt,
                       implausible, stale, offline, absent). An empty cell not named there was not
                       read in that second (slow registers are read about every 10 s). Where a
                       quantity was read more than once a second its value is the mean, and the
                       columns "min", "max", "reads" and "worst" at the end say what it went
                       through. A number reads back to the very value that was stored.
readings/<meter>.parquet   The same for programs; units stand in the metadata of the file.
record.ndjson          Everything that entered the site, as it came: open the snapshot in Tripscope
                       to play it. Kept for a quarter of an hour; an older stretch has none, or only
                       its head (record-head.json), and plays the stored seconds of its meters.
incidents.ndjson       Trips and what looked like one, with what persons added; photos beside.
quality.ndjson         Power quality of ten minutes and two hours, where samples were taken.
waves/<source>/<id>.cfg, .dat, .hdr   Captures of waveforms as COMTRADE (IEEE C37.111-1999, BINARY);
                       .tws is the same to the last digit.
answers.ndjson         What views showed beside that when this file was made (alarm rules, prices, tests).
report.html, .pdf      What to read first, as a page and on paper.
intervals.csv, .ndjson  One and fifteen minutes. Energy is the difference of the meter's own register
                       between the last readings at or before both ends, never an integral; empty
                       with a note where it is not known. U and I: mean by mean square. coverage is
                       the share of the expected samples that were good.
events.csv, events.json    What happened: findings, connections, control, people.
findings.json          Findings active at the end, and what could not be assessed.
decisions.json         What the controller decided and what bound it. writes.json: limits sent to
                       chargers; only "verified" was read back from the charger.
audit.csv, overrides.json  Who did what. Each row's sha256_chain is the SHA-256 over the JSON array
                       [previous chain, seq, at_ms, who, action, subject, detail_json]; the head is
                       in manifest.json, and signed in audit.json: a cut tail is missed.
lines/<line>.pcap      Frames of the line, at most the last ten minutes, for Wireshark; <line>.txt is the
                       same in words and says how to open the capture, <line>.ndjson for the view.
health.json            State of lines, devices and store when the snapshot was made; health.ndjson:
                       every ten seconds before.
site.yaml              The site file as read${facts.redactions === 0 ? '; nothing in it looked like a secret.' : `, with ${facts.redactions} place${facts.redactions === 1 ? '' : 's'} that looked like a secret redacted.`}${
  facts.comments === 0
    ? ''
    : `
                       Its ${facts.comments} comment${facts.comments === 1 ? ' was' : 's were'} left out: people write secrets there in many words.`
}
manifest.json          Every file with its size and SHA-256.
seal.json              SHA-256 of every part as it lies in this file, signed by the installation that
                       made it (Ed25519): a change anywhere is found, and named, when it is opened.

In CSV files a text beginning with = + - or @ has an apostrophe before it, so that no spreadsheet
runs it as a formula.

Remarks
-------
${facts.remarks.length === 0 ? 'none' : facts.remarks.map((remark) => `- ${remark}`).join('\n')}
`
