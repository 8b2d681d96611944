import { describe, expect, test } from 'vitest';
import { createNameJudge, isLabel } from '../../src/scrub/sensitive-name.ts';
import { splitWords } from '../../src/scrub/split-words.ts';

const judge = createNameJudge([], []);

describe('words', () => {
  test.each([
    ['accessToken', ['access', 'token']],
    ['APIKey', ['api', 'key']],
    ['x-api-key', ['x', 'api', 'key']],
    ['DB_PASSWORD', ['db', 'password']],
    ['user[password]', ['user', 'password']],
    ['spring.datasource.password', ['spring', 'datasource', 'password']],
    ['contraseñaNueva', ['contraseña', 'nueva']],
  ])('%s', (name, words) => {
    expect(splitWords(name)).toEqual(words);
  });
});

describe('sensitive names', () => {
  test.each(
    (
      'password passwd pwd passphrase secret secrets clientSecret client_secret credential credentials token tokens accessToken ' +
      'refresh_token id_token authToken jwt bearer apiKey apikey api_key API-KEY x-api-key privateKey secretKey signingKey ' +
      'encryption_key masterKey accountKey sshKey webhookSecret hmacKey cookie cookies set-cookie Set-Cookie authorization ' +
      'proxy-authorization session_id sessionId JSESSIONID sid connect.sid cvv cvc2 ssn socialSecurityNumber otp totp mfaCode ' +
      'recoveryCodes securityAnswer pin passwordHash password_hash passwordConfirmation newPassword password2 secret_1 ' +
      'resetPasswordToken dbpassword userApikey Passwort kennwort contraseña senha пароль 密码 用户密码 パスワード 비밀번호 ' +
      'connectionString csrfToken xsrf-token accessKeys x-rapidapi-key next_auth_token mnemonic keystorePass storepass dbPass ' +
      'basicAuth cookieHeader unlockCode API-Schlüssel API密钥 Symbol(password)'
    ).split(' '),
  )('%s', (name) => {
    expect(judge.judge(name).secret).not.toBeNull();
  });
});

describe('harmless names', () => {
  test.each(
    (
      'primaryKey cacheKey sortKey publicKey foreignKey partitionKey key keys monkey keyboard hotkey turkey keyCode tokenCount ' +
      'nextPageToken pageToken continuationToken syncToken eos_token stopTokens boardingPass seasonPass cvcCheck cvvResult ' +
      'pinColor tokenAddress tokenSymbol passwordChangedBy lastPasswordChange passwordEncoder PASSWORD_RESET_TIMEOUT NOPASSWD ' +
      'token_type tokenExpiresAt maxTokens promptTokens total_tokens inputTokens passwordUpdatedAt passwordLength ' +
      'isPassword hasToken requirePassword secretName secretArn tokenEndpoint passwordPolicy cookieDomain author authority ' +
      'compass passenger bypass shipping spinner pinned opinion secretary accountSid messageSid session authenticated ' +
      'userName email id name value statusCode zipCode answer phrase tokenizer passportCountry'
    ).split(' '),
  )('%s', (name) => {
    expect(judge.judge(name).secret).toBeNull();
  });
});

test('lists of names apply in any spelling, and an allowed name wins', () => {
  const listed = createNameJudge(['customerCode', 'apiKey'], ['api_key']);
  expect(listed.judge('customer_code').secret).toBe('sensitive_name');
  expect(listed.judge('CUSTOMER-CODE').secret).toBe('sensitive_name');
  expect(listed.judge('customer').secret).toBeNull();
  expect(listed.judge('API-Key').secret).toBeNull();
});

test('a number under a name of tokens is a count, under other names it may be the secret', () => {
  expect(judge.judge('tokens').keepsNumbers).toBe(true);
  expect(judge.judge('pin').keepsNumbers).toBe(false);
});

describe('the name in words, as a form or a table of messages shows it', () => {
  test.each([
    'Password',
    'Passwort',
    'Mot de passe',
    'Forgot your password?',
    'Enter your password',
    'パスワード',
  ])('%s is a label', (text) => expect(isLabel(text)).toBe(true));

  test.each([
    'password',
    'Passw0rd',
    'MySecretPassword',
    'Correct Horse Battery Staple',
    'Secret!1',
    'hunter2',
  ])('%s may be the password', (text) => expect(isLabel(text)).toBe(false));
});
