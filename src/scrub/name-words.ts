/** One word each that make a name sensitive wherever they stand in it, unless the name is about something else. */
const SECRET_WORDS =
  'password passwords passwd passwds passphrase passphrases passcode passcodes pwd pwds pw pass passw pswd psw secret secrets ' +
  'credential credentials creds cred cvv cvv2 cvc cvc2 csc ssn pin pincode otp totp hotp apikey apikeys apisecret ' +
  'apitoken storepass keypass requirepass mnemonic privatekey secretkey accesskey authkey authtoken accesstoken refreshtoken clientsecret sessionkey ' +
  'signingkey encryptionkey masterkey userpass dbpass rootpass mypass sshpass psk passkey passkeys ' +
  // The same in other languages, with and without accents.
  'contraseña contraseñas contrasena contrasenas contrasenya clave claves passwort passwörter kennwort kennwörter ' +
  'geheimnis zugangscode losungswort senha senhas motdepasse mdp wachtwoord lösenord losenord hasło haslo heslo şifre ' +
  'sifre parola salasana пароль пароля пароли секрет токен 密码 密碼 口令 密钥 密鑰 パスワード 暗証番号 비밀번호 암호';

/** The same, but what they hold is a token: a number under such a name is a count, not the token. */
const TOKEN_WORDS =
  'token tokens jwt jwts bearer authorization cookie cookies setcookie jsessionid phpsessid sessid sessionid xsrf csrf';

/** What makes `key` or `keys` the key to something. Without one of these it is a cache key, a primary key, a hot key. */
const KEY_QUALIFIERS =
  'api access secret private instrumentation storage encryption encrypt decryption signing sign auth master service client account ' +
  'subscription license licence ssh gpg pgp session shared hmac webhook admin deploy app application rsa aes jwt ' +
  'consumer security crypto cipher maps stripe openai anthropic sendgrid mailgun datadog ' +
  'twilio aws gcp azure google github gitlab root symmetric wireguard preshared psk vault';

/** Last words that say that the name is about the secret, not the secret: `tokenCount`, `passwordUpdatedAt`. */
const METADATA_LAST =
  'count counts counter length size type types name names url urls uri path paths at date dates time timestamp expires ' +
  'expiry expiration expired exp ttl policy policies required require enabled disabled strength version versions format ' +
  'endpoint endpoints provider providers status state index idx limit limits used usage attempts attempt arn arns id ids ' +
  'field fields label labels hint hints placeholder error errors message messages rules rule regex pattern validator ' +
  'validation valid invalid visible visibility hidden show shown changed created updated rotated rotation reset ' +
  'manager store storage budget cost price prices rate rates ratio per max min total sum avg mean class option options ' +
  'settings config mode flag flags consent banner preferences generator issuer audience scope scopes algorithm algo alg domain samesite secure ' +
  'httponly age maxage lifetime duration days hours minutes seconds ms file files filename dir location source kind ' +
  'format encoding charset title description help info details prompt completion ' +
  'set present exists missing match matches matched confirmed verified verification supported parser reader factory ' +
  'handler helper service services client clients schema column table ref reference prefix suffix header headers ' +
  'encryption backend stages color colour result results address symbol decimals short long weak strong ' +
  'caption tooltip heading subtitle link primaria ' +
  'site method methods digits kid rounds iterations requested protection protected issued removed added deleted renewed locked unlocked sent saved strategy flow ' +
  'by change changes encoder hasher timeout timeouts interval region delay retries stage environment ' +
  'page screen form view button dialog modal component selector order position offset sha md5';

/** First words that ask or measure: `isPassword`, `hasToken`, `maxTokens`, `num_tokens`. */
const METADATA_FIRST =
  'is has have should require requires required must can needs need allow allows enable enabled disable disabled show hide ' +
  'max min maximum minimum num number total count prompt completion input output reasoning cached remaining used ' +
  'available estimated avg average forgot no missing invalid unknown expired';

/**
 * What a `token` is called that is none: it says where a listing goes on (`nextPageToken`), or belongs to the text of a
 * language model (`eosToken`, `stopTokens`).
 */
const PLACE_QUALIFIERS =
  'page next prev previous continuation sync cursor pagination paging skip starting marker delta resume ' +
  'stop special bos eos pad unk mask sep cls';

/** What a `pass` is called that lets people in: `boardingPass`. */
const TICKET_QUALIFIERS = 'boarding season day ski bus rail train visitor guest hall';

/** Two words that only together are sensitive, glued by a space here. */
const SECRET_PAIRS =
  'mfa code,otp code,totp code,recovery code,recovery codes,backup code,backup codes,security answer,security code,' +
  'connection string,session id,session ids,session key,verification code,auth code,access code,pass phrase,pass word,' +
  'cookie header,cookies header,authorization header,unlock code,reset code,login code,sms code,basic auth,' +
  'factor code,twofactor code,2fa code,pass code,card verification,social security,set cookie,pin code,signing secret,private pem,seed phrase,' +
  'recovery phrase,mnemonic phrase,auth header,zugangs code,mot passe,de passe,clave acceso,clave secreta';

const toSet = (text: string, separator: string): ReadonlySet<string> => new Set(text.split(separator));

export const SECRET_WORD_SET: ReadonlySet<string> = toSet(SECRET_WORDS, ' ');
export const TOKEN_WORD_SET: ReadonlySet<string> = toSet(TOKEN_WORDS, ' ');
export const KEY_QUALIFIER_SET: ReadonlySet<string> = toSet(KEY_QUALIFIERS, ' ');
export const METADATA_LAST_SET: ReadonlySet<string> = toSet(METADATA_LAST, ' ');
export const METADATA_FIRST_SET: ReadonlySet<string> = toSet(METADATA_FIRST, ' ');
export const PLACE_QUALIFIER_SET: ReadonlySet<string> = toSet(PLACE_QUALIFIERS, ' ');
export const TICKET_QUALIFIER_SET: ReadonlySet<string> = toSet(TICKET_QUALIFIERS, ' ');
export const SECRET_PAIR_SET: ReadonlySet<string> = toSet(SECRET_PAIRS, ',');

/** Ends of words written in one, in languages or by people that glue: `dbpassword`, `benutzerpasswort`, `用户密码`. */
export const GLUED_ENDS: readonly string[] =
  'password passwd token secret passphrase passwort kennwort apikey secretkey accesstoken refreshtoken authtoken clientsecret storepass pw wachtwoord 密钥 密鑰 密码 密碼 口令 パスワード 비밀번호'.split(
    ' ',
  );
