/** Words under which people keep secrets, in the languages that are spoken at sites. Editable: more words only take out more. */
const strong = [
  // English, and what is understood everywhere
  'pass(?:[-_ ]?(?:words?|wd|wrd|phrases?|codes?|keys?))?',
  'p[-_/ ]?w(?:d|rd)?',
  'psk|wpa[23]?(?:[-_ ]?key)?|wep(?:[-_ ]?key)?',
  'secrets?',
  'tokens?',
  'credentials?|creds?',
  '(?:api|access|private|shared|master|network|wi-?fi|wlan|encryption|security|admin)[-_ ]?keys?',
  'authorization|bearer',
  'pin[-_ ]?(?:codes?|no|nr)|puk|otp|totp',
  // German, Dutch, Nordic
  '(?:pass|kenn|geheim|code|l[oö]sungs)wort(?:e|es|er)?|passw[oö]rter|geheimnis|zugangs(?:daten|code|wort)|netzwerkschl(?:ü|ue)ssel|(?:wlan|wpa)[-_ ]?schl(?:ü|ue)ssel',
  'wachtwoord(?:en)?|toegangscode|l[oö]senord|passord|adgangskode|kodeord|salasana|tunnusluku|lykilor[dð]',
  // Romance
  "mots?[-_ ]de[-_ ]passe|mdp|contrase[nñ]as?|claves?|palavra[-_ ]passe|senhas?|parol[ae]|contrasenya|parola[-_ ]d[’']ordine",
  // Slavic, Baltic, Hungarian, Turkish, Greek
  'has[lł]o|hesl[oa]|geslo|lozink[ae]|šifra|slapta[zž]od(?:[zž])?is|parool|jelsz[oó]|[sş]ifre|parola|κωδικ[οό]ς',
  'парол[ьяеи]|пароль|парола|лозинка',
  // Others
  'סיסמה|كلمة (?:المرور|السر)|رمز عبور|密码|密碼|口令|パスワード|暗証番号|비밀번호|암호|पासवर्ड|รหัสผ่าน|mật khẩu|kata sandi',
]
/** Of two meanings: a secret only where something like one stands beside it. */
const weak = [
  'pin',
  'code',
  'key',
  'nip',
  'kod',
  'código',
  'codice',
  'cl[ée]',
  'chiave',
  'llave',
  'sleutel',
  'nyckel',
  'schl(?:ü|ue)ssel',
  'login',
  'log[-_ ]?in',
  'auth',
  'logon',
  'ключ',
  'код',
]

// \b knows ASCII letters only, so the border of a word is spelled out.
const before = '(?<![\\p{L}\\p{N}])'
const after = '(?![\\p{L}\\p{N}])'
const any = (words: readonly string[]) => `(?:${words.join('|')})`

/** A word that says by itself that a secret is near; anywhere in a text. */
export const strongWord = new RegExp(`${before}${any(strong)}${after}(?!\\s*[:=]?\\s*["']?REDACTED)`, 'iu')
/** Such a word, or one of two meanings: for text that nobody needs, such as comments. */
export const anyWord = new RegExp(`${before}${any([...strong, ...weak])}${after}`, 'iu')
/** A word of two meanings, what joins it, and what looks like a secret after it: with a digit or a sign in it. */
export const weakWithSecret = new RegExp(
  `(${before}(?:${any(weak)}${after}[\\s:=#.-]*|log[-_ ]?[io]n${after}\\s+\\S+\\s+))((?=[^\\s"',;)}\\]]*[\\d!$%&*+?@^~])[^\\s"',;)}\\]]{3,})`,
  'giu',
)

/** "apiKey", "mqtt_password2", "auth-token": the words of a key, apart. */
export const wordsOfKey = (key: string): string =>
  key
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/[_.-]+/g, ' ')
    .replaceAll(/(\p{L})(\p{N})/gu, '$1 $2')

const secretKey = new RegExp(`${before}${any([...strong, 'auth', 'pin', 'login', 'passphrase hint'])}${after}`, 'iu')
/** Whether what stands under a key is a secret by the key's name. */
export const isSecretKey = (key: string): boolean =>
  secretKey.test(wordsOfKey(key)) || /pass(?:word|wort|phrase)|secret|token|credential/i.test(key)

/** What looks like a secret by itself: keys of known services and long strings that no person wrote. */
export const tokenLike = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\b(?:gh[pousr]|github_pat|glpat|xox[abeprs]|sk|pk|rk|shpat|npm|dop_v1|hf)[-_][A-Za-z0-9_-]{16,}/g,
  /\bAIza[0-9A-Za-z_-]{30,}/g,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/g,
  /\bWIFI:(?:[^;\n]*;)+/gi,
  // Hexadecimal of 128 bits and more, as keys are written down.
  /(?<![0-9a-f-])(?:[0-9a-f]{32,}|(?:[0-9a-f]{2}[:-]){15,}[0-9a-f]{2})(?![0-9a-f-])/gi,
  // Capitals, small letters and digits mixed over 20 characters: no name of a thing looks like it (paths have strokes and dashes).
  /(?<![A-Za-z0-9+])(?=[A-Za-z0-9+]*[a-z])(?=[A-Za-z0-9+]*[A-Z])(?=[A-Za-z0-9+]*\d)[A-Za-z0-9+]{20,}={0,2}/g,
] as const
